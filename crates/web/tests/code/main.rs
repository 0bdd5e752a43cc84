//! Visitors and members' codes, through forms alone: no script, no session, no cookie to begin with.

mod card;
mod flood;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use guanxi_app::{Cx, member, qr_code};
use guanxi_model::{
    member::Change,
    qr_code::{QrCode, Shown, Terms},
};
use guanxi_testkit::world::{Answer, Corp, PUBLIC_URL, Someone, World};

const OWNER: &str = "13800000001";
const VISITOR: &str = "+8613912345678";

/// A visitor's phone, which keeps its cookies.
struct Phone<'a> {
    world: &'a World,
    language: &'static str,
    cookies: Vec<(String, String)>,
}

impl<'a> Phone<'a> {
    fn of(world: &'a World) -> Self {
        Self {
            world,
            language: "zh-CN",
            cookies: Vec::new(),
        }
    }

    async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookies = self.cookies.iter();
        let cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let answer = self.world.request(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().expect("text").split(';').next();
            let (name, value) = pair.and_then(|pair| pair.split_once('=')).expect("a pair");
            self.cookies.retain(|(kept, _)| kept != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[]).await
    }
}

/// The code that was sent last; it is handed to the carrier beside the answer.
async fn sent_code(world: &World) -> String {
    for _ in 0..500 {
        if let Some(message) = world.sms.sent.lock().expect("the messages").last() {
            return message.value.clone();
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the carrier works on a thread of its own"
        )]
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("no message was sent");
}

async fn code_of(world: &World, who: &Someone, terms: Terms) -> (QrCode, String) {
    let cx = world.cx_of(who);
    let made = world
        .env
        .store
        .write(move |tx| qr_code::create(tx, &cx, terms.clone()))
        .await
        .expect("the code is made");
    let token = qr_code::Key::new(&world.env.pepper, PUBLIC_URL).token(made.slug);
    (made, format!("/q/{token}"))
}

async fn write<T: Send + 'static>(
    world: &World,
    cx: Cx,
    act: impl Fn(&mut guanxi_store::Tx<'_>, &Cx) -> guanxi_app::Result<T> + Send + 'static,
) -> T {
    let written = world.env.store.write(move |tx| act(tx, &cx)).await;
    written.expect("it is written")
}

async fn world() -> (World, Corp, Someone, Someone) {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾家居", OWNER).await;
    let lin = world.member(corp, "林知夏", 2).await;
    world.load_directory(corp).await;
    (world, corp, owner, lin)
}

#[tokio::test]
async fn a_stranger_becomes_a_contact_by_forms_alone() {
    let (world, _, _, lin) = world().await;
    let (_, path) = code_of(&world, &lin, Terms::default()).await;
    let mut phone = Phone::of(&world);
    let page = phone.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("林知夏") && page.body.contains("青禾家居"));
    assert!(page.body.len() <= 20 * 1024 && phone.cookies.is_empty());
    for file in ["<script", "src=", "stylesheet"] {
        assert!(!page.body.contains(file), "the page asks for more: {file}");
    }
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("text");
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"));

    let number = format!("{path}/number");
    let wrong = [("name", ""), ("mobile", "139"), ("message", "柜子")];
    let answer = phone.send("POST", &number, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("value=\"柜子\"") && answer.body.contains("aria-invalid"));
    let who = [
        ("name", "王小姐"),
        ("mobile", "139 1234 5678"),
        ("message", "柜子"),
    ];
    let answer = phone.send("POST", &number, &who).await;
    assert_eq!(answer.location, format!("{path}/code"), "{}", answer.body);
    let entry = phone.get(&answer.location).await;
    assert!(entry.body.contains("139 **** 5678"));
    let code = sent_code(&world).await;
    assert!(!entry.body.contains(&code));

    let other = if code == "000000" { "000001" } else { "000000" };
    let who = [
        ("name", "王小姐"),
        ("mobile", VISITOR),
        ("message", "柜子"),
        ("code", other),
    ];
    let answer = phone.send("POST", &format!("{path}/code"), &who).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("王小姐") && answer.body.contains("柜子"));
    let who = [
        ("name", "王小姐"),
        ("mobile", VISITOR),
        ("message", "柜子"),
        ("code", &code),
    ];
    let answer = phone.send("POST", &format!("{path}/code"), &who).await;
    assert_eq!(answer.location, format!("{path}/done"), "{}", answer.body);
    let done = phone.get(&answer.location).await;
    assert!(done.body.contains("您和林知夏是联系人了"), "{}", done.body);
    let again = phone.get(&path).await;
    assert!(again.body.contains("您和对方已是联系人"));
}

