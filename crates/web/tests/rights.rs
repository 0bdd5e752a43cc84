//! Every route of the table, called by those who may not: nobody, the wrong role, and people of another company.
//!
//! A route with a part in its address that this file does not know fails the test, so a new route cannot be forgotten.

use axum::http::StatusCode;
use guanxi_app::{contact, find_ask, qr_code, visibility};
use guanxi_model::{
    department::DepartmentId,
    qr_code::Terms,
    role::Role,
    visibility::{Kind, Subject},
};
use guanxi_testkit::world::{Answer, Corp, PUBLIC_URL, Someone, World};
use guanxi_web::{
    auth::Access,
    routes::{Route, Verb, table},
};

/// One company with one of everything.
struct Company {
    corp: Corp,
    owner: Someone,
    member: Someone,
    other: Someone,
    request: String,
    rule: String,
    grant: String,
    ask: String,
    batch: String,
    audit: String,
    session: String,
    token: String,
}

/// A department number that only this company has.
const OWN_DEPARTMENT: i64 = 77;

async fn company(world: &World, name: &str, mobile: &str, has_own: bool) -> Company {
    let (corp, owner) = world.corp(name, mobile).await;
    if has_own {
        world.department(corp, OWN_DEPARTMENT, 2, "仅此一家").await;
    }
    let member = world.member(corp, "甲", 2).await;
    let other = world.member(corp, "乙", 3).await;
    world.load_directory(corp).await;
    let store = &world.env.store;
    let (cx, recipient) = (world.cx_of(&other), member.id);
    let ask = contact::Ask {
        recipient,
        message: String::new(),
        add_way: guanxi_model::request::AddWay::Colleague,
    };
    let outcome = store
        .write(move |tx| contact::ask(tx, &cx, &ask))
        .await
        .expect("asked");
    let contact::Outcome::Asked(request) = outcome else {
        panic!("{outcome:?}")
    };
    let cx = world.cx_of(&owner);
    let draft = visibility::Draft {
        id: None,
        kind: Kind::Hide,
        subject: Subject::Department(DepartmentId(3)),
        exceptions: vec![Subject::Department(DepartmentId(2))],
        note: String::new(),
    };
    let (viewer, target) = (Subject::Member(member.id), Subject::Member(other.id));
    let (rule, grant) = store
        .write(move |tx| {
            let rule = visibility::put_rule(tx, &cx, draft.clone())?;
            Ok::<_, guanxi_app::Error>((
                rule,
                visibility::put_grant(tx, &cx, viewer, target, None)?,
            ))
        })
        .await
        .expect("the rule is written");
    let cx = world.cx_of(&member);
    let ask = store
        .write(move |tx| find_ask::ask(tx, &cx, "单丽群", ""))
        .await
        .expect("asked");
    let session = {
        let cx = world.cx_of(&member);
        let sessions = store
            .read(move |tx| guanxi_app::session::list(tx, &cx))
            .await
            .expect("listed");
        sessions[0].id.to_string()
    };
    let (owner_id, form) = (owner.id.to_string(), ["to", "message"]);
    let sent = world
        .post(
            Some(&other),
            "/directory/requests",
            &[(form[0], &owner_id), (form[1], "你好")],
        )
        .await;
    let batch = sent
        .location
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    assert_eq!(batch.len(), 32, "{} {}", sent.status, sent.location);
    let audit = audit_entry(world, &owner).await;
    let cx = world.cx_of(&owner);
    let code = world
        .env
        .store
        .write(move |tx| qr_code::create(tx, &cx, Terms::default()))
        .await
        .expect("the code is made");
    let token = qr_code::Key::new(&world.env.pepper, PUBLIC_URL).token(code.slug);
    Company {
        corp,
        owner,
        member,
        other,
        request: request.to_string(),
        rule: rule.id.to_string(),
        grant: grant.id.to_string(),
        ask: ask.to_string(),
        batch,
        audit,
        session,
        token,
    }
}

