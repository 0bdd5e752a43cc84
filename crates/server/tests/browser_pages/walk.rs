//! One walk through all pages in one view: what is looked at on each, and what was wrong.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use guanxi_testkit::{
    browser::{Browser, Screen, View},
    process::Process,
};
use guanxi_web::auth::Access;

use crate::places::{BY_DEED, WAYS, pages, route_of};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/pages");

/// A demo of its own, a window on it, and what has been seen.
pub(crate) struct Walk {
    pub(crate) browser: Browser,
    pub(crate) process: Process,
    folder: PathBuf,
    seen: BTreeSet<&'static str>,
    looked: usize,
    faults: Vec<String>,
    _home: tempfile::TempDir,
}

impl Walk {
    /// Opens a window on a fresh demo; None where tests are told to do without a browser.
    pub(crate) async fn begin(view: View) -> Option<Self> {
        let browser = Browser::open(view).await?;
        let home = tempfile::tempdir().expect("a folder");
        let process = Process::demo(Path::new(BINARY), home.path());
        let (width, _) = view.screen.size();
        let theme = if view.dark { "dark" } else { "light" };
        let folder = Path::new(PICTURES).join(format!("{width}-{theme}-{}", view.language));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        Some(Self {
            browser,
            process,
            folder,
            seen: BTreeSet::new(),
            looked: 0,
            faults: Vec::new(),
            _home: home,
        })
    }

    /// Signs in as one of the people of the demo.
    pub(crate) async fn sign_in(&self, mobile: &str) {
        self.sign_out().await;
        self.browser.sign_in(&self.process, mobile).await;
    }

    /// Is nobody from now on.
    pub(crate) async fn sign_out(&self) {
        let forgotten = self.browser.client().delete_all_cookies().await;
        forgotten.expect("cookies can be deleted");
        // A page left open would hear of what happens next, ask for its part, and be sent to sign in in the middle of it.
        let left = self.browser.client().goto("about:blank").await;
        left.expect("an empty page opens");
    }

    /// Opens an address and looks at it.
    pub(crate) async fn open(&mut self, address: &str, state: &str) {
        self.browser.goto(&self.process.url(address)).await;
        self.look(state, 200).await;
    }

    /// Opens an address that is answered by a failure and looks at that.
    pub(crate) async fn open_failure(&mut self, address: &str, state: &str, status: i64) {
        self.browser.goto(&self.process.url(address)).await;
        self.look(state, status).await;
    }

    /// Every page with this access that needs no deed, each by its own address or by the links that lead to it.
    pub(crate) async fn pages_with(&mut self, is_wanted: impl Fn(Access) -> bool) {
        for route in pages() {
            if !is_wanted(route.access) || BY_DEED.contains(&route.path) {
                continue;
            }
            let way = WAYS.iter().find(|(path, _)| *path == route.path);
            let Some((_, way)) = way else {
                self.open(route.path, "").await;
                continue;
            };
            self.browser.goto(&self.process.url(way[0])).await;
            for step in way[1..].iter().chain([&route.path]) {
                if let Some(address) = self.link(step).await {
                    self.browser.goto(&address).await;
                } else {
                    let here = self.browser.url().await;
                    self.faults.push(format!("{here} has no link to {step}"));
                }
            }
            self.look("", 200).await;
        }
    }

    /// Finds a link to such a page on the one shown now.
    async fn link(&self, pattern: &str) -> Option<String> {
        let links = self
            .browser
            .evaluate(
                "return [...document.querySelectorAll('main a[href]')].map(({ href, pathname }) => [href, pathname])",
            )
            .await;
        let links = links.as_array().cloned().unwrap_or_default();
        let found = links
            .iter()
            .find(|link| link[1].as_str().and_then(route_of) == Some(pattern));
        Some(found?[0].as_str()?.to_owned())
    }

    /// Looks at the page shown now, in a state that has a name.
    pub(crate) async fn look(&mut self, state: &str, status: i64) {
        let url = self.browser.url().await;
        let path = url.split('/').skip(3).collect::<Vec<_>>().join("/");
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let route = route_of(&format!("/{path}"));
        if status == 200 {
            self.seen.extend(route);
        }
        self.looked += 1;
        let name = picture_name(route.unwrap_or("/unknown"), state);
        for fault in self.faults_of_page(state, status).await {
            println!("{name}: {fault}");
            self.faults.push(format!("{name}: {fault}"));
        }
        self.browser.screenshot(&self.folder.join(name)).await;
    }

    async fn faults_of_page(&self, state: &str, status: i64) -> Vec<String> {
        let mut faults = Vec::new();
        let told = self
            .browser
            .evaluate(
                "const { documentElement: { lang }, querySelectorAll } = document;
                 return [performance.getEntriesByType('navigation')[0].responseStatus, lang]",
            )
            .await;
        if told[0] != status {
            faults.push(format!("answered by {} and not {status}", told[0]));
        }
        let language = self.browser.view().language;
        let spoken = told[1].as_str().unwrap_or_default();
        if spoken.get(..2) != language.get(..2) {
            faults.push(format!("speaks {spoken} to a reader of {language}"));
        }
        for shift in self.browser.layout_shifts().await {
            faults.push(format!("moves while loading: {shift}"));
        }
        let sideways = self.browser.sideways().await;
        if !sideways.is_empty() {
            faults.push(format!("is too wide: {sideways:#?}"));
        }
        for violation in self.browser.accessibility_violations().await {
            faults.push(format!("{violation:#?}"));
        }
        for error in self.browser.console_errors().await {
            // The console tells of the failure that was asked for, too, and of a form that script sent and that came back.
            let is_meant = status != 200 || state == "refused";
            if !is_meant || error.source != "network" {
                faults.push(format!("console: {error:?}"));
            }
        }
        faults
    }

    /// Fails the test if a page is left out, or if something was wrong on one.
    pub(crate) fn end(self) {
        let missing: Vec<&str> = pages()
            .iter()
            .map(|route| route.path)
            .filter(|path| !self.seen.contains(path))
            .collect();
        let screen = match self.browser.view().screen {
            Screen::Phone => "phone",
            Screen::Desktop => "desktop",
        };
        println!(
            "{} pictures of {} pages on a {screen}: {}",
            self.looked,
            self.seen.len(),
            self.folder.display()
        );
        assert!(
            self.faults.is_empty(),
            "{} faults in {:?}:\n{}",
            self.faults.len(),
            self.browser.view(),
            self.faults.join("\n")
        );
        assert!(
            missing.is_empty(),
            "pages that nobody looked at: {missing:#?}"
        );
    }
}

/// `/admin/people/{id}/edit` in the state `error` is `admin-people-id-edit+error.png`.
fn picture_name(route: &str, state: &str) -> String {
    let plain = route.trim_matches('/').replace(['{', '}'], "");
    let plain = plain.replace('/', "-");
    let name = if plain.is_empty() { "home" } else { &plain };
    if state.is_empty() {
        format!("{name}.png")
    } else {
        format!("{name}+{state}.png")
    }
}
