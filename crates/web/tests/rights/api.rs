//! Every operation of the REST interface, called by those who may not: without a token, without the scope, without the right, by a
//! token of the company, and from another company.
//!
//! An operation with a part in its address or a body that `example` does not know fails the test.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use guanxi_app::token as app;
use guanxi_model::{
    id::TokenId,
    role::{Right, Role, RoleGrant, Roles},
    token::{Scope, Terms},
};
use guanxi_testkit::world::{Answer, Someone, World};
use guanxi_web::{
    api::operation::{Door, Operation},
    routes::api::table,
};
use serde_json::{Value, json};

use crate::company::{Company, OWN_DEPARTMENT, all_scopes, company};

async fn token(world: &World, who: &Someone, terms: Terms) -> (TokenId, String) {
    let cx = world.cx_of(who);
    let made = world
        .env
        .store
        .write(move |tx| app::create(tx, &cx, terms.clone()))
        .await
        .expect("the token is made");
    (made.token.id, made.text)
}

async fn company_token(world: &World, owner: &Someone, role: Role) -> String {
    let cx = world.cx_of(owner);
    let scopes = Scope::ALL.iter().copied();
    let terms = Terms {
        scopes: scopes.filter(|scope| scope.serves_company()).collect(),
        roles: vec![RoleGrant {
            role,
            department: None,
        }],
        ..all_scopes()
    };
    let made = world
        .env
        .store
        .write(move |tx| app::create_for_company(tx, &cx, terms.clone()))
        .await
        .expect("the token is made");
    made.text
}

/// A body that reads, for an operation that takes one.
fn body(operation: &Operation, of: &Company) -> Value {
    let member = of.other.id;
    match operation.name {
        "setDisplay" => json!({ "language": "en", "theme": "dark" }),
        "createOwnToken" => json!({ "name": "x", "scopes": ["me:read"], "days": 1 }),
        "ask" => json!({ "query": "x" }),
        "createWebhook" | "replaceWebhook" => json!({ "url": "https://hooks.example.com/in" }),
        "setOwnAvatar" | "setMemberAvatar" | "setLogo" => json!({ "picture": "AAAA" }),
        "beginBatch" | "changeMembers" => json!({ "change": "disable", "members": [member] }),
        "createCode" | "replaceCode" | "declineRequest" | "verifyAudit" | "resendDeliveries"
        | "undoBatch" => json!({}),
        "sendRequest" => json!({ "recipient": member }),
        "sendBatch" => json!({ "recipients": [member] }),
        "replaceContact" | "replaceCustomer" => {
            json!({ "remark": "", "tags": [], "starred": false })
        }
        "createMember" | "replaceMember" => json!({
            "name": "x", "email": "x@example.com", "places": [{ "department": 2 }],
        }),
        "moveMembers" => json!({ "members": [member], "to": 2 }),
        "createDepartment" | "replaceDepartment" => json!({ "name": "x", "parent": 1 }),
        "shiftDepartment" => json!({ "direction": "up" }),
        "replaceMemberRoles" => json!({ "roles": [] }),
        "createRule" | "replaceRule" => json!({ "kind": "hide", "subject": { "department": 2 } }),
        "setLeadersSight" => json!({ "see_below": true }),
        "createGrant" => {
            json!({ "viewer": { "member": member }, "target": { "department": 2 } })
        }
        "previewVisibility" => json!({ "viewer": member }),
        "answerAsk" => json!({ "answer": "x" }),
        "createLiveCode" | "duplicateLiveCode" => json!({ "name": "x" }),
        "replaceLiveCodeDraft" => json!({ "plan": {
            "name": "x", "pools": [], "entry": { "pool": 0 },
        } }),
        "publishLiveCode" => json!({ "tag": 1 }),
        "handOverCode" => json!({ "to": member }),
        "createCompanyToken" => json!({
            "name": "x", "scopes": ["audit:read"], "days": 1, "roles": [{ "role": "auditor" }],
        }),
        "replacePolicies" => json!({
            "requests_per_day": 50, "request_ttl_days": 30, "cool_down_days": 7, "templates": {},
            "mobile_shown": "contacts", "mobile_search": true, "bulk_guard_percent": 20, "code_days_max": 0,
        }),
        "replaceSettings" => json!({
            "name": "x", "language": "en", "time_zone": "Europe/Berlin", "region": "DE",
        }),
        name => panic!("{name} takes a body that this test does not know"),
    }
}