/// Any entry of the company's audit log.
async fn audit_entry(world: &World, owner: &Someone) -> String {
    let cx = world.cx_of(owner);
    let filter = guanxi_store::audit::Filter {
        action: String::new(),
        actor: String::new(),
        object: String::new(),
        from_ms: 0,
        until_ms: i64::MAX,
        before: guanxi_model::id::AuditId::from_u128(u128::MAX),
        limit: 1,
    };
    let page = world
        .env
        .store
        .read(move |tx| {
            let me = cx.me(tx)?;
            guanxi_app::audit::page(tx, &me, &filter)
        })
        .await;
    page.expect("the owner reads the log")[0]
        .entry
        .id
        .to_string()
}

/// The address of a route about things of this company.
fn address(route: &Route, of: &Company) -> String {
    if !route.path.contains('{') {
        return route.path.to_owned();
    }
    let member = of.other.id.to_string();
    let known = [
        ("/directory/members/{id}", member.as_str()),
        ("/directory/requests/{id}", &of.batch),
        ("/admin/audit/{id}", &of.audit),
        ("/requests/{id}", &of.request),
        ("/contacts/{id}", &member),
        ("/blocks/{id}", &member),
        ("/me/sessions/{id}", &of.session),
        ("/me/corps/{id}", &of.corp.id.to_string()),
        ("/admin/people/{id}", &member),
        ("/admin/departments/{id}", &OWN_DEPARTMENT.to_string()),
        ("/admin/visibility/grants/{id}", &of.grant),
        ("/admin/visibility/rules/{id}", &of.rule),
        ("/admin/visibility/{id}", &of.rule),
        ("/admin/find-asks/{id}", &of.ask),
        ("/q/{token}", &of.token),
        ("/person/requests/{id}", &of.request),
        ("/person/contacts/{id}", &member),
        ("/customers/{id}", &member),
    ]
    .map(|(path, id)| (path, id.to_owned()));
    let (path, id) = known
        .iter()
        .find(|(path, _)| route.path.starts_with(path))
        .unwrap_or_else(|| {
            panic!(
                "{} has a part in its address that this test does not know",
                route.path
            )
        });
    let address = format!(
        "{}{}",
        path.replace("{id}", id).replace("{token}", id),
        &route.path[path.len()..]
    );
    assert!(
        !address.contains('{'),
        "{address} has a second part in its address"
    );
    address
}

async fn call(world: &World, who: Option<&Someone>, route: &Route, address: &str) -> Answer {
    match route.verb {
        Verb::Get => world.get(who, address).await,
        Verb::Post => world.post(who, address, &[]).await,
    }
}

fn is_sign_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location.starts_with("/sign-in")
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for route in table() {
        let address = address(&route, &company);
        let answer = call(&world, None, &route, &address).await;
        match route.access {
            Access::Public => assert!(
                !answer.status.is_server_error(),
                "{address}: {}",
                answer.status
            ),
            _ => assert!(
                is_sign_in(&answer),
                "{address}: {} {}",
                answer.status,
                answer.location
            ),
        }
    }
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for route in table() {
        if route.verb != Verb::Post || route.access == Access::Public {
            continue;
        }
        let address = address(&route, &company);
        let request = axum::http::Request::post(&address)
            .header("cookie", company.owner.cookie())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("_csrf=0000"))
            .expect("a request");
        let answer = world.request(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
        assert_eq!(answer.code, "forged", "{address}");
    }
}

