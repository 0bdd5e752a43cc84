//! Guesses, floods, and answers that a bad connection loses.

use axum::http::{StatusCode, header};
use guanxi_app::qr_code;
use guanxi_model::qr_code::Terms;
use guanxi_testkit::world::PUBLIC_URL;

use crate::{Phone, VISITOR, after, code_of, sent_code, world};

/// Guesses as somebody makes them who has seen a real token: other proofs, other names, and one letter changed.
fn guess(number: u32, real: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut token = real.as_bytes().to_vec();
    let mut rest = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let places = match number % 3 {
        0 => 16..24,
        1 => 0..16,
        _ => {
            let at = (number as usize / 3) % 24;
            at..at + 1
        }
    };
    for place in places {
        let own = token[place];
        while token[place] == own {
            rest = rest.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            token[place] = LETTERS[(rest >> 59) as usize];
        }
    }
    String::from_utf8(token).expect("letters")
}

async fn guess_many(count: u32) {
    let (world, _, _, lin) = world().await;
    let (_, path) = code_of(&world, &lin, Terms::default()).await;
    let real = path.trim_start_matches("/q/");
    let key = qr_code::Key::new(&world.env.pepper, PUBLIC_URL);
    assert!(key.read(real).is_some());
    let found = (0..count).filter(|number| key.read(&guess(*number, real)).is_some());
    assert_eq!(found.count(), 0, "no guess is a token");

    let mut phone = Phone::of(&world);
    let (mut unknown, mut slowed) = (0, 0);
    for number in 0..count {
        let answer = phone.get(&format!("/q/{}", guess(number, real))).await;
        match answer.status {
            StatusCode::NOT_FOUND => {
                unknown += 1;
                assert!(answer.body.contains("打不开"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                slowed += 1;
                assert!(answer.headers.contains_key(header::RETRY_AFTER));
            }
            other => panic!("guess {number} was answered {other}"),
        }
    }
    assert_eq!((unknown, slowed), (20, count - 20));
}

#[tokio::test]
async fn guesses_find_nothing_and_are_slowed() {
    guess_many(20_000).await;
}

#[tokio::test]
#[ignore = "takes minutes: `scripts/test long`"]
async fn a_million_guesses_find_nothing_and_are_slowed() {
    guess_many(1_000_000).await;
}

#[tokio::test]
async fn a_flood_of_one_network_is_slowed_and_stays_on_record() {
    let (world, _, _, lin) = world().await;
    let (code, path) = code_of(&world, &lin, Terms::default()).await;
    let mut phone = Phone::of(&world);
    let (mut shown, mut slowed) = (0, 0);
    for _ in 0..320 {
        match phone.get(&path).await.status {
            StatusCode::OK => shown += 1,
            StatusCode::TOO_MANY_REQUESTS => slowed += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((shown, slowed), (300, 20));
    // Five seconds later the next one that is slowed writes those before it too; the sixth second lets a few pass.
    world.clock.pass(100);
    assert_eq!(phone.get(&path).await.status, StatusCode::TOO_MANY_REQUESTS);
    let record = world
        .get(Some(&lin), &format!("/codes/{}/scans.csv", code.id))
        .await;
    let rows = |text: &str| {
        record
            .body
            .lines()
            .filter(|line| line.contains(text))
            .count()
    };
    assert_eq!(rows("看了名片"), 300, "{}", record.body);
    assert_eq!(rows("被放慢"), 1, "one row for many");
}

#[tokio::test]
async fn an_answer_that_was_lost_can_be_asked_for_again() {
    let (world, _, _, lin) = world().await;
    let (_, path) = code_of(&world, &lin, Terms::default()).await;
    let mut phone = Phone::of(&world);
    let page = phone.get(&path).await;
    let browser = after(&page.body, "name=\"browser\" value=\"").to_owned();
    let who = [
        ("name", "王小姐"),
        ("mobile", VISITOR),
        ("message", "柜子"),
        ("browser", browser.as_str()),
    ];
    // The first answer is lost, cookies and all.
    let number = format!("{path}/number");
    let lost = Phone::of(&world).send("POST", &number, &who).await;
    assert_eq!(lost.location, format!("{path}/code"));
    let code = sent_code(&world).await;
    let again = phone.send("POST", &number, &who).await;
    assert_eq!(again.location, format!("{path}/code"), "{}", again.body);
    assert_eq!(
        world.sms.sent.lock().expect("the messages").len(),
        1,
        "one message for one number"
    );
    let who = [who[0], who[1], who[2], ("code", code.as_str())];
    let prove = format!("{path}/code");
    // Sent, and the answer lost: whoever has no session sends it again and has one.
    let mut twin = Phone::of(&world);
    twin.cookies = phone.cookies.clone();
    let first = twin.send("POST", &prove, &who).await;
    assert_eq!(first.location, format!("{path}/done"), "{}", first.body);
    let second = phone.send("POST", &prove, &who).await;
    assert_eq!(second.location, format!("{path}/done"), "{}", second.body);
    let done = phone.get(&second.location).await;
    assert!(done.body.contains("您和林知夏是联系人了"));
    // The session that never reached him is over, and a third time is as good.
    assert!(twin.get("/person").await.location.starts_with("/sign-in"));
    let third = phone.send("POST", &prove, &who).await;
    assert_eq!(third.location, format!("{path}/done"));
    let wrong = [who[0], who[1], who[2], ("code", "12")];
    assert_eq!(
        phone.send("POST", &prove, &wrong).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // Somebody else's browser gets nowhere with the same six digits.
    let other = Phone::of(&world).send("POST", &prove, &who).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nor does what the browser remembers after signing out.
    world.clock.pass(6 * 60_000);
    let late = phone.send("POST", &prove, &who).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
}
