//! A whole server in the test's own process: store, node, router, a clock that the test moves, and people who are signed in.

mod demo;
mod outside;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    response::Response,
};
use guanxi_app::{
    Actor, Cx, Env, corp,
    outside::{Clock as _, KeptSms},
    qr_code,
};
use guanxi_model::{
    corp::Settings,
    department::{Department, DepartmentId, ROOT},
    id::{CorpId, MemberId, PersonId, SessionId, time_ordered},
    member::{Place, Profile, Status},
    party::Party,
    person::Phone,
    role::{Role, RoleGrant},
};
use guanxi_store::{self as store, Options, Store, testing::Database};
use guanxi_web::{auth, csrf, routes, state::Web};
use tower::ServiceExt as _;

pub use outside::{CountedChance, MovedClock};

/// When tests begin: 2026-07-14 10:00 in Shanghai.
pub const START_MS: i64 = 1_783_994_400_000;

/// Where browsers would reach the server.
pub const PUBLIC_URL: &str = "http://guanxi.test";

/// A server and the world around it. Keep it until the test ends: its database goes with it.
#[derive(Debug)]
pub struct World {
    /// The node.
    pub env: Arc<Env>,
    /// Its clock.
    pub clock: Arc<MovedClock>,
    /// Messages that it sent.
    pub sms: Arc<KeptSms>,
    router: Router,
    forms: AtomicU64,
    _jobs: guanxi_app::job::Jobs,
    _folder: Option<tempfile::TempDir>,
    _database: Option<Database>,
}

/// A corp of the test.
#[derive(Debug, Clone, Copy)]
pub struct Corp {
    /// Number.
    pub id: CorpId,
}

/// A member who is signed in.
#[derive(Debug, Clone)]
pub struct Someone {
    /// His corp.
    pub corp: CorpId,
    /// His account.
    pub id: MemberId,
    /// His name.
    pub name: String,
    person: PersonId,
    session: SessionId,
    token: String,
}

impl Someone {
    /// He as a party.
    pub const fn party(&self) -> Party {
        Party::Member {
            corp: self.corp,
            id: self.id,
        }
    }

    /// `Cookie` header of his browser.
    pub fn cookie(&self) -> String {
        format!("{}={}", auth::COOKIE, self.token)
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Where a redirect leads, or empty.
    pub location: String,
    /// Stable code of a failure, or empty.
    pub code: String,
    /// Body as text.
    pub body: String,
    /// All headers.
    pub headers: axum::http::HeaderMap,
}

impl World {
    /// A server on SQLite.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let options = Options::sqlite(folder.path().join("guanxi.db"));
        Self::over(&options, Some(folder), None).await
    }

    /// A server on PostgreSQL; None where tests are told to do without.
    pub async fn postgres() -> Option<Self> {
        let database = Database::fresh()?;
        let options = Options::postgres(database.url());
        Some(Self::over(&options, None, Some(database)).await)
    }

    /// One server on SQLite, and one on PostgreSQL unless tests are told to do without.
    pub async fn on_each_engine() -> Vec<Self> {
        let mut worlds = vec![Self::sqlite().await];
        worlds.extend(Self::postgres().await);
        worlds
    }

    /// A server over a database that outlives it, with its clock at a given time.
    pub async fn at(options: &Options, now_ms: i64) -> Self {
        let world = Self::over(options, None, None).await;
        world.clock.pass(now_ms - START_MS);
        world
    }

    /// Token for a form of somebody, another on each page.
    pub fn form_token(&self, who: &Someone) -> String {
        let nonce = self.forms.fetch_add(1, Ordering::Relaxed);
        csrf::token(&csrf::session_key(&self.env.pepper, &who.token), nonce)
    }

    async fn over(
        options: &Options,
        folder: Option<tempfile::TempDir>,
        database: Option<Database>,
    ) -> Self {
        let store = Store::open(options).expect("the store opens");
        let clock = Arc::new(MovedClock(AtomicI64::new(START_MS)));
        let sms = Arc::new(KeptSms::default());
        let chance = Arc::new(CountedChance::default());
        let env = Env::new(
            store,
            Arc::clone(&clock) as _,
            chance,
            Arc::clone(&sms) as _,
        )
        .await
        .expect("the node starts");
        let jobs = guanxi_app::job::start(&env);
        let app = Arc::new(Web {
            env: Arc::clone(&env),
            codes: qr_code::Key::new(&env.pepper, PUBLIC_URL),
            public_url: PUBLIC_URL.into(),
            trust_proxy: false,
            api_limits: guanxi_web::api::limit::Limits::default(),
            demo: Vec::new(),
        });
        let router = routes::router(&app);
        Self {
            env,
            clock,
            sms,
            router,
            forms: AtomicU64::new(7),
            _jobs: jobs,
            _folder: folder,
            _database: database,
        }
    }