#[tokio::test]
async fn a_role_opens_only_what_it_says() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for role in Role::ALL {
        let someone = world.member(company.corp, role.name(), 2).await;
        world.load_directory(company.corp).await;
        world.role(&someone, role).await;
        world.wait_until_known(&someone, role).await;
        for route in table() {
            let Access::Right(right) = route.access else {
                continue;
            };
            let address = address(&route, &company);
            let may = guanxi_model::role::Roles(vec![guanxi_model::role::RoleGrant {
                role,
                department: None,
            }])
            .allow_somewhere(right);
            if route.verb == Verb::Post && may {
                continue;
            }
            let answer = call(&world, Some(&someone), &route, &address).await;
            if may {
                assert!(
                    !is_refusal(&answer),
                    "{} should read {address}: {}",
                    role.name(),
                    answer.status
                );
            } else {
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{} at {address}",
                    role.name()
                );
            }
        }
    }
    for route in table() {
        if let Access::Right(_) = route.access {
            let address = address(&route, &company);
            let answer = call(&world, Some(&company.member), &route, &address).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "a member at {address}"
            );
        }
    }
}

fn is_refusal(answer: &Answer) -> bool {
    answer.status == StatusCode::FORBIDDEN || is_sign_in(answer) || answer.status.is_server_error()
}

#[tokio::test]
async fn another_company_finds_nothing() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    let theirs = company(&world, "南岭", "13800000002", false).await;
    for route in table() {
        // A code is for everybody who has it.
        if !route.path.contains('{') || route.path.starts_with("/q/") {
            continue;
        }
        let foreign = address(&route, &ours);
        let answer = call(&world, Some(&theirs.owner), &route, &foreign).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{:?} {foreign}",
            route.verb
        );
        // A number that nobody has is answered the same, word for word.
        let unknown = unknown(&foreign);
        let blank = call(&world, Some(&theirs.owner), &route, &unknown).await;
        assert_eq!(blank.status, answer.status, "{unknown}");
        assert!(
            plain(&blank.body) == plain(&answer.body),
            "{foreign} tells that it exists"
        );
    }
}

/// A page without what differs each time: the number that was asked for, and tokens of forms.
fn plain(body: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let parts = body.split_inclusive(|c| !is_part(c)).map(|part| {
        let word = part.trim_end_matches(|c| !is_part(c));
        let is_number = word == OWN_DEPARTMENT.to_string() || word == "9876";
        let is_long = word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        if is_number || is_long { "x" } else { part }
    });
    parts.collect()
}

