//! Real Chromium for tests, driven over WebDriver.
//!
//! Every session has an empty profile of its own and ends with its [`Browser`], in a panic too. A test that fails leaves a
//! picture of the page in `target/browser-failures`. What cannot be done fails the test with a sentence, so that tests
//! read as a list of what a person does.

mod axe;
mod driver;
mod layout;
mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Process;

pub use axe::{AXE_VARIABLE, Violation};
use driver::Driver;
pub use driver::{DRIVER_VARIABLE, SKIP_VARIABLE};
pub use view::{Screen, View};

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);
const FAILURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/browser-failures");

/// One window of Chromium with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    view: View,
    actions: AtomicUsize,
    // Fields are dropped in this order: the driver, which ends the browser, before the profile it writes to.
    driver: Arc<Driver>,
    profile: TempDir,
}

/// A line of severity "error" in the console of the page: an exception, a refused resource, a broken policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleError {
    /// Where it comes from: `javascript`, `console-api`, `security`, `network` and others.
    pub source: String,
    pub message: String,
}

impl Browser {
    /// Opens a window, or returns `None` where `GUANXI_TEST_SKIP_BROWSER=1`; without a browser the test fails.
    pub async fn open(view: View) -> Option<Self> {
        Self::open_with(view, &[]).await
    }

    /// Opens a window whose camera sees a film (Y4M or MJPEG), again and again.
    pub async fn open_with_camera(view: View, film: &Path) -> Option<Self> {
        let film = format!("--use-file-for-fake-video-capture={}", film.display());
        Self::open_with(view, &[film]).await
    }

    async fn open_with(view: View, more: &[String]) -> Option<Self> {
        let driver = Driver::shared()?;
        let profile =
            TempDir::with_prefix("guanxi-browser-").expect("a temporary folder can be made");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(view.capabilities(&profile.path().display().to_string(), more))
            .connect(&driver.url())
            .await
            .unwrap_or_else(|error| panic!("cannot open a browser window: {error}"));
        let session = client
            .session_id()
            .await
            .ok()
            .flatten()
            .expect("a new session has an id");
        let browser = Self {
            client,
            session,
            view,
            actions: AtomicUsize::new(0),
            driver,
            profile,
        };
        for (method, parameters) in view.devtools_commands() {
            browser.devtools(method, parameters).await;
        }
        Some(browser)
    }

    /// Returns how this session looks at pages.
    pub fn view(&self) -> View {
        self.view
    }

    /// Returns what a person has done here so far: fields filled, things clicked or touched, keys pressed.
    pub fn actions(&self) -> usize {
        self.actions.load(Ordering::Relaxed)
    }

    /// Returns the WebDriver client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the folder with cookies and caches, which goes when the session ends.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Opens an address and waits until it has loaded.
    pub async fn goto(&self, url: &str) {
        if let Err(error) = self.client.goto(url).await {
            panic!("cannot open {url}: {error}");
        }
    }

    /// Signs in as one of the people of the demo, whose code the page shows.
    pub async fn sign_in(&self, demo: &Process, mobile: &str) {
        self.goto(&demo.url("/sign-in")).await;
        self.type_into("#mobile", mobile).await;
        self.click("form[action='/sign-in'] button.main.wide").await;
        self.wait_for("#code").await;
        self.click("#sign-in button.main").await;
        self.wait_for_path("/").await;
    }

    /// Returns the address shown now.
    pub async fn url(&self) -> String {
        self.client
            .current_url()
            .await
            .map(Into::into)
            .unwrap_or_default()
    }

    /// Returns the title of the page.
    pub async fn title(&self) -> String {
        self.client.title().await.unwrap_or_default()
    }

    /// Waits until an element is there and shown, and returns it.
    pub async fn wait_for(&self, css: &str) -> Element {
        self.wait(&format!("`{css}` to be shown"), async || {
            self.first_shown(css, "").await
        })
        .await
    }

