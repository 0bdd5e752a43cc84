//! Pages that come of doing something: signing in, asking many, scanning a code; and how forms look when they refuse.

use crate::walk::Walk;

pub(crate) const LIN: &str = "13800000001";
pub(crate) const OWNER: &str = "13800000003";
/// Works for two companies.
const HE: &str = "13800000008";
const VISITOR: &str = "13912345678";
const CUSTOMER: &str = "13912345679";

impl Walk {
    /// Signing in: a wrong number, the code, a wrong code, the choice of a company.
    pub(crate) async fn signing_in(&mut self) {
        self.open("/sign-in", "").await;
        self.browser.type_into("#mobile", "12").await;
        self.browser
            .click("form[action='/sign-in'] button.main.wide")
            .await;
        self.browser.wait_for("#mobile-error").await;
        self.look("refused", 422).await;
        self.browser.type_into("#mobile", HE).await;
        self.browser
            .click("form[action='/sign-in'] button.main.wide")
            .await;
        self.browser.wait_for("#code").await;
        self.look("", 200).await;
        self.browser.click("#sign-in button.main").await;
        self.browser.wait_for_path("/sign-in/company").await;
        self.look("", 200).await;
        self.sign_out().await;
        self.open_failure("/nowhere", "guest", 404).await;
    }

    /// A code of the member signed in; returns the address that it holds.
    pub(crate) async fn make_code(&mut self) -> String {
        self.browser.goto(&self.process.url("/codes")).await;
        self.look("none", 200).await;
        self.browser.goto(&self.process.url("/codes/new")).await;
        self.browser.type_into("#name", "门店海报").await;
        self.browser
            .click("form[action='/codes/new'] button.main")
            .await;
        let copied = self.browser.wait_for("[data-copy*='/q/']").await;
        let address = copied.attr("data-copy").await.ok().flatten();
        address.expect("an address to copy")
    }

    /// What a visitor of the code sees, up to his own page.
    pub(crate) async fn visit(&mut self, code: &str) {
        self.sign_out().await;
        self.browser.goto(code).await;
        self.look("", 200).await;
        self.browser.type_into("#name", "王").await;
        self.browser.type_into("#mobile", "12").await;
        self.browser.click("form[action$='/number'] button").await;
        self.browser.wait_for("#mobile-e").await;
        self.look("refused", 422).await;
        self.browser.type_into("#name", "王小姐").await;
        self.browser.type_into("#mobile", VISITOR).await;
        self.browser.click("form[action$='/number'] button").await;
        self.browser.wait_for("#code").await;
        self.look("", 200).await;
        self.browser.click("form[action$='/code'] button").await;
        self.browser.wait_for("[role=status] h1").await;
        self.look("", 200).await;
        self.browser.goto(code).await;
        self.look("contact", 200).await;
        self.browser.goto(&self.process.url("/person")).await;
        self.browser.click("a[href$='/end']").await;
        self.browser.wait_for("form[action$='/end']").await;
        self.look("", 200).await;
    }

    /// Several are asked at once.
    pub(crate) async fn ask_many(&mut self) {
        let list = self.process.url("/directory?department=1&page=5");
        self.browser.goto(&list).await;
        self.browser.click("#hits .row-item [data-pick]").await;
        self.browser.click("[data-pick-all]").await;
        self.browser.click("[data-batch-bar] button").await;
        self.browser.wait_for_path("/directory/requests/new").await;
        self.look("", 200).await;
        self.browser.type_into("#message", "年会节目找你").await;
        self.browser.click("form button.main").await;
        self.browser.wait_until_gone("#message").await;
        self.look("", 200).await;
    }

    /// Dialogs over a list, and pages that refuse.
    pub(crate) async fn refusals_to_a_member(&mut self) {
        self.browser.goto(&self.process.url("/requests")).await;
        self.browser.click("#inbox a[href*='decline']").await;
        self.browser.wait_for("dialog[open] #dialog").await;
        self.look("dialog", 200).await;
        self.open_failure("/nowhere", "member", 404).await;
        self.open_failure("/admin/people", "forbidden", 403).await;
    }

    /// Forms of administration that come back with what was wrong.
    pub(crate) async fn refusals_to_an_administrator(&mut self) {
        self.browser
            .goto(&self.process.url("/admin/people/new"))
            .await;
        self.browser.type_into("#name", "梅若雪").await;
        self.browser.click("#member-form footer .main").await;
        self.browser.wait_for("#mobile-error").await;
        self.look("refused", 200).await;
        self.browser.goto(&self.process.url("/admin/people")).await;
        self.browser.click("[data-pick-all]").await;
        self.browser.click("[data-batch-bar] button.risk").await;
        self.browser.wait_for_path("/admin/people/batch").await;
        self.look("", 200).await;
    }

    /// Acts on many at once: what came of it, and all codes of a member on their way to another.
    pub(crate) async fn act_on_many(&mut self) {
        let left = self.process.url("/admin/people?status=left");
        self.browser.goto(&left).await;
        self.browser.click("[data-pick-all]").await;
        self.browser
            .click("[data-batch-bar] button[value='reactivate']")
            .await;
        self.browser.click("#batch footer .main").await;
        self.browser.wait_for("#batch-head").await;
        self.look("", 200).await;
        self.browser.goto(&self.process.url("/admin/codes")).await;
        self.browser.click("#list a[href*='owner=']").await;
        self.browser.click("a[href^='/admin/codes/of/']").await;
        self.browser.wait_for("main form[role='search']").await;
        self.look("", 200).await;
    }

