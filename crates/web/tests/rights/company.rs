//! A company with one of everything, and the addresses of its things.

use guanxi_app::{contact, find_ask, qr_code, token as access, visibility};
use guanxi_model::{
    department::DepartmentId,
    id::AlertId,
    live_code::{
        alert::{self, Alert},
        plan::{Entry, Plan, Who},
        pool::Strategy,
    },
    qr_code::Terms,
    token::{Scope, Terms as AccessTerms},
    visibility::{Kind, Subject},
    webhook,
};
use guanxi_testkit::world::{Answer, Corp, PUBLIC_URL, Someone, World};
use guanxi_web::routes::{Route, Verb};

/// One company with one of everything.
pub(crate) struct Company {
    pub(crate) corp: Corp,
    pub(crate) owner: Someone,
    pub(crate) member: Someone,
    pub(crate) other: Someone,
    pub(crate) request: String,
    pub(crate) rule: String,
    pub(crate) grant: String,
    pub(crate) ask: String,
    pub(crate) batch: String,
    pub(crate) bulk: String,
    pub(crate) audit: String,
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) code: String,
    pub(crate) webhook: String,
    pub(crate) live_code: String,
    pub(crate) alert: String,
    pub(crate) access_token: String,
}

/// A department number that only this company has.
pub(crate) const OWN_DEPARTMENT: i64 = 77;

#[expect(
    clippy::too_many_lines,
    reason = "one of everything, one after another"
)]
pub(crate) async fn company(world: &World, name: &str, mobile: &str, has_own: bool) -> Company {
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
    let member_id = member.id.to_string();
    let fields = [("act", "reactivate"), ("member", member_id.as_str())];
    let sent = world
        .post(Some(&owner), "/admin/people/batch", &fields)
        .await;
    let bulk = sent.location.split(['/', '?']).nth(4).unwrap_or_default();
    let bulk = bulk.to_owned();
    assert_eq!(bulk.len(), 32, "{} {}", sent.status, sent.location);
    let audit = audit_entry(world, &owner).await;
    let cx = world.cx_of(&owner);
    let code = world
        .env
        .store
        .write(move |tx| qr_code::create(tx, &cx, Terms::default()))
        .await
        .expect("the code is made");
    let access_token = access_token(world, &member).await;
    let token = qr_code::Key::new(&world.env.pepper, PUBLIC_URL).token(code.slug);
    let cx = world.cx_of(&owner);
    let terms = webhook::Terms {
        url: "https://hooks.example.com/in".into(),
        ..webhook::Terms::default()
    };
    let webhook = world
        .env
        .store
        .write(move |tx| guanxi_app::webhook::create(tx, &cx, terms.clone()))
        .await
        .expect("the endpoint is made");
    let live_code = live_code(world, &owner, &other).await;
    let alert = open_alert(world, corp, &live_code).await;
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
        bulk,
        audit,
        session,
        token,
        code: code.id.to_string(),
        webhook: webhook.id.to_string(),
        live_code,
        alert,
        access_token,
    }
}

/// Number of a live code that was published for this member.
async fn live_code(world: &World, owner: &Someone, member: &Someone) -> String {
    let (cx, who) = (world.cx_of(owner), Who::Member(member.id));
    let made = world.env.store.write(move |tx| {
        let plan = Plan::simple("门店", Strategy::RoundRobin, vec![Entry::of(who)]);
        let code = guanxi_app::live_code::create(tx, &cx, "门店", Some(plan))?;
        guanxi_app::live_code::publish(tx, &cx, code.id, 1, "")?;
        Ok::<_, guanxi_app::Error>(code.id)
    });
    made.await.expect("the code is published").to_string()
}