/// The address of an operation about a thing of this company.
fn address(operation: &Operation, of: &Company) -> String {
    let member = of.other.id.to_string();
    let part = match operation.path.split("/{").next().unwrap_or_default() {
        _ if !operation.path.contains('{') => String::new(),
        "/me/sessions" => of.session.clone(),
        "/me/tokens" | "/admin/tokens" => of.access_token.clone(),
        "/requests" => of.request.clone(),
        "/requests/batches" => of.batch.clone(),
        "/directory" | "/contacts" | "/blocks" | "/customers" | "/admin/members" => member,
        "/admin/members/batches" => of.bulk.clone(),
        "/admin/webhooks" => of.webhook.clone(),
        "/codes" | "/admin/codes" => of.code.clone(),
        "/admin/live-codes" => of.live_code.clone(),
        "/admin/departments" => OWN_DEPARTMENT.to_string(),
        "/admin/visibility/rules" => of.rule.clone(),
        "/admin/visibility/grants" => of.grant.clone(),
        "/admin/asks" => of.ask.clone(),
        "/admin/audit" => of.audit.clone(),
        other => panic!("{other} has a part in its address that this test does not know"),
    };
    let path = operation.address();
    let mut path = path.replace("{id}", &part).replace("{number}", &part);
    path = path.replace("{external_userid}", &part);
    match operation.name {
        "getLiveCodeReceipt" => path.push_str("?seq=1"),
        "listTries" => path.push_str("?delivery=0123456789abcdef0123456789abcdef"),
        "explainMissing" => path.push_str("?q=x"),
        "explainVisibility" => {
            path = format!("{path}?viewer={0}&target={0}", of.other.id);
        }
        _ => {}
    }
    path
}

async fn call(
    world: &World,
    token: Option<&str>,
    operation: &Operation,
    (address, of): (&str, &Company),
) -> Answer {
    let mut request = Request::builder()
        .method(operation.method.clone())
        .uri(address);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let sent = if operation.takes_body() {
        request = request.header("content-type", "application/json");
        Body::from(body(operation, of).to_string())
    } else {
        Body::empty()
    };
    let request = request.header("if-match", "*").body(sent);
    world.request(request.expect("a request")).await
}