    /// An endpoint is made; its pages, the form that refuses, and a message to it.
    pub(crate) async fn make_webhook(&mut self) {
        let new = self.process.url("/admin/webhooks/new");
        self.browser.goto(&new).await;
        self.browser
            .type_into("#url", "https://hooks.example.invalid/in")
            .await;
        self.browser
            .click("input[name='which'][value='some']")
            .await;
        self.browser.click("form[action$='/new'] button.main").await;
        self.browser.wait_for("p.error").await;
        self.look("refused", 200).await;
        self.browser.click("input[value='code.scanned']").await;
        self.browser.click("form[action$='/new'] button.main").await;
        self.browser.wait_for("[data-copy^='whsec_']").await;
        let made = self.browser.wait_for("main a.btn.main").await;
        let path = made.attr("href").await.ok().flatten();
        let path = path.expect("the way to the endpoint");
        for act in ["", "/edit", "/rotate", "/delete"] {
            self.open(&format!("{path}{act}"), "").await;
        }
        self.browser.goto(&self.process.url(&path)).await;
        self.browser.click("form[action$='/example'] button").await;
        self.browser.wait_for_path(&format!("{path}/message")).await;
        self.look("", 200).await;
    }

    /// A live code that asks nothing is scanned; the receipt says why this member was chosen. Returns the address that it holds.
    pub(crate) async fn scan_live_code(&mut self) -> String {
        let list = self.process.url("/admin/live-codes?q=xihu-door");
        self.browser.goto(&list).await;
        self.browser
            .click("#list a[href^='/admin/live-codes/']")
            .await;
        let copied = self.browser.wait_for("[data-copy*='/c/']").await;
        let address = copied.attr("data-copy").await.ok().flatten();
        let address = address.expect("the address of the code");
        let path = address.find("/c/").map(|at| &address[at..]);
        let page = self.process.url(path.expect("the path of the code"));
        self.browser.goto(&page).await;
        self.browser.goto(&list).await;
        self.browser
            .click("#list a[href^='/admin/live-codes/']")
            .await;
        self.browser.click("a[href$='/scans']").await;
        self.browser.click("a.name[href*='/scans/']").await;
        self.browser.wait_for("ol.thread").await;
        self.look("", 200).await;
        page
    }

    /// A visitor of a live code proves his number and speaks with the member who was chosen; the member sees it and may hand it over.
    pub(crate) async fn talk(&mut self, page: &str) {
        self.sign_out().await;
        self.browser.goto(page).await;
        self.look("", 200).await;
        self.browser.type_into("#name", "周先生").await;
        self.browser.type_into("#mobile", CUSTOMER).await;
        self.browser.click("form[action$='/number'] button").await;
        self.browser.wait_for("#code").await;
        self.look("", 200).await;
        let code = self
            .browser
            .evaluate("return document.body.innerText.match(/\\b\\d{6}\\b/)[0]")
            .await;
        let code = code.as_str().expect("the demo shows the code").to_owned();
        self.browser.type_into("#code", &code).await;
        self.browser.click("form[action$='/code'] button").await;
        self.browser.wait_for("#say").await;
        self.look("", 200).await;
        self.browser
            .type_into("#text", "请问周末可以看样吗？")
            .await;
        self.browser.click("#say button.main").await;
        self.browser.wait_for_text("#said", "周末").await;
        let member = self.browser.text("h1").await;

        // Who was chosen is known by name; the administrator knows by which number he signs in.
        self.sign_in(OWNER).await;
        let found = self.process.url(&format!("/admin/people?q={member}"));
        self.browser.goto(&found).await;
        self.browser.click(".table a[href^='/admin/people/']").await;
        self.browser.wait_for("a[href$='/leave']").await;
        let mobile = self
            .browser
            .evaluate(
                "return document.querySelector('main').innerText.match(/1\\d\\d \\d{4} \\d{4}/)[0]",
            )
            .await;
        let mobile = mobile.as_str().expect("a number").replace(' ', "");
        self.sign_in(&mobile).await;
        self.browser.goto(&self.process.url("/conversations")).await;
        self.browser.click("#list a.name").await;
        self.browser.wait_for_text("#said", "周末").await;
        self.look("", 200).await;
        self.browser.click("main a[href$='/hand-over']").await;
        self.browser.wait_for("#found").await;
        self.look("", 200).await;

        let answers = self.process.url("/conversations/answers");
        self.browser.goto(&answers).await;
        self.browser.type_into("#title", "看样").await;
        self.browser
            .type_into("#body", "周末全天都可以看样。")
            .await;
        self.browser.click("#answer button.main").await;
        self.browser
            .click("main a.name[href^='/conversations/answers/']")
            .await;
        self.browser
            .wait_for("#answer[action^='/conversations/answers/']")
            .await;
        self.look("", 200).await;
    }

    /// The code of a member who has left, as its visitor finds it.
    pub(crate) async fn visit_dead_code(&mut self, code: &str) {
        let found = self.process.url("/admin/people?q=linzhixia");
        self.browser.goto(&found).await;
        self.browser.click(".table a[href^='/admin/people/']").await;
        self.browser.click("a[href$='/leave']").await;
        self.browser.wait_for("dialog[open] #dialog").await;
        self.browser.click("dialog footer .main").await;
        self.browser.wait_for("a[href$='/reactivate']").await;
        self.sign_out().await;
        self.browser.goto(code).await;
        self.look("dead", 410).await;
        let forged = code.rsplit_once('/').map_or(code, |(start, _)| start);
        self.browser
            .goto(&format!("{forged}/{}", "a".repeat(24)))
            .await;
        self.look("unknown", 404).await;
    }
}