/// Number of an open alert of a live code.
async fn open_alert(world: &World, corp: Corp, code: &str) -> String {
    let cx = world.cx();
    let alert = Alert {
        id: cx.new_id(AlertId::from_u128),
        code: code.parse().expect("a number"),
        kind: alert::Kind::Empty,
        count: 0,
        whole: 0,
        opened_at_ms: cx.now(),
        calm_since_ms: None,
        closed_at_ms: None,
        seen: None,
    };
    let id = alert.id.to_string();
    let write = world
        .env
        .store
        .write(move |tx| guanxi_store::live_alert::open(tx, corp.id, &alert));
    assert!(write.await.expect("written"));
    id
}

/// Number of a token of somebody's.
async fn access_token(world: &World, who: &Someone) -> String {
    let (cx, terms) = (world.cx_of(who), all_scopes());
    let write = move |tx: &mut guanxi_store::Tx<'_>| access::create(tx, &cx, terms.clone());
    let made = world.env.store.write(write).await;
    made.expect("the token is made").token.id.to_string()
}

/// Terms of a token that may be used for everything.
pub(crate) fn all_scopes() -> AccessTerms {
    AccessTerms {
        name: "CRM".into(),
        scopes: Scope::ALL.to_vec(),
        days: 30,
        roles: Vec::new(),
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
pub(crate) fn address(route: &Route, of: &Company) -> String {
    if !route.path.contains('{') {
        return route.path.to_owned();
    }
    let member = of.other.id.to_string();
    let known = [
        ("/directory/members/{id}", member.as_str()),
        ("/directory/requests/{id}", &of.batch),
        ("/admin/audit/{id}", &of.audit),
        ("/requests/{id}", &of.request),
        ("/avatars/{id}", &member),
        ("/contacts/{id}", &member),
        ("/blocks/{id}", &member),
        ("/me/sessions/{id}", &of.session),
        ("/admin/people/batch/{id}", &of.bulk),
        ("/admin/people/{id}", &member),
        ("/admin/departments/{id}", &OWN_DEPARTMENT.to_string()),
        ("/admin/visibility/grants/{id}", &of.grant),
        ("/admin/visibility/rules/{id}", &of.rule),
        ("/admin/find-asks/{id}", &of.ask),
        ("/q/{token}", &of.token),
        ("/c/{slug}", &of.token),
        ("/codes/{id}", &of.code),
        ("/admin/codes/{id}", &of.code),
        ("/admin/webhooks/{id}", &of.webhook),
        ("/admin/live/alerts/{id}", &of.alert),
        ("/admin/live-codes/{id}", &of.live_code),
        ("/admin/codes/of/{id}", &member),
        ("/person/requests/{id}", &of.request),
        ("/person/contacts/{id}", &member),
        ("/customers/{id}", &member),
        ("/conversations/answers/{id}", &member),
        ("/conversations/{id}", &member),
        ("/person/talks/{id}", &member),
        ("/me/tokens/{id}", &of.access_token),
        ("/admin/tokens/{id}", &of.access_token),
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
        path.replace("{id}", id)
            .replace("{token}", id)
            .replace("{slug}", id),
        &route.path[path.len()..]
    );
    // The second parts of what belongs to a live code.
    let address = address
        .replace("{pool}", "0")
        .replace("{who}", &format!("m{}", of.other.id))
        .replace("{version}", "1")
        .replace("{seq}", "1");
    assert!(
        !address.contains('{'),
        "{address} has a second part in its address"
    );
    address
}

pub(crate) async fn call(
    world: &World,
    who: Option<&Someone>,
    route: &Route,
    address: &str,
) -> Answer {
    match route.verb {
        Verb::Get => world.get(who, address).await,
        Verb::Post => world.post(who, address, &[]).await,
    }
}

/// A page without what differs each time: the number that was asked for, and tokens of forms.
pub(crate) fn plain(body: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let parts = body.split_inclusive(|c| !is_part(c)).map(|part| {
        let word = part.trim_end_matches(|c| !is_part(c));
        let is_number = word == OWN_DEPARTMENT.to_string() || word == "9876";
        let is_long = word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        if is_number || is_long { "x" } else { part }
    });
    parts.collect()
}
