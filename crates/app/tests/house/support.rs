//! A small company with a clock that can be moved, and members who are signed in.
//!
//! ```text
//! 1 关系科技            owner (周雨)
//! ├─ 2 销售部           lin (林知夏, leads)
//! │  └─ 4 西湖门店      chen (陈思远), wang (王晓明)
//! ├─ 3 研发部           zhao (赵一鸣), qian (钱多多)
//! └─ 5 董事会办公室     sun (孙立)
//! ```

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
};

use guanxi_app::{
    Actor, Cx, Env, Error, Result,
    corp::{self, NewCorp},
    department,
    directory::{self, Directory, Lens},
    event::{Ears, Feeds, Page},
    member,
    outside::{Chance, Clock, KeptSms},
    session::{self, Device, SignIn},
};
use guanxi_model::{
    corp::Settings,
    department::{Department, DepartmentId, ROOT},
    id::{CorpId, MemberId},
    member::{Place, Profile},
    person::Phone,
};
use guanxi_store::{Tx, testing::TestStore};

pub(crate) const SALES: DepartmentId = DepartmentId(2);
pub(crate) const RESEARCH: DepartmentId = DepartmentId(3);
pub(crate) const STORE: DepartmentId = DepartmentId(4);
pub(crate) const BOARD: DepartmentId = DepartmentId(5);

/// The browser in which everybody signs in.
pub(crate) const BROWSER: u128 = 7;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// 2026-11-22T10:00+08:00.
const MORNING: i64 = 1_795_312_800_000;

#[derive(Debug)]
pub(crate) struct Hands(AtomicI64);

impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

/// The same numbers in every run.
#[derive(Debug, Default)]
struct Dice(AtomicU64);

impl Chance for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // One step of splitmix64, so that neighbours look nothing alike.
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (z ^ (z >> 31)).to_be_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

pub(crate) struct House {
    pub(crate) env: Arc<Env>,
    pub(crate) corp: CorpId,
    job: Cx,
    clock: Arc<Hands>,
    feeds: Mutex<Feeds>,
    ids: HashMap<String, MemberId>,
}

pub(crate) fn phone(number: u32) -> Phone {
    Phone::parse(&format!("1380013{number:04}"), "CN").unwrap()
}

/// A profile whose number and userid follow from each other.
pub(crate) fn profile(
    userid: &str,
    name: &str,
    number: u32,
    departments: &[DepartmentId],
) -> Profile {
    Profile {
        userid: userid.into(),
        name: name.into(),
        mobile: Some(phone(number)),
        places: departments
            .iter()
            .map(|department| Place {
                department: *department,
                leads: false,
                order: 0,
            })
            .collect(),
        ..Profile::default()
    }
}

impl House {
    pub(crate) async fn new(store: &TestStore) -> Self {
        Self::with(store, Settings::default()).await
    }

    pub(crate) async fn with(store: &TestStore, settings: Settings) -> Self {
        let clock = Arc::new(Hands(AtomicI64::new(MORNING)));
        let env = Env::new(
            (**store).clone(),
            Arc::<Hands>::clone(&clock),
            Arc::new(Dice::default()),
            Arc::new(KeptSms::default()),
        );
        let env = env.await.unwrap();
        let feeds = Mutex::new(env.hub.connect(&env));
        let new = NewCorp {
            name: "关系科技".into(),
            admin_name: "周雨".into(),
            admin_mobile: "13800130000".into(),
            settings,
        };
        let cx = env.job("test");
        let (corp, owner, created) = env
            .store
            .write(move |tx| -> Result<_> {
                let (corp, owner) = corp::create(tx, &cx, &new)?;
                department::import(tx, &cx, corp, departments())?;
                let imported = member::import(tx, &cx, corp, people())?;
                Ok((corp, owner, imported.created))
            })
            .await
            .unwrap();
        let userids = people().into_iter().map(|profile| profile.userid);
        let mut ids: HashMap<String, MemberId> = userids.zip(created).collect();
        ids.insert("owner".into(), owner);
        Self {
            job: env.job("test"),
            env,
            corp,
            clock,
            feeds,
            ids,
        }
    }

