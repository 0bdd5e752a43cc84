//! Signing in: the number, the code, the choice of a company, and each way in which it is refused.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use guanxi_testkit::world::{Answer, World};

/// A browser that keeps its cookies.
struct Browser<'a> {
    world: &'a World,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    fn of(world: &'a World) -> Self {
        Self {
            world,
            cookies: Vec::new(),
        }
    }

    async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let body = url_encoded(fields);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.collect::<Vec<_>>().join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, "Mozilla/5.0 (iPhone) Safari/605.1.15")
            .body(Body::from(body))
            .expect("a cookie, a message or a request of ours");
        let answer = self.world.request(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .expect("a cookie, a message or a request of ours")
                .split(';')
                .next()
                .expect("a cookie, a message or a request of ours");
            let (name, value) = pair
                .split_once('=')
                .expect("a cookie, a message or a request of ours");
            self.cookies.retain(|(kept, _)| kept != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    async fn ask_code(&mut self, mobile: &str) -> Answer {
        self.send(
            "POST",
            "/sign-in",
            &[("mobile", mobile), ("next", "/requests")],
        )
        .await
    }

    async fn try_code(&mut self, mobile: &str, code: &str) -> Answer {
        let fields = [
            ("mobile", mobile),
            ("next", "/requests"),
            ("code", code),
            ("keep", "on"),
        ];
        self.send("POST", "/sign-in/code", &fields).await
    }
}

fn url_encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The code that was sent last; it is handed to the carrier beside the answer.
async fn sent_code(world: &World) -> String {
    for _ in 0..500 {
        if let Some(message) = world
            .sms
            .sent
            .lock()
            .expect("a cookie, a message or a request of ours")
            .last()
        {
            return message.value.clone();
        }
        tokio::task::yield_now().await;
        #[expect(
            clippy::disallowed_methods,
            reason = "the carrier works on a thread of its own"
        )]
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("no message was sent");
}

const OWNER: &str = "+8613800000001";

#[tokio::test]
async fn a_number_in_any_notation_and_its_code_open_a_session() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let mut browser = Browser::of(&world);
    let answer = browser.ask_code(" 138-0000 0001 ").await;
    assert_eq!(answer.location, "/sign-in/code?next=%2Frequests");
    let page = browser.send("GET", &answer.location, &[]).await;
    assert!(page.body.contains("138 **** 0001") && page.body.contains("60 秒后可以重发"));
    let code = sent_code(&world).await;
    assert!(!page.body.contains(&code));
    let answer = browser.try_code(OWNER, &code).await;
    assert_eq!(answer.location, "/requests", "{}", answer.body);
    let page = browser.send("GET", "/me", &[]).await;
    assert!(page.body.contains("Safari · iPhone") && page.body.contains("这台设备"));
    // A code counts once.
    let answer = Browser::of(&world).try_code(OWNER, &code).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("已失效"));
}

#[tokio::test]
async fn an_unknown_number_is_answered_like_a_known_one() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let mut answers = Vec::new();
    for mobile in [OWNER, "+8613812345678"] {
        let mut browser = Browser::of(&world);
        let asked = browser.ask_code(mobile).await;
        let page = browser.send("GET", &asked.location, &[]).await;
        let again = browser.ask_code(mobile).await;
        let wrong = browser.try_code(mobile, "000000").await;
        let masked = ["138 **** 0001", "138 **** 5678", OWNER, "+8613812345678"];
        let bare = |text: &str| {
            masked
                .iter()
                .fold(text.to_owned(), |text, part| text.replace(part, ""))
        };
        answers.push((
            (asked.status, asked.location, again.status, again.location),
            (bare(&page.body), wrong.status, bare(&wrong.body)),
        ));
    }
    assert!(answers[0] == answers[1]);
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_keeps_what_was_typed() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let mut browser = Browser::of(&world);
    let answer = browser.ask_code("1380000").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("value=\"1380000\"") && answer.body.contains("mobile-error"));
    browser.ask_code(OWNER).await;
    let answer = browser.try_code(OWNER, "12").await;
    assert!(answer.body.contains("验证码是 6 位数字") && answer.body.contains("value=\"12\""));
    for left in (1..5).rev() {
        let answer = browser.try_code(OWNER, "000000").await;
        assert!(answer.body.contains(&format!("还可以试 {left} 次")));
    }
    let answer = browser.try_code(OWNER, "000000").await;
    assert!(answer.body.contains("已失效"));
}

#[tokio::test]
async fn one_address_cannot_go_through_numbers() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let mut browser = Browser::of(&world);
    for number in 0..60 {
        let answer = browser.ask_code(&format!("+86139{number:08}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{number}");
    }
    let answer = browser.ask_code("+8613999999999").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("这个网络要的验证码太多，1 分钟后再试"));
    world.clock.pass(12_000);
    let answer = browser.ask_code("+8613999999999").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_address_cannot_guess_on() {
    let world = World::sqlite().await;
    let mut browser = Browser::of(&world);
    for number in 0..6 {
        let mobile = format!("+86139{number:08}");
        browser.ask_code(&mobile).await;
        for _ in 0..5 {
            let answer = browser.try_code(&mobile, "000000").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    browser.ask_code("+8613999999999").await;
    let answer = browser.try_code("+8613999999999", "000000").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let mut browser = Browser::of(&world);
    let fields = [("mobile", OWNER), ("next", "//evil.example")];
    let answer = browser.send("POST", "/sign-in", &fields).await;
    assert_eq!(answer.location, "/sign-in/code");
    // Without the cookie there is no code to enter.
    let answer = Browser::of(&world).send("GET", "/sign-in/code", &[]).await;
    assert_eq!(answer.location, "/sign-in");
}

#[tokio::test]
async fn who_has_several_companies_chooses_one() {
    let world = World::sqlite().await;
    world.corp("青禾", OWNER).await;
    let cx = world.cx();
    let second = guanxi_app::corp::NewCorp {
        name: "南岭".into(),
        admin_name: "覃素珍".into(),
        admin_mobile: OWNER.into(),
        settings: guanxi_model::corp::Settings::default(),
    };
    let made = world
        .env
        .store
        .write(move |tx| guanxi_app::corp::create(tx, &cx, &second));
    made.await.unwrap();
    let mut browser = Browser::of(&world);
    browser.ask_code(OWNER).await;
    let code = sent_code(&world).await;
    let answer = browser.try_code(OWNER, &code).await;
    assert_eq!(answer.location, "/sign-in/company?next=%2Frequests");
    let page = browser.send("GET", &answer.location, &[]).await;
    assert!(page.body.contains("青禾") && page.body.contains("南岭"));
    let value = |part: &str, name: &str| {
        let rest = part.split(&format!("name=\"{name}\" value=\"")).nth(1);
        rest.unwrap().split('"').next().unwrap().to_owned()
    };
    let row = page
        .body
        .split("<li")
        .find(|row| row.contains("南岭"))
        .unwrap();
    let (token, corp, next) = (
        value(&page.body, "_csrf"),
        value(row, "corp"),
        value(&page.body, "next"),
    );
    let fields = [("_csrf", token.as_str()), ("corp", &corp), ("next", &next)];
    let answer = browser.send("POST", "/me/company", &fields).await;
    assert_eq!(answer.location, "/requests", "{}", answer.body);
    let page = browser.send("GET", "/", &[]).await;
    assert!(page.body.contains("南岭<small>"));
}
