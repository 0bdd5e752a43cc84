//! Scanning in the console by a camera, on a phone and on a desktop: by the browser's own reader, and by frames that the server reads.

use std::path::{Path, PathBuf};

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};
use guanxi_web::code_image::Matrix;
use serde_json::json;

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
const LIN: &str = "13800000001";
const PUBLIC_URL: &str = "http://guanxi.test";
const WIDTH: usize = 640;
const HEIGHT: usize = 480;
const GREY: u8 = 150;

/// A film of two frames that shows codes side by side, as a camera sees them.
fn film(folder: &Path, texts: &[&str]) -> PathBuf {
    let mut bright = vec![GREY; WIDTH * HEIGHT];
    for (number, text) in texts.iter().enumerate() {
        let matrix = Matrix::of(text).expect("a short text");
        let scale = (WIDTH / texts.len() - 40).min(HEIGHT - 80) / matrix.side();
        let left = number * WIDTH / texts.len() + 20;
        for (y, row) in matrix.rows().enumerate() {
            for (x, is_dark) in row.enumerate() {
                for dy in 0..scale {
                    let at = (40 + y * scale + dy) * WIDTH + left + x * scale;
                    bright[at..at + scale].fill(if is_dark { 30 } else { 225 });
                }
            }
        }
    }
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n").into_bytes();
    for _ in 0..2 {
        film.extend_from_slice(b"FRAME\n");
        film.extend_from_slice(&bright);
        film.extend(std::iter::repeat_n(128, WIDTH * HEIGHT / 2));
    }
    let path = folder.join(format!("film-{}.y4m", texts.concat().len()));
    std::fs::write(&path, film).expect("the film is written");
    path
}

/// What the browser has of its own to read codes with.
#[derive(Clone, Copy)]
enum Reader<'a> {
    /// Nothing, as Safari and Firefox.
    None,
    /// One that reads this, as Chrome on a phone.
    Reads(&'a str),
    /// One that is there and fails, as on a phone without the service behind it.
    Fails,
    /// One that knows other codes only.
    KnowsNoQr,
}

impl Reader<'_> {
    /// Puts the reader in the place of the browser's, and counts what it is asked.
    fn script(self) -> String {
        let formats = match self {
            Reader::None => return "delete globalThis.BarcodeDetector".to_owned(),
            Reader::KnowsNoQr => "ean_13",
            Reader::Reads(_) | Reader::Fails => "qr_code",
        };
        let answer = match self {
            Reader::Reads(text) => format!("[{{ rawValue: '' }}, {{ rawValue: {} }}]", json!(text)),
            _ => "(() => { throw new DOMException('no service', 'NotSupportedError'); })()".into(),
        };
        format!(
            "globalThis.asked = 0;
            globalThis.BarcodeDetector = class {{
                static async getSupportedFormats() {{ return ['{formats}']; }}
                async detect(source) {{
                    asked += 1;
                    if (!(source instanceof HTMLVideoElement)) throw new TypeError('no video');
                    return {answer};
                }}
            }};"
        )
    }
}

/// Opens the page that scans, in a browser with such a reader, before a camera that shows this.
async fn scanning(
    view: View,
    film: &Path,
    process: &Process,
    reader: Reader<'_>,
) -> Option<Browser> {
    let browser = Browser::open_with_camera(view, film).await?;
    let script = json!({ "source": reader.script() });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    browser.sign_in(process, LIN).await;
    browser.goto(&process.url("/scan")).await;
    browser.click("[data-start]").await;
    Some(browser)
}

#[tokio::test]
async fn a_camera_finds_a_code_of_this_server() {
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::serve(
        Path::new(BINARY),
        home.path(),
        &["--demo", "--public-url", PUBLIC_URL],
    );
    // Of the right form, but never made: the page says so, after the camera has led there.
    let token = "abcdefghijklmnopqrstuvwx";
    let film = film(home.path(), &[&format!("{PUBLIC_URL}/q/{token}")]);
    for view in [View::PHONE, View::DESKTOP] {
        let Some(browser) = scanning(view, &film, &process, Reader::None).await else {
            return;
        };
        browser.wait_for_path(&format!("/q/{token}")).await;
    }
}

#[tokio::test]
async fn a_camera_says_what_a_foreign_code_is_and_lets_choose_among_several() {
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::serve(
        Path::new(BINARY),
        home.path(),
        &["--demo", "--public-url", PUBLIC_URL],
    );
    let foreign = film(home.path(), &["https://elsewhere.test/page"]);
    let Some(browser) = scanning(View::DESKTOP, &foreign, &process, Reader::None).await else {
        return;
    };
    browser.wait_for_text("#said", "elsewhere.test").await;
    browser.assert_accessible().await;
    browser.assert_no_console_errors().await;

    let ours = format!("{PUBLIC_URL}/q/abcdefghijklmnopqrstuvwx");
    let both = film(home.path(), &[&ours, "WIFI:T:WPA;S:Shop;P:secret;;"]);
    let Some(browser) = scanning(View::PHONE, &both, &process, Reader::None).await else {
        return;
    };
    browser.wait_for_text("#said", "Shop").await;
    browser.click("#said a.main").await;
    browser.wait_for_path("/q/abcdefghijklmnopqrstuvwx").await;
}

#[tokio::test]
async fn what_the_browser_itself_reads_is_followed() {
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::serve(
        Path::new(BINARY),
        home.path(),
        &["--demo", "--public-url", PUBLIC_URL],
    );
    // The camera shows another code than the reader says: whoever is asked shows by where the page goes.
    let shown = film(home.path(), &["https://elsewhere.test/page"]);
    let token = "abcdefghijklmnopqrstuvwx";
    let ours = format!("{PUBLIC_URL}/q/{token}");
    for view in [View::PHONE, View::DESKTOP] {
        let Some(browser) = scanning(view, &shown, &process, Reader::Reads(&ours)).await else {
            return;
        };
        browser.wait_for_path(&format!("/q/{token}")).await;
    }
    let foreign = Reader::Reads("WIFI:T:WPA;S:Shop;P:secret;;");
    let Some(browser) = scanning(View::PHONE, &shown, &process, foreign).await else {
        return;
    };
    browser.wait_for_text("#said", "Shop").await;
    assert!(!browser.text("#said").await.contains("secret"));
    browser.wait_for("[data-start]:not([hidden])").await;
    browser.assert_no_console_errors().await;
}

#[tokio::test]
async fn where_the_browsers_reader_fails_the_server_reads() {
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::serve(
        Path::new(BINARY),
        home.path(),
        &["--demo", "--public-url", PUBLIC_URL],
    );
    let shown = film(home.path(), &["https://elsewhere.test/page"]);
    for (reader, asked) in [(Reader::Fails, 1), (Reader::KnowsNoQr, 0)] {
        let Some(browser) = scanning(View::PHONE, &shown, &process, reader).await else {
            return;
        };
        browser.wait_for_text("#said", "elsewhere.test").await;
        assert_eq!(browser.evaluate("return asked").await, asked);
        browser.assert_no_console_errors().await;
    }
}