    /// Context of the server itself, for preparing things.
    pub fn cx(&self) -> Cx {
        self.env.job("test")
    }

    /// Context of a signed-in member.
    pub fn cx_of(&self, someone: &Someone) -> Cx {
        let account = Some((someone.corp, someone.id));
        let actor = Actor::Person {
            person: someone.person,
            session: someone.session,
            account,
        };
        self.env.cx(actor, "127.0.0.0/24".into(), "zh-Hans".into())
    }

    /// Makes a corp with departments 2 and 3 below the root, and signs its owner in.
    pub async fn corp(&self, name: &str, owner_mobile: &str) -> (Corp, Someone) {
        let new = corp::NewCorp {
            name: name.into(),
            admin_name: format!("{name}所有者"),
            admin_mobile: owner_mobile.into(),
            settings: Settings::default(),
        };
        let cx = self.cx();
        let admin_name = new.admin_name.clone();
        let (id, owner) = self
            .env
            .store
            .write(move |tx| corp::create(tx, &cx, &new))
            .await
            .expect("the corp is made");
        let corp = Corp { id };
        for (number, name) in [(2, "一部"), (3, "二部")] {
            self.department(corp, number, ROOT.0, name).await;
        }
        let owner = self
            .signed_in(corp, owner, &admin_name, Some(owner_mobile))
            .await;
        (corp, owner)
    }

    /// Makes a department.
    pub async fn department(&self, corp: Corp, id: i64, parent: i64, name: &str) {
        let (cx, name) = (self.cx(), name.to_owned());
        let written = self.env.store.write(move |tx| -> guanxi_app::Result<()> {
            let parent = Some(DepartmentId(parent));
            let department = Department {
                id: DepartmentId(id),
                parent,
                name: name.clone(),
                order: 0,
            };
            store::department::insert(tx, corp.id, &department)?;
            store::corp::take_department_number(tx, corp.id)?;
            corp::touch(tx, &cx, corp.id)
        });
        written.await.expect("the department is made");
    }

    /// Makes an active member in a department and signs him in.
    pub async fn member(&self, corp: Corp, name: &str, department: i64) -> Someone {
        let id = time_ordered(START_MS, self.env.chance.number());
        let profile = Profile {
            userid: format!("u{:012x}", id & 0xffff_ffff_ffff),
            name: name.into(),
            mobile: Some(mobile(id)),
            places: vec![Place {
                department: DepartmentId(department),
                leads: false,
                order: 0,
            }],
            ..Profile::default()
        };
        let row = store::member::Member {
            id: MemberId::from_u128(id),
            profile,
            status: Status::Active,
            person: None,
            created_at_ms: START_MS,
            updated_at_ms: START_MS,
            left_at_ms: None,
            avatar: None,
        };
        let member = row.id;
        let written = self.env.store.write(move |tx| {
            store::member::insert(tx, corp.id, &row).map_err(guanxi_app::Error::from)
        });
        written.await.expect("the member is made");
        self.signed_in(corp, member, name, None).await
    }

    /// Gives a member a role in the whole corp.
    pub async fn role(&self, someone: &Someone, role: Role) {
        let (cx, corp, id) = (self.cx(), someone.corp, someone.id);
        let written = self.env.store.write(move |tx| -> guanxi_app::Result<()> {
            store::role::replace(
                tx,
                corp,
                id,
                &[RoleGrant {
                    role,
                    department: None,
                }],
            )?;
            corp::touch(tx, &cx, corp)
        });
        written.await.expect("the role is given");
    }

    /// Fails the test unless the node knows of a role, which it heard of by the event.
    pub async fn assert_known(&self, someone: &Someone, role: Role) {
        let (_, state) = guanxi_app::directory::open(&self.env, someone.corp)
            .await
            .expect("the corp is read");
        let known = state
            .roles_of(someone.id)
            .0
            .iter()
            .any(|grant| grant.role == role);
        assert!(known, "the event of the change has dropped the old state");
    }