    /// Waits until a shown element contains a text, and returns it.
    pub async fn wait_for_text(&self, css: &str, text: &str) -> Element {
        self.wait(&format!("`{css}` with the text “{text}”"), async || {
            self.first_shown(css, text).await
        })
        .await
    }

    /// Waits until no such element is shown any more.
    pub async fn wait_until_gone(&self, css: &str) {
        let is_gone = async || self.first_shown(css, "").await.is_none().then_some(());
        self.wait(&format!("`{css}` to be gone"), is_gone).await;
    }

    /// Waits until the path of the address is this one.
    pub async fn wait_for_path(&self, path: &str) {
        let is_there = async || {
            let url = self.client.current_url().await.ok()?;
            (url.path() == path).then_some(())
        };
        self.wait(&format!("the address {path}"), is_there).await;
    }

    /// Clicks the first shown element, which a phone takes as a touch.
    pub async fn click(&self, css: &str) {
        self.actions.fetch_add(1, Ordering::Relaxed);
        let try_to_click = async || {
            let element = self.first_shown(css, "").await?;
            if element.click().await.is_ok() {
                return Some(());
            }
            // Something lies above it, a bar at the edge of the window perhaps: a person would scroll on.
            let into_view = "arguments[0].scrollIntoView({ block: 'center' })";
            let element = serde_json::to_value(&element).ok()?;
            self.client.execute(into_view, vec![element]).await.ok()?;
            None
        };
        self.wait(&format!("`{css}` to take a click"), try_to_click)
            .await;
    }

    /// Empties a field and types a text into it.
    pub async fn type_into(&self, css: &str, text: &str) {
        self.actions.fetch_add(1, Ordering::Relaxed);
        let try_to_type = async || {
            let element = self.first_shown(css, "").await?;
            element.clear().await.ok()?;
            element.send_keys(text).await.ok()
        };
        self.wait(&format!("`{css}` to take text"), try_to_type)
            .await;
    }

    /// Presses keys wherever the focus is, e.g. [`fantoccini::key::Key::Tab`].
    pub async fn press(&self, keys: &str) {
        self.actions.fetch_add(1, Ordering::Relaxed);
        let focused = self.client.active_element().await;
        let pressed = match focused {
            Ok(element) => element.send_keys(keys).await,
            Err(error) => Err(error),
        };
        if let Err(error) = pressed {
            panic!("nothing takes the keys {keys:?}: {error}");
        }
    }

    /// Returns the shown text of the first such element, waiting for it.
    pub async fn text(&self, css: &str) -> String {
        self.wait_for(css).await.text().await.unwrap_or_default()
    }

    /// Returns how many such elements the page has now, shown or not.
    pub async fn count(&self, css: &str) -> usize {
        self.client
            .find_all(Locator::Css(css))
            .await
            .map_or(0, |elements| elements.len())
    }

    /// Runs the body of a function in the page and returns what it returns.
    pub async fn evaluate(&self, script: &str) -> Value {
        match self.client.execute(script, Vec::new()).await {
            Ok(value) => value,
            Err(error) => panic!("script failed: {error}\n{script}"),
        }
    }