/// The same address with a number that nothing has.
fn unknown(address: &str) -> String {
    address
        .split('/')
        .map(|part| match part {
            part if part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit()) => {
                "0123456789abcdef0123456789abcdef".to_owned()
            }
            part if part == OWN_DEPARTMENT.to_string() => "9876".to_owned(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of what may be sent")]
async fn hostile_addresses_and_forms_get_a_sentence_and_a_code() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    let long = "长".repeat(5000);
    let hostile = [
        "",
        "0",
        "-1",
        "%00",
        "%F0%9F%92%A9",
        "..%2F..",
        "99999999999999999999",
        "'%20OR%201=1--",
        "%3Cscript%3E",
    ];
    for route in table() {
        for part in hostile {
            let Some((start, rest)) = route.path.split_once("{id}") else {
                break;
            };
            let answer = call(
                &world,
                Some(&company.owner),
                &route,
                &format!("{start}{part}{rest}"),
            )
            .await;
            assert!(
                !answer.status.is_server_error(),
                "{} with {part}: {}",
                route.path,
                answer.status
            );
        }
        let address = address(&route, &company);
        if route.path == "/sign-out" || route.path.contains("/sessions") {
            continue;
        }
        match route.verb {
            Verb::Get => {
                let names = [
                    "q",
                    "before",
                    "after",
                    "page",
                    "department",
                    "member",
                    "tab",
                    "tag",
                    "status",
                    "from",
                    "until",
                    "next",
                    "mobile",
                ];
                for name in names {
                    for value in [
                        "-1",
                        "99999999999999999999",
                        "%00",
                        "%F0%9F%92%A9",
                        "%3Cxb%3E",
                        "%FF%FE",
                    ] {
                        let answer = world
                            .get(Some(&company.owner), &format!("{address}?{name}={value}"))
                            .await;
                        assert!(
                            !answer.status.is_server_error(),
                            "{address}?{name}={value}: {}",
                            answer.status
                        );
                        assert!(
                            !answer.body.contains("<xb>"),
                            "{address}?{name}={value} is not escaped"
                        );
                    }
                }
            }
            Verb::Post => {
                let fields = [
                    "name",
                    "message",
                    "reason",
                    "remark",
                    "tags",
                    "mobile",
                    "email",
                    "userid",
                    "position",
                    "department",
                    "parent",
                    "order",
                    "member",
                    "members",
                    "note",
                    "query",
                    "answer",
                    "days",
                    "role",
                    "requests_per_day",
                    "time_zone",
                    "template",
                    "code",
                    "body",
                    "text",
                    "kind",
                    "subject",
                ];
                for value in [long.as_str(), "\0", "\u{202e}", "-1", "💩", "<b>"] {
                    let form: Vec<(&str, &str)> =
                        fields.iter().map(|name| (*name, value)).collect();
                    let answer = world.post(Some(&company.owner), &address, &form).await;
                    assert!(
                        !answer.status.is_server_error(),
                        "{address} with {value:.9}: {}",
                        answer.status
                    );
                }
            }
        }
    }
    let too_large = "x".repeat(2 * 1024 * 1024);
    let answer = world
        .post(Some(&company.owner), "/sign-out", &[("x", &too_large)])
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn no_page_of_a_member_reveals_a_hidden_colleague() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    // The rule of the company hides department 3 from all but department 2.
    world.department(company.corp, 40, 1, "旁部").await;
    let hidden = world.member(company.corp, "隐士豪", 3).await;
    let viewer = world.member(company.corp, "丙", 40).await;
    world.load_directory(company.corp).await;
    let ours = Company {
        other: hidden.clone(),
        ..company
    };
    let mut pages = Vec::new();
    for route in table() {
        let is_own = matches!(route.access, Access::Member | Access::Person);
        if route.verb == Verb::Get && is_own && route.path != "/live" {
            pages.push(address(&route, &ours));
        }
    }
    for text in [
        "yinshihao",
        "ysh",
        "yin",
        "隐",
        "y士",
        "二部",
        "erbu",
        "yingshihao",
        "u0",
    ] {
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        pages.push(format!("/directory?q={text}"));
        pages.push(format!("/directory/find?q={text}"));
        pages.push(format!("/contacts?q={text}"));
    }
    pages.push("/directory?department=3".into());
    pages.push(format!("/directory?member={}", hidden.id));
    pages.push(format!("/directory/requests/new?to={}", hidden.id));
    for page in &pages {
        let answer = world.get(Some(&viewer), page).await;
        assert!(
            !answer.status.is_server_error(),
            "{page}: {}",
            answer.status
        );
        for secret in ["隐士豪", "Yǐn", "士豪"] {
            assert!(!answer.body.contains(secret), "{page} shows {secret}");
        }
        let echoed = page.contains("%E4%BA%8C");
        assert!(
            echoed || !answer.body.contains("二部"),
            "{page} shows the hidden department"
        );
    }
    // Asked by the very name, the answer is that of a name which nobody has, word for word.
    for path in ["/directory?q=", "/directory/find?q="] {
        let page = |name: &str| {
            let text: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            (format!("{path}{text}"), text)
        };
        let ((theirs, theirs_text), (nobody, nobody_text)) = (page("隐士豪"), page("隐士杰"));
        let theirs = world.get(Some(&viewer), &theirs).await.body;
        let nobody = world.get(Some(&viewer), &nobody).await.body;
        let theirs = theirs.replace("隐士豪", "").replace(&theirs_text, "");
        let nobody = nobody.replace("隐士杰", "").replace(&nobody_text, "");
        assert!(
            plain(&theirs) == plain(&nobody),
            "{path} tells a hidden name from one that nobody has"
        );
    }
}