    async fn signed_in(
        &self,
        corp: Corp,
        member: MemberId,
        name: &str,
        number: Option<&str>,
    ) -> Someone {
        let chance = |_| self.env.chance.number();
        let (person, session) = (
            PersonId::from_u128(chance(0)),
            SessionId::from_u128(chance(1)),
        );
        let token = format!("{:032x}{:032x}", chance(2), chance(3));
        let hash = guanxi_app::session::token_hash(&token);
        let now_ms = self.clock.now_ms();
        let number = number.map_or_else(
            || mobile(member.as_u128()),
            |text| Phone::parse(text, "CN").expect("a valid number"),
        );
        let row = store::person::Person {
            id: person,
            mobile: Some(number),
            name: name.to_owned(),
            language: None,
            theme: None,
            created_at_ms: now_ms,
        };
        let open = store::session::Session {
            id: session,
            person,
            account: Some((corp.id, member)),
            device: "test".into(),
            address: String::new(),
            created_at_ms: now_ms,
            seen_at_ms: now_ms,
            expires_at_ms: now_ms + 400 * guanxi_model::corp::DAY_MS,
        };
        let written = self.env.store.write(move |tx| -> guanxi_app::Result<()> {
            store::person::insert(tx, &row)?;
            store::member::set_person(tx, corp.id, member, person, Status::Active, now_ms)?;
            Ok(store::session::insert(tx, &hash, &open)?)
        });
        written.await.expect("the member is signed in");
        Someone {
            corp: corp.id,
            id: member,
            name: name.to_owned(),
            person,
            session,
            token,
        }
    }

    /// Reads the corp's directory into memory, or anew after members were made.
    pub async fn load_directory(&self, corp: Corp) {
        guanxi_app::directory::load(&self.env, corp.id)
            .await
            .expect("the directory loads");
    }

    /// `GET` as somebody, or as nobody.
    pub async fn get(&self, who: Option<&Someone>, path: &str) -> Answer {
        self.send(who, Method::GET, path, String::new()).await
    }

    /// `POST` of a form as somebody, with a right token, or as nobody.
    pub async fn post(&self, who: Option<&Someone>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = who.map(|who| self.form_token(who));
        self.post_shown(who, path, token.as_deref(), fields).await
    }

    /// The same with a token made before: the form of one page, sent once more.
    pub async fn post_shown(
        &self,
        who: Option<&Someone>,
        path: &str,
        token: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let own = token.map(|token| (csrf::FIELD, token)).into_iter();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(own.chain(fields.iter().copied()))
            .finish();
        self.send(who, Method::POST, path, body).await
    }

    /// The value of a hidden field on a page.
    pub async fn field(&self, who: &Someone, path: &str, name: &str) -> String {
        let page = self.get(Some(who), path).await.body;
        let mark = format!("name=\"{name}\" value=\"");
        let value = page
            .split(&mark)
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        value
            .unwrap_or_else(|| panic!("{path} has no field {name}"))
            .to_owned()
    }

    /// The open stream of somebody's live page.
    pub async fn listen(&self, who: &Someone) -> Body {
        let request = Request::get("/live").header(header::COOKIE, who.cookie());
        let request = request.body(Body::empty()).expect("a valid request");
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("the router answers").into_body()
    }

    async fn send(
        &self,
        who: Option<&Someone>,
        method: Method,
        path: &str,
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if let Some(who) = who {
            request = request.header(header::COOKIE, who.cookie());
        }
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        self.request(request.body(Body::from(body)).expect("a valid request"))
            .await
    }

    /// A public file as it is.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path).body(Body::empty());
        let answer = self.router.clone().oneshot(request.expect("a request"));
        let body = answer.await.expect("the router answers").into_body();
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await;
        bytes.expect("a body").to_vec()
    }

    /// Any request at all.
    pub async fn request(&self, request: Request<Body>) -> Answer {
        let response: Response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router answers");
        let (parts, body) = response.into_parts();
        let text = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (location, code) = (text("location"), text("x-error-code"));
        // A live stream has no end: its headers are all there is to see.
        let bytes = if text("content-type").starts_with("text/event-stream") {
            Vec::new()
        } else {
            axum::body::to_bytes(body, 64 * 1024 * 1024)
                .await
                .expect("a body")
                .to_vec()
        };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            location,
            code,
            body,
            headers: parts.headers,
        }
    }
}

/// A valid Chinese mobile number that belongs to an id.
fn mobile(id: u128) -> Phone {
    let tail = id % 100_000_000;
    format!("+86138{tail:08}")
        .parse()
        .expect("a number of the right form")
}
