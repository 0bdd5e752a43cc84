//! What is printed is read by scanners: pictures of a code, with the logo in it and without, and its poster on paper, at three
//! sizes, by two decoders that share nothing.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};
use guanxi_web::code_reader;
use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
const LIN: &str = "13800000001";
const OWNER: &str = "13800000003";

/// Draws a logo of strong colours and sends it as the form does.
const LOGO: &str = "const canvas = new OffscreenCanvas(400, 300), to = canvas.getContext('2d');
    to.fillStyle = '#0b5a50'; to.fillRect(0, 0, 400, 300);
    to.fillStyle = '#f4c430'; to.beginPath(); to.arc(200, 150, 110, 0, 7); to.fill();
    to.fillStyle = '#111'; to.fillRect(60, 130, 280, 40);
    const data = new FormData();
    data.set('_csrf', document.querySelector('#logo [name=_csrf]').value);
    return canvas.convertToBlob().then(blob => { data.set('picture', blob, 'logo.png');
        return fetch('/admin/settings/logo', { method: 'POST', body: data }); }).then(answer => answer.status);";

/// Gives the company a logo.
async fn put_logo(browser: &Browser, process: &Process) {
    browser.sign_in(process, OWNER).await;
    browser.goto(&process.url("/admin/settings/logo")).await;
    assert_eq!(browser.evaluate(LOGO).await, 200);
    browser.goto(&process.url("/admin/settings/logo")).await;
    browser.wait_for("img.logo").await;
    browser.assert_accessible().await;
    // The next one signs in from the start.
    browser
        .devtools("Network.clearBrowserCookies", json!({}))
        .await;
}

/// Fails unless both decoders read this text, and no other, from a picture.
fn assert_reads(picture: &Path, text: &str) {
    let bytes = std::fs::read(picture).expect("the picture is there");
    let own = code_reader::decode_all(&bytes);
    assert_eq!(
        own.as_deref(),
        Ok(&[text.to_owned()][..]),
        "{}",
        picture.display()
    );
    let zbar = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture)
        .output()
        .expect("zbarimg runs: install zbar-tools");
    let read = String::from_utf8_lossy(&zbar.stdout);
    assert_eq!(read.trim(), text, "{} by zbar", picture.display());
}

/// Writes what the browser hands over as base64.
fn write(data: &Value, path: PathBuf) -> PathBuf {
    let data = data.as_str().expect("base64");
    let bytes = BASE64_STANDARD.decode(data).expect("base64");
    std::fs::write(&path, bytes).expect("the file is written");
    path
}

/// Makes a code in the console; returns its path there and the address in it.
async fn make_code(browser: &Browser, process: &Process) -> (String, String) {
    browser.sign_in(process, LIN).await;
    browser.goto(&process.url("/codes/new")).await;
    browser.type_into("#name", "门口海报").await;
    browser.click("main form button.main").await;
    browser.wait_for(".qr svg").await;
    let address = browser.text(".copyable code").await;
    assert!(address.contains("/q/"), "{address}");
    let url = browser.url().await;
    let path = url.split_once("/codes/").expect("the page of a code").1;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    (format!("/codes/{path}"), address)
}

/// The bytes of an address, as base64.
async fn fetch(browser: &Browser, address: &str) -> Value {
    browser
        .evaluate(&format!(
            "return fetch('{address}').then(r => r.blob()).then(b => new Promise(done => {{
                const reader = new FileReader();
                reader.onload = () => done(reader.result.split(',')[1]);
                reader.readAsDataURL(b);
            }}))"
        ))
        .await
}

async fn pictures_are_read(has_logo: bool) {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    if has_logo {
        put_logo(&browser, &process).await;
    }
    let (path, address) = make_code(&browser, &process).await;
    assert_eq!(browser.count(".qr svg image").await, usize::from(has_logo));
    for width in [200, 512, 1024] {
        let file = home.path().join(format!("{width}.png"));
        let png = fetch(&browser, &format!("{path}/code.png?width={width}")).await;
        assert_reads(&write(&png, file), &address);
    }
    // With the name of the company, in letters of this browser.
    let drawn = browser.evaluate(DRAWN).await;
    assert_reads(&write(&drawn, home.path().join("drawn.png")), &address);
    let svg = fetch(&browser, &format!("{path}/code.svg")).await;
    write(&svg, home.path().join("code.svg"));
    for width in [240, 400, 800] {
        let page = home.path().join("svg.html");
        let shown = format!("<body style=background:#fff><img width={width} src=code.svg>");
        std::fs::write(&page, shown).expect("the page is written");
        browser.goto(&format!("file://{}", page.display())).await;
        browser
            .evaluate("return document.images[0].decode().then(() => true)")
            .await;
        let file = home.path().join(format!("svg-{width}.png"));
        browser.screenshot(&file).await;
        assert_reads(&file, &address);
    }
}

/// Presses the button that draws a picture, and takes what it would save.
const DRAWN: &str = "return new Promise(done => {
    URL.createObjectURL = blob => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(',')[1]);
        reader.readAsDataURL(blob);
        return '#';
    };
    document.querySelector('[data-draw]:not([hidden])').click();
})";

#[tokio::test]
async fn every_picture_of_a_code_is_read_by_two_decoders_at_three_sizes() {
    pictures_are_read(false).await;
}

#[tokio::test]
async fn every_picture_with_a_logo_is_read_by_two_decoders_at_three_sizes() {
    pictures_are_read(true).await;
}

#[tokio::test]
async fn a_printed_poster_is_one_page_and_is_read_by_two_decoders() {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    put_logo(&browser, &process).await;
    let (path, address) = make_code(&browser, &process).await;
    for (size, width, height) in [("a5", 419.5, 595.3), ("a4", 595.3, 841.9)] {
        let poster = format!("{path}/poster?size={size}&line=扫一扫，加我");
        browser.goto(&process.url(&poster)).await;
        browser.wait_for("main .code svg").await;
        browser.assert_accessible().await;
        // In black and white too: without backgrounds.
        for background in [true, false] {
            let options = json!({ "preferCSSPageSize": true, "printBackground": background });
            let printed = browser.devtools("Page.printToPDF", options).await;
            let pdf = write(&printed["data"], home.path().join(format!("{size}.pdf")));
            assert_paper(&pdf, width, height);
            for dpi in ["60", "150", "300"] {
                let page = rendered(&pdf, dpi, home.path());
                assert_reads(&page, &address);
            }
        }
    }
}

/// Fails unless a document is one page of this size in points.
fn assert_paper(pdf: &Path, width: f64, height: f64) {
    let told = Command::new("pdfinfo").arg(pdf).output();
    let told = told.expect("pdfinfo runs: install poppler-utils");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let line = |name: &str| -> String {
        let found = told.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_else(|| panic!("{told}")).trim().to_owned()
    };
    assert_eq!(line("Pages:"), "1");
    let size = line("Page size:");
    let mut sides = size.split(' ').filter_map(|part| part.parse::<f64>().ok());
    for side in [width, height] {
        let is = sides.next().expect("two sides");
        assert!((is - side).abs() < 2.0, "{size}, not {width} x {height}");
    }
}

fn rendered(pdf: &Path, dpi: &str, folder: &Path) -> PathBuf {
    let stem = folder.join(format!("page-{dpi}"));
    let status = Command::new("pdftoppm")
        .args(["-png", "-singlefile", "-r", dpi])
        .arg(pdf)
        .arg(&stem)
        .status();
    assert!(
        status
            .expect("pdftoppm runs: install poppler-utils")
            .success()
    );
    stem.with_extension("png")
}