/// Code of the problem, if the answer is one.
fn code(answer: &Answer) -> String {
    let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    let wrong = format!("guanxi_{}", "a".repeat(52));
    for operation in table() {
        let at = address(&operation, &ours);
        let bare = call(&world, None, &operation, (&at, &ours)).await;
        if operation.door == Door::Open {
            assert_eq!(bare.status, StatusCode::OK, "{operation:?}");
            continue;
        }
        assert_eq!(bare.status, StatusCode::UNAUTHORIZED, "{operation:?}");
        assert_eq!(code(&bare), "token_missing", "{operation:?}");
        assert!(bare.headers.contains_key("www-authenticate"));
        let false_one = call(&world, Some(&wrong), &operation, (&at, &ours)).await;
        assert_eq!(code(&false_one), "token_invalid", "{operation:?}");
    }
    // A session is no token: cookies do not count here.
    let request = Request::get("/api/v1/me").header("cookie", ours.owner.cookie());
    let answer = world
        .request(request.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(code(&answer), "token_missing");
}

#[tokio::test]
async fn each_operation_takes_its_scope() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    for &scope in Scope::ALL {
        let mut terms = all_scopes();
        terms.scopes.retain(|other| *other != scope);
        let (id, text) = token(&world, &ours.owner, terms).await;
        let mut tried = 0;
        for operation in table() {
            if operation.door.scope() != Some(scope) {
                continue;
            }
            let at = address(&operation, &ours);
            let answer = call(&world, Some(&text), &operation, (&at, &ours)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{operation:?}");
            assert_eq!(code(&answer), "scope_missing", "{operation:?}");
            tried += 1;
        }
        assert!(tried > 0, "no operation takes {}", scope.name());
        let cx = world.cx_of(&ours.owner);
        let end = world
            .env
            .store
            .write(move |tx| app::revoke_own(tx, &cx, id));
        end.await.expect("revoked");
    }
}

fn allows(role: Role, right: Right) -> bool {
    Roles(vec![RoleGrant {
        role,
        department: None,
    }])
    .allow_somewhere(right)
}

#[tokio::test]
async fn a_role_opens_only_what_it_says() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    let mut bearers = vec![(None, token(&world, &ours.member, all_scopes()).await.1)];
    for role in Role::ALL {
        let someone = world.member(ours.corp, role.name(), 2).await;
        world.load_directory(ours.corp).await;
        world.role(&someone, role).await;
        world.assert_known(&someone, role).await;
        bearers.push((Some(role), token(&world, &someone, all_scopes()).await.1));
        if role != Role::Owner {
            let text = company_token(&world, &ours.owner, role).await;
            bearers.push((Some(role), text));
        }
    }
    for (role, text) in &bearers {
        for operation in table() {
            let Door::Right(right, _) = operation.door else {
                continue;
            };
            let may = role.is_some_and(|role| allows(role, right));
            let is_read = operation.method == "GET";
            if may && !is_read {
                continue;
            }
            let at = address(&operation, &ours);
            let answer = call(&world, Some(text), &operation, (&at, &ours)).await;
            // A token of the company lacks scopes that could be of no use to it.
            let has_scope = code(&answer) != "scope_missing";
            if may && has_scope {
                // Nobody has scanned yet, no message was sent, and there is no logo.
                let passed = match operation.name {
                    "getLiveCodeReceipt" | "listTries" | "getLogo" => StatusCode::NOT_FOUND,
                    _ => StatusCode::OK,
                };
                assert_eq!(answer.status, passed, "{role:?} at {operation:?}");
            } else {
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{role:?} at {operation:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_company_token_has_nothing_of_a_members() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    let text = company_token(&world, &ours.owner, Role::DirectoryAdmin).await;
    let mut refused = 0;
    for operation in table() {
        if !matches!(operation.door, Door::Member(_)) {
            continue;
        }
        let at = address(&operation, &ours);
        let answer = call(&world, Some(&text), &operation, (&at, &ours)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{operation:?}");
        refused += usize::from(code(&answer) == "member_token_needed");
    }
    assert!(refused > 5, "{refused} refused because they are a member's");
}

#[tokio::test]
async fn another_company_finds_nothing() {
    for world in World::on_each_engine().await {
        let ours = company(&world, "青禾", "13800000001", true).await;
        let theirs = company(&world, "南岭", "13800000002", false).await;
        let (_, text) = token(&world, &theirs.owner, all_scopes()).await;
        for operation in table() {
            if !operation.path.contains('{') {
                continue;
            }
            let foreign = address(&operation, &ours);
            let answer = call(&world, Some(&text), &operation, (&foreign, &theirs)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{operation:?}");
            let unknown = unknown(&foreign);
            let blank = call(&world, Some(&text), &operation, (&unknown, &theirs)).await;
            assert_eq!(plain(&blank), plain(&answer), "{operation:?} tells");
        }
    }
}

/// The same address with a number that nothing has.
fn unknown(address: &str) -> String {
    let parts = address.split('/').map(|part| match part {
        part if part.len() == 32 => "0123456789abcdef0123456789abcdef",
        part if part == OWN_DEPARTMENT.to_string() => "9876",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// An answer without the number of its request.
fn plain(answer: &Answer) -> Value {
    let mut problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    problem["request_id"] = Value::Null;
    problem
}

#[tokio::test]
async fn no_operation_of_a_member_reveals_a_hidden_colleague() {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    // The rule of the company hides department 3 from all but department 2.
    world.department(ours.corp, 40, 1, "旁部").await;
    let hidden = world.member(ours.corp, "隐士豪", 3).await;
    let viewer = world.member(ours.corp, "丙", 40).await;
    world.load_directory(ours.corp).await;
    let ours = Company {
        other: hidden.clone(),
        ..ours
    };
    let (_, text) = token(&world, &viewer, all_scopes()).await;
    let mut seen = 0;
    for operation in table() {
        if !matches!(operation.door, Door::Member(_)) {
            continue;
        }
        let at = address(&operation, &ours);
        let answer = call(&world, Some(&text), &operation, (&at, &ours)).await;
        assert!(!answer.status.is_server_error(), "{operation:?}");
        for word in ["隐士豪", "二部"] {
            assert!(!answer.body.contains(word), "{operation:?}: {word}");
        }
        if operation.path.contains('{') && at.contains(&hidden.id.to_string()) {
            let blank = call(&world, Some(&text), &operation, (&unknown(&at), &ours)).await;
            assert_eq!(plain(&blank), plain(&answer), "{operation:?} tells");
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen} operations about the hidden colleague");
    for query in ["yinshihao", "ysh", "yin", "%E9%9A%90", "%E4%BA%8C%E9%83%A8"] {
        for path in ["directory", "directory/reasons"] {
            let at = format!("/api/v1/{path}?q={query}");
            let request = Request::get(&at).header("authorization", format!("Bearer {text}"));
            let answer = world
                .request(request.body(Body::empty()).expect("a request"))
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{at}");
            assert!(!answer.body.contains("隐士豪"), "{at}");
            assert!(!answer.body.contains(&hidden.id.to_string()), "{at}");
        }
    }
}
