//! Companies to measure with: many lifelike members, some of them signed in.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use guanxi_app::{
    Env,
    corp::NewCorp,
    outside::{Chance as _, LogSms, SystemChance, SystemClock},
};
use guanxi_model::{
    corp::Settings,
    department::{Department, DepartmentId, ROOT},
    id::{CorpId, MemberId, PersonId, SessionId},
    member::{Place, Profile, Status},
};
use guanxi_store::{self as store, Options, Store};
use guanxi_web::{auth, csrf};

/// Stores below the root.
pub(crate) const STORES: i64 = 300;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史贺陶毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文单解仇";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文斌婷宇浩凯健俊帆雪晨佳琪思诗涵梓轩子怡欣然雨泽一诺知夏世豪淑少立群";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Account.
    pub(crate) id: MemberId,
    /// The natural person behind it.
    pub(crate) natural: PersonId,
    /// His session.
    pub(crate) session: SessionId,
    /// Whole header line with the session's cookie.
    pub(crate) cookie: String,
    /// Token for forms.
    pub(crate) token: String,
}

/// Profile of a member by number: names as in life, stores of about equal size.
pub(crate) fn profile(number: usize) -> Profile {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    // Any fixed mixing will do; the same number is the same member in each run.
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
    let pick = |list: &[char], shift: u32| list[((mixed >> shift) as usize) % list.len()];
    // Half of all people share the first thirty surnames.
    let surname = if mixed.is_multiple_of(2) {
        pick(&surnames[..30], 3)
    } else {
        pick(&surnames, 3)
    };
    let mut name = format!("{surname}{}", pick(&given, 13));
    if !number.is_multiple_of(5) {
        name.push(pick(&given, 27));
    }
    Profile {
        userid: format!("m{number:07}"),
        name,
        mobile: format!("+8613{number:09}").parse().ok(),
        position: ["家居顾问", "店长", "安装主管", "软装设计师", "售后专员"][number % 5].into(),
        extension: format!("{}", 8000 + number % 1999),
        employee_no: format!("QH-{number:07}"),
        places: vec![Place {
            department: DepartmentId(2 + number as i64 % STORES),
            leads: false,
            order: 0,
        }],
        ..Profile::default()
    }
}

/// Opens a node over a database.
pub(crate) async fn node(options: &Options) -> anyhow::Result<Arc<Env>> {
    let store = Store::open(options)?;
    Ok(Env::new(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemChance),
        Arc::new(LogSms::default()),
    )
    .await?)
}

/// Makes a corp with its stores.
pub(crate) async fn corp(env: &Arc<Env>, settings: Settings) -> anyhow::Result<CorpId> {
    let cx = env.job("bench");
    let corp = env
        .store
        .write(move |tx| -> guanxi_app::Result<_> {
            let new = NewCorp {
                name: "青禾家居".into(),
                admin_name: "唐婉".into(),
                admin_mobile: "13800138000".into(),
                settings: settings.clone(),
            };
            let (corp, _) = guanxi_app::corp::create(tx, &cx, &new)?;
            for number in 0..STORES {
                let department = Department {
                    id: DepartmentId(2 + number),
                    parent: Some(ROOT),
                    name: format!("{number} 号门店"),
                    order: 0,
                };
                store::department::insert(tx, corp, &department)?;
            }
            guanxi_app::corp::touch(tx, &cx, corp)?;
            Ok(corp)
        })
        .await?;
    Ok(corp)
}

/// Makes members by the application's import, in parts that one transaction bears.
pub(crate) async fn members(
    env: &Arc<Env>,
    corp: CorpId,
    numbers: std::ops::Range<usize>,
) -> anyhow::Result<()> {
    let all: Vec<usize> = numbers.collect();
    for part in all.chunks(100_000) {
        let rows = part.iter().map(|&number| profile(number)).collect();
        import(env, corp, rows).await?;
    }
    Ok(())
}

/// Imports members in one transaction; who was made.
pub(crate) async fn import(
    env: &Arc<Env>,
    corp: CorpId,
    rows: Vec<Profile>,
) -> anyhow::Result<Vec<MemberId>> {
    let cx = env.job("bench");
    let imported = env
        .store
        .write(move |tx| guanxi_app::member::import(tx, &cx, corp, rows.clone()))
        .await?;
    Ok(imported.created)
}