    /// Sends a DevTools command and returns its result.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": method, "params": parameters });
        self.extension("goog/cdp/execute", body).await
    }

    /// Returns the errors in the console since the window opened or since the last call.
    pub async fn console_errors(&self) -> Vec<ConsoleError> {
        let entries = self.extension("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| ConsoleError {
                source: text(entry, "source"),
                message: text(entry, "message"),
            })
            .collect()
    }

    /// Fails the test if the console holds an error.
    pub async fn assert_no_console_errors(&self) {
        let errors = self.console_errors().await;
        assert!(
            errors.is_empty(),
            "errors in the console of {}: {errors:#?}",
            self.url().await
        );
    }

    /// Saves a picture of the whole page, also of what one must scroll to see, as PNG.
    pub async fn screenshot(&self, path: &Path) {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = &metrics["cssContentSize"];
        let clip =
            json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", parameters).await;
        save_picture(&picture["data"], path)
            .unwrap_or_else(|error| panic!("cannot save {}: {error}", path.display()));
    }

    /// Returns what axe-core finds wrong for people with disabilities on the page as it is now.
    pub async fn accessibility_violations(&self) -> Vec<Violation> {
        axe::run(&self.client).await
    }

    /// Fails the test if axe-core finds something.
    pub async fn assert_accessible(&self) {
        let violations = self.accessibility_violations().await;
        assert!(
            violations.is_empty(),
            "{} in {:?}: {violations:#?}",
            self.url().await,
            self.view
        );
    }

    /// Returns what moved by itself while the page loaded, with how far; what a person or a live update set off later does not count.
    pub async fn layout_shifts(&self) -> Vec<String> {
        layout::shifts(&self.client).await
    }

    /// Returns what makes the page wider than the window, so that one would have to scroll sideways.
    pub async fn sideways(&self) -> Vec<String> {
        layout::sticking_out(&self.client, self.view.screen.size().0).await
    }

    async fn first_shown(&self, css: &str, text: &str) -> Option<Element> {
        for element in self.client.find_all(Locator::Css(css)).await.ok()? {
            // An element replaced in the meantime is no longer shown.
            let is_shown = element.is_displayed().await.unwrap_or(false);
            if is_shown
                && (text.is_empty() || element.text().await.is_ok_and(|shown| shown.contains(text)))
            {
                return Some(element);
            }
        }
        None
    }

    async fn wait<T>(&self, what: &str, attempt: impl AsyncFn() -> Option<T>) -> T {
        let again = async {
            loop {
                if let Some(found) = attempt().await {
                    return found;
                }
                pause().await;
            }
        };
        // The driver itself may never answer, so the time limit holds for each command too.
        let Ok(found) = tokio::time::timeout(PATIENCE, again).await else {
            let page = async { (self.url().await, self.shown_text().await) };
            let (url, shown) = tokio::time::timeout(PATIENCE, page)
                .await
                .unwrap_or_else(|_| ("an unknown address".to_owned(), "(no answer)".to_owned()));
            panic!(
                "waited {PATIENCE:?} for {what} at {url} in {:?}; the page says:\n{shown}",
                self.view
            );
        };
        found
    }

    async fn shown_text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    async fn extension(&self, endpoint: &'static str, body: Value) -> Value {
        let shown = body.to_string();
        match self.client.issue_cmd(Extension { endpoint, body }).await {
            Ok(value) => value,
            Err(error) => panic!("chromedriver refused {endpoint} {shown}: {error}"),
        }
    }

    fn save_failure(&self) -> Option<PathBuf> {
        let picture = self
            .driver
            .command("GET", &format!("/session/{}/screenshot", self.session))?;
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("test").replace("::", "-");
        let path = Path::new(FAILURES).join(format!("{name}-{}.png", &self.session[..6]));
        std::fs::create_dir_all(FAILURES).ok()?;
        save_picture(&picture["value"], &path).ok()?;
        Some(path)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(path) = self.save_failure()
        {
            eprintln!("the page as it was: {}", path.display());
        }
        // The driver closes Chromium and waits for it; without an answer there is nothing left to close.
        self.driver
            .command("DELETE", &format!("/session/{}", self.session));
    }
}

/// A command of chromedriver's own, outside the WebDriver standard.
#[derive(Debug)]
struct Extension {
    endpoint: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.endpoint
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

fn save_picture(base64: &Value, path: &Path) -> std::io::Result<()> {
    let bytes = BASE64_STANDARD
        .decode(base64.as_str().unwrap_or_default())
        .map_err(std::io::Error::other)?;
    std::fs::write(path, bytes)
}

#[expect(
    clippy::disallowed_methods,
    reason = "WebDriver tells no events: a page can only be looked at again"
)]
async fn pause() {
    tokio::time::sleep(LOOK_AGAIN_AFTER).await;
}