/// A visitor who has become a contact, or waits.
async fn visitor<'a>(world: &'a World, path: &str) -> Phone<'a> {
    let mut phone = Phone::of(world);
    let who = [("name", "王小姐"), ("mobile", VISITOR), ("message", "柜子")];
    phone.send("POST", &format!("{path}/number"), &who).await;
    let code = sent_code(world).await;
    let who = [
        ("name", "王小姐"),
        ("mobile", VISITOR),
        ("message", "柜子"),
        ("code", &code),
    ];
    let answer = phone.send("POST", &format!("{path}/code"), &who).await;
    assert_eq!(answer.location, format!("{path}/done"), "{}", answer.body);
    phone
}

/// What follows a mark in a page, up to a quotation mark.
fn after<'a>(body: &'a str, mark: &str) -> &'a str {
    let rest = body.split(mark).nth(1);
    rest.and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("{mark} is not in {body}"))
}

#[tokio::test]
async fn a_member_keeps_notes_on_a_customer_and_ends_the_contact() {
    let (world, _, _, lin) = world().await;
    let terms = Terms {
        name: "门口海报".into(),
        ..Terms::default()
    };
    let (_, path) = code_of(&world, &lin, terms).await;
    visitor(&world, &path).await;
    let list = world.get(Some(&lin), "/customers?q=wxj").await.body;
    assert!(list.contains("王小姐") && list.contains("门口海报") && list.contains("客户"));
    let id = after(&list, "class=\"name\" href=\"/customers/");
    let note = format!("/customers/{id}/note");
    let fields = [("remark", "衣帽间"), ("tags", "意向"), ("starred", "on")];
    let answer = world.post(Some(&lin), &note, &fields).await;
    assert_eq!(answer.location, "/customers");
    let long = "长".repeat(33);
    let answer = world.post(Some(&lin), &note, &[("remark", &long)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = world.get(Some(&lin), "/customers/export.csv").await.body;
    assert!(file.contains("王小姐,衣帽间,意向,★,门口海报"), "{file}");
    let gone = world
        .post(Some(&lin), &format!("/customers/{id}/remove"), &[])
        .await;
    assert_eq!(gone.location, "/customers");
    assert!(
        !world
            .get(Some(&lin), "/customers")
            .await
            .body
            .contains("衣帽间")
    );
    world
        .post(Some(&lin), &format!("/customers/{id}/restore"), &[])
        .await;
    assert!(
        world
            .get(Some(&lin), "/customers")
            .await
            .body
            .contains("衣帽间")
    );
}

#[tokio::test]
async fn the_request_of_a_customer_is_answered_under_his_name() {
    let (world, _, _, lin) = world().await;
    let terms = Terms {
        name: "门口海报".into(),
        confirm: true,
        ..Terms::default()
    };
    let (_, path) = code_of(&world, &lin, terms).await;
    let mut phone = visitor(&world, &path).await;
    let mine = phone.get("/person").await;
    assert!(mine.body.contains("林知夏") && mine.body.contains("等对方确认"));
    let inbox = world.get(Some(&lin), "/requests").await.body;
    for text in ["王小姐", "客户", "扫码 · 门口海报", "柜子"] {
        assert!(inbox.contains(text), "{text}");
    }
    let id = after(&inbox, "id=\"r");
    let accept = format!("/requests/{id}/accept");
    let answer = world.post(Some(&lin), &accept, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        world
            .get(Some(&lin), "/customers")
            .await
            .body
            .contains("王小姐")
    );
    let mine = phone.get("/person").await;
    assert!(!mine.body.contains("等对方确认") && mine.body.contains("青禾家居"));
}

#[tokio::test]
async fn a_person_takes_his_data_along_and_has_it_deleted() {
    let (world, _, _, lin) = world().await;
    let (_, path) = code_of(&world, &lin, Terms::default()).await;
    let mut phone = visitor(&world, &path).await;
    assert_eq!(phone.get("/").await.location, "/person");
    let data = phone.get("/person/export.json").await;
    for text in ["王小姐", VISITOR, "林知夏", "青禾家居", "柜子"] {
        assert!(data.body.contains(text), "{text} in {}", data.body);
    }
    let ask = phone.get("/person/delete").await;
    let token = after(&ask.body, "name=\"_csrf\" value=\"").to_owned();
    let answer = phone
        .send("POST", "/person/delete", &[("_csrf", &token)])
        .await;
    assert_eq!(answer.location, "/sign-in", "{}", answer.body);
    assert!(phone.get("/person").await.location.starts_with("/sign-in"));
    let list = world.get(Some(&lin), "/customers").await;
    assert!(!list.body.contains("王小姐"));
    // A member's account is his company's.
    let answer = world.post(Some(&lin), "/person/delete", &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn who_is_signed_in_adds_with_one_tap_and_the_owner_answers() {
    let (world, corp, _, lin) = world().await;
    let terms = Terms {
        confirm: true,
        ..Terms::default()
    };
    let (_, path) = code_of(&world, &lin, terms).await;
    let chen = world.member(corp, "陈一鸣", 3).await;
    let answer = world
        .post(Some(&chen), &format!("{path}/add"), &[("message", "你好")])
        .await;
    assert_eq!(answer.location, format!("{path}/done"), "{}", answer.body);
    let done = world.get(Some(&chen), &answer.location).await;
    assert!(done.body.contains("等对方确认"));
    let inbox = world.get(Some(&lin), "/requests").await;
    assert!(inbox.body.contains("陈一鸣") && inbox.body.contains("扫码"));
    let answer = world.post(Some(&lin), &format!("{path}/add"), &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_dead_code_says_why_and_what_next() {
    let (world, _, owner, lin) = world().await;
    let terms = Terms {
        days: Some(1),
        ..Terms::default()
    };
    let (code, path) = code_of(&world, &lin, terms).await;
    let mut phone = Phone::of(&world);
    let id = code.id;
    write(&world, world.cx_of(&lin), move |tx, cx| {
        qr_code::revoke(tx, cx, id)
    })
    .await;
    let says = |page: &Answer, text: &str| {
        assert_eq!(page.status, StatusCode::GONE);
        assert!(
            page.body.contains(text) && page.body.contains("青禾家居"),
            "{}",
            page.body
        );
    };
    says(&phone.get(&path).await, "已被收回");
    assert_eq!(
        phone.get(&format!("{path}/card.vcf")).await.status,
        StatusCode::GONE
    );
    write(&world, world.cx_of(&lin), move |tx, cx| {
        qr_code::restore(tx, cx, id)
    })
    .await;
    world.clock.pass(25 * 3_600_000);
    says(&phone.get(&path).await, "已过期");
    let member = lin.id;
    write(&world, world.cx_of(&owner), move |tx, cx| {
        member::change(tx, cx, member, Change::Disable)
    })
    .await;
    says(&phone.get(&path).await, "暂停使用");
    write(&world, world.cx_of(&owner), move |tx, cx| {
        member::change(tx, cx, member, Change::Leave)
    })
    .await;
    says(&phone.get(&path).await, "已经离开");
}

#[tokio::test]
async fn the_card_speaks_the_language_of_the_visitor_and_can_be_kept() {
    let (world, _, _, lin) = world().await;
    let shown = Shown {
        mobile: true,
        ..Shown::default()
    };
    let terms = Terms {
        shown,
        ..Terms::default()
    };
    let (_, path) = code_of(&world, &lin, terms).await;
    let (_, bare) = code_of(&world, &lin, Terms::default()).await;
    let mut phone = Phone::of(&world);
    phone.language = "en-GB";
    let page = phone.get(&path).await;
    assert!(page.body.contains("Hello, I am") && page.body.contains("lang=\"en\""));
    let file = phone.get(&format!("{path}/card.vcf")).await;
    assert_eq!(
        file.headers[header::CONTENT_TYPE],
        "text/vcard; charset=utf-8"
    );
    for line in [
        "BEGIN:VCARD\r\nVERSION:3.0\r\n",
        "N:林;知夏;;;\r\n",
        "FN:林知夏\r\n",
        "ORG:青禾家居\r\n",
        "TEL;TYPE=CELL:+86138",
    ] {
        assert!(file.body.contains(line), "{line} in {}", file.body);
    }
    let file = phone.get(&format!("{bare}/card.vcf")).await;
    assert!(!file.body.contains("TEL"));
}