/// Activates and signs in so many members of the corp.
pub(crate) async fn sign_in(
    env: &Arc<Env>,
    corp: CorpId,
    count: usize,
) -> anyhow::Result<Vec<Person>> {
    let mut people = Vec::with_capacity(count);
    let mut rows = Vec::with_capacity(count);
    for number in 0..count {
        let chance = |()| SystemChance.number();
        let token = format!("{:032x}{:032x}", chance(()), chance(()));
        rows.push((
            profile(number),
            PersonId::from_u128(chance(())),
            SessionId::from_u128(chance(())),
            token,
        ));
    }
    let now_ms = env.clock.now_ms();
    let written = rows.clone();
    let ids = env
        .store
        .write(move |tx| -> guanxi_app::Result<_> {
            let mut ids = Vec::new();
            for (profile, person, session, token) in &written {
                let member = store::member::find_by_userid(tx, corp, &profile.userid)?
                    .ok_or(guanxi_app::Error::not_found("member"))?;
                let row = store::person::Person {
                    id: *person,
                    mobile: profile.mobile,
                    name: profile.name.clone(),
                    language: None,
                    theme: None,
                    created_at_ms: now_ms,
                };
                store::person::insert(tx, &row)?;
                store::member::set_person(tx, corp, member.id, *person, Status::Active, now_ms)?;
                let account = Some((corp, member.id));
                open(tx, now_ms, (*session, token), *person, account)?;
                ids.push(member.id);
            }
            Ok(ids)
        })
        .await?;
    for (id, (_, person, session, token)) in ids.into_iter().zip(rows) {
        let key = csrf::session_key(&env.pepper, &token);
        let cookie = format!("Cookie: {}={token}\r\n", auth::COOKIE);
        people.push(Person {
            id,
            natural: person,
            session,
            cookie,
            token: csrf::token(&key, 7),
        });
    }
    Ok(people)
}

/// Writes a session with its token.
pub(crate) fn open(
    tx: &mut store::Tx<'_>,
    now_ms: i64,
    (id, token): (SessionId, &str),
    person: PersonId,
    account: Option<(CorpId, MemberId)>,
) -> store::Result<()> {
    let session = store::session::Session {
        id,
        person,
        account,
        device: "bench".into(),
        address: String::new(),
        created_at_ms: now_ms,
        seen_at_ms: now_ms,
        expires_at_ms: now_ms + guanxi_model::corp::DAY_MS,
    };
    store::session::insert(tx, &guanxi_app::session::token_hash(token), &session)
}

/// Where a corp is kept while it is measured.
#[derive(Debug)]
pub(crate) struct Home {
    /// For the store.
    pub(crate) options: Options,
    /// For the server's command line.
    pub(crate) arguments: Vec<String>,
    /// `SQLite` or `PostgreSQL`.
    pub(crate) engine: &'static str,
    /// The database where that is a file.
    pub(crate) file: Option<PathBuf>,
    _folder: Option<tempfile::TempDir>,
    database: Option<crate::peer::Database>,
}

impl Home {
    /// Address of the database where that is on a server.
    pub(crate) fn url(&self) -> Option<&str> {
        Some(self.database.as_ref()?.url.as_str())
    }
}

/// A fresh database on each engine that there is.
pub(crate) fn places(postgres: Option<&str>) -> anyhow::Result<Vec<Home>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().to_owned();
    let mut places = vec![Home {
        options: Options::sqlite(data.join("guanxi.db")),
        arguments: vec!["--data".into(), text(&data)],
        engine: "SQLite",
        file: Some(data.join("guanxi.db")),
        _folder: Some(folder),
        database: None,
    }];
    if let Some(server) = postgres {
        places.push(postgres_place(server)?);
    }
    Ok(places)
}

/// A fresh database on a server.
pub(crate) fn postgres_place(server: &str) -> anyhow::Result<Home> {
    let database = crate::peer::Database::create(server)?;
    Ok(Home {
        options: Options::postgres(&database.url),
        arguments: vec!["--database".into(), database.url.clone()],
        engine: "PostgreSQL",
        file: None,
        _folder: None,
        database: Some(database),
    })
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