    pub(crate) fn id(&self, userid: &str) -> MemberId {
        self.ids[userid]
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Relaxed);
    }

    pub(crate) fn job(&self) -> &Cx {
        &self.job
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A live page of somebody who has signed in.
    pub(crate) fn page(&self, cx: &Cx) -> Page {
        let Actor::Person {
            person,
            session,
            account,
        } = cx.actor
        else {
            panic!("only people have pages");
        };
        self.env.hub.listen(Ears {
            session,
            person,
            corp: account.map(|(corp, _)| corp),
            party: account.map(|(_, id)| id.as_u128()),
        })
    }

    pub(crate) fn nobody(&self) -> Cx {
        self.env.cx(Actor::Nobody, String::new(), "zh-Hans".into())
    }

    /// Signs a member in by his number.
    pub(crate) async fn cx(&self, userid: &str) -> Cx {
        let id = self.id(userid);
        let corp = self.corp;
        let read = self
            .env
            .store
            .read(move |tx| guanxi_store::member::find(tx, corp, id).map_err(Error::from));
        let mobile = read.await.unwrap().unwrap().profile.mobile.unwrap();
        self.sign_in(mobile).await
    }

    pub(crate) async fn sign_in(&self, mobile: Phone) -> Cx {
        let nobody = self.nobody();
        let make = || {
            self.write(&nobody, move |tx, cx| {
                session::make_code(tx, cx, mobile, BROWSER)
            })
        };
        let mut sent = make().await;
        if let Err(Error::OverLimit { retry_at_ms, .. }) = sent {
            // He signed in a moment ago on another device.
            self.pass(retry_at_ms - self.now_ms());
            sent = make().await;
        }
        let code = sent.unwrap().message.unwrap().value;
        let signed_in = self.write(&nobody, move |tx, cx| {
            session::sign_in(tx, cx, mobile, BROWSER, &code, &device())
        });
        let SignIn::Done(done) = signed_in.await.unwrap() else {
            panic!("the code is right");
        };
        let actor = Actor::Person {
            person: done.session.person,
            session: done.session.id,
            account: done.session.account,
        };
        self.env
            .cx(actor, "203.0.113.0/24".into(), "zh-Hans".into())
    }

    /// The context of the same actor now.
    fn now(&self, cx: &Cx) -> Cx {
        let (address, language) = (cx.address.clone(), cx.language.clone());
        self.env.cx(cx.actor.clone(), address, language)
    }

    pub(crate) async fn write<T, F>(&self, cx: &Cx, act: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let cx = self.now(cx);
        self.env.store.write(move |tx| act(tx, &cx)).await
    }

    pub(crate) async fn read<T, F>(&self, cx: &Cx, act: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let cx = self.now(cx);
        self.env.store.read(move |tx| act(tx, &cx)).await
    }

    /// The directory in step with all that has happened, and what an actor sees of it.
    pub(crate) async fn directory(&self, cx: &Cx) -> (Arc<Directory>, Arc<Lens>) {
        directory::open(&self.env, self.corp).await.unwrap();
        while let Some(event) = self.next_event() {
            directory::follow(&self.env, &event).await.unwrap();
        }
        let (directory, state) = directory::open(&self.env, self.corp).await.unwrap();
        let cx = self.now(cx);
        let (_, viewer) = cx.account().unwrap();
        let lens = directory.lens(&cx, &state, viewer).unwrap();
        (directory, lens)
    }

    fn next_event(&self) -> Option<guanxi_app::event::Event> {
        self.feeds.lock().unwrap().directory.try_recv().ok()
    }

    pub(crate) async fn state(&self) -> Arc<corp::State> {
        let (env, corp) = (Arc::clone(&self.env), self.corp);
        let read = self.env.store.read(move |tx| corp::state(tx, &env, corp));
        read.await.unwrap()
    }

    pub(crate) async fn member(&self, userid: &str) -> guanxi_store::member::Member {
        let (corp, id) = (self.corp, self.id(userid));
        let read = self
            .env
            .store
            .read(move |tx| guanxi_store::member::find(tx, corp, id).map_err(Error::from));
        read.await.unwrap().unwrap()
    }
}

pub(crate) fn device() -> Device {
    Device {
        name: "Firefox, Linux".into(),
        keep: true,
    }
}

fn departments() -> Vec<Department> {
    let named = [
        (SALES, ROOT, "销售部", 9),
        (RESEARCH, ROOT, "研发部", 8),
        (STORE, SALES, "西湖门店", 0),
        (BOARD, ROOT, "董事会办公室", 0),
    ];
    let departments = named
        .into_iter()
        .map(|(id, parent, name, order)| Department {
            id,
            parent: Some(parent),
            name: name.into(),
            order,
        });
    departments.collect()
}

fn people() -> Vec<Profile> {
    let mut lin = profile("lin", "林知夏", 1, &[SALES]);
    lin.places[0].leads = true;
    vec![
        lin,
        profile("chen", "陈思远", 2, &[STORE]),
        profile("wang", "王晓明", 3, &[STORE]),
        profile("zhao", "赵一鸣", 4, &[RESEARCH]),
        profile("qian", "钱多多", 5, &[RESEARCH]),
        profile("sun", "孙立", 6, &[BOARD]),
    ]
}

/// How many contacts the actor has.
pub(crate) fn contacts(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let me = cx.me(tx)?;
    Ok(guanxi_store::contact::list(tx, me.party)?.len())
}
