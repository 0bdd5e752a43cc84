//! A company that has a row in every table, and a visit to its pages that finds them again.

use guanxi_app::{
    Cx, Result, audit, contact,
    contact::{Ask, batch, pipeline::Outcome},
    corp, find_ask, qr_code, request, visibility,
};
use guanxi_model::{
    audit::Head,
    id::{BatchId, PersonId},
    person::Phone,
    qr_code::Terms,
    request::AddWay,
    role::Role,
    visibility::{Kind, Subject},
};
use guanxi_store::{self as store, Tx};
use guanxi_testkit::world::{Corp, PUBLIC_URL, Someone, World};

use crate::assert_page;

const VISITOR: &str = "+8613912345678";

/// Who lives there, and what to look for.
pub(crate) struct House {
    corp: Corp,
    owner: Someone,
    lin: Someone,
    chen: Someone,
    wang: Someone,
    /// Address of a member's QR code.
    code: String,
}

async fn write<T: Send + 'static>(
    world: &World,
    cx: Cx,
    act: impl Fn(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
) -> T {
    let written = world.env.store.write(move |tx| act(tx, &cx)).await;
    written.unwrap()
}

impl House {
    pub(crate) async fn furnish(world: &World) -> Self {
        let (corp, owner) = world.corp("青禾家居", "13800000001").await;
        let lin = world.member(corp, "林知夏", 2).await;
        let chen = world.member(corp, "陈思远", 3).await;
        let wang = world.member(corp, "王晓明", 3).await;
        world.role(&wang, Role::Auditor).await;
        let mut house = Self {
            corp,
            owner,
            lin,
            chen,
            wang,
            code: String::new(),
        };
        world.load_directory(corp).await;
        house.relations(world).await;
        house.rules(world).await;
        house.codes(world).await;
        house.records(world).await;
        house
    }

    async fn relations(&self, world: &World) {
        let lin = world.cx_of(&self.lin);
        let ask = |to: &Someone| Ask {
            recipient: to.id,
            message: "你好，我是林知夏".into(),
            add_way: AddWay::Colleague,
        };
        let to_chen = ask(&self.chen);
        let asked = write(world, lin.clone(), move |tx, cx| {
            contact::ask(tx, cx, &to_chen)
        })
        .await;
        let Outcome::Asked(id) = asked else {
            panic!("{asked:?}");
        };
        let chen = world.cx_of(&self.chen);
        write(world, chen.clone(), move |tx, cx| {
            request::accept(tx, cx, id)
        })
        .await;
        let to_wang = ask(&self.wang);
        write(world, lin.clone(), move |tx, cx| {
            contact::ask(tx, cx, &to_wang)
        })
        .await;
        let (wang, owner) = (self.wang.id, self.owner.id);
        write(world, chen, move |tx, cx| contact::block(tx, cx, wang)).await;
        write(world, lin, move |tx, cx| {
            batch::send(tx, cx, BatchId::from_u128(77), &[owner], "批量")
        })
        .await;
    }

    async fn rules(&self, world: &World) {
        let subject = Subject::Member(self.wang.id);
        write(world, world.cx_of(&self.owner), move |tx, cx| {
            let draft = visibility::Draft {
                id: None,
                kind: Kind::Hide,
                subject,
                exceptions: Vec::new(),
                note: "不公开".into(),
            };
            visibility::put_rule(tx, cx, draft)
        })
        .await;
        write(world, world.cx_of(&self.lin), |tx, cx| {
            find_ask::ask(tx, cx, "单丽群", "样机")
        })
        .await;
        write(world, world.cx_of(&self.owner), |tx, cx| {
            corp::change(tx, cx, |now| {
                let mut settings = now.settings.clone();
                settings.requests_per_day = 33;
                Ok((now.name.clone(), settings))
            })
        })
        .await;
    }

    async fn codes(&mut self, world: &World) {
        let made = write(world, world.cx_of(&self.lin), |tx, cx| {
            qr_code::create(tx, cx, Terms::default())
        })
        .await;
        let token = qr_code::Key::new(&world.env.pepper, PUBLIC_URL).token(made.slug);
        self.code = format!("/q/{token}");
        assert_page(&world.get(None, &self.code).await, "the code");
        // One who is on his way in, and one who has come.
        let number = [("name", "王小姐"), ("mobile", VISITOR), ("message", "柜子")];
        let answer = world
            .post(None, &format!("{}/number", self.code), &number)
            .await;
        assert_eq!(answer.location, format!("{}/code", self.code));
        let corp = self.corp.id;
        write(world, world.cx(), move |tx, cx| {
            let person = store::person::Person {
                id: PersonId::from_u128(991),
                mobile: Some(VISITOR.parse::<Phone>().unwrap()),
                name: "王小姐".into(),
                language: None,
                theme: None,
                created_at_ms: cx.now(),
            };
            store::person::insert(tx, &person)?;
            let customer = store::customer::Customer {
                person: person.id,
                external_id: "wmuser".into(),
                code: Some(made.id),
                created_at_ms: cx.now(),
            };
            Ok(store::customer::insert(tx, corp, &customer)?)
        })
        .await;
    }

    /// What the server itself keeps: a sealed log with both its ends, and a lease.
    async fn records(&self, world: &World) {
        let corp = self.corp.id;
        write(world, world.cx(), move |tx, cx| {
            while audit::seal(tx, corp)? > 0 {}
            // Nothing was removed from its beginning.
            store::audit::chain::remove(tx, corp, Head::default())?;
            Ok(store::node::take_lease(tx, "test", 7, cx.now(), cx.now() + 1).map(drop)?)
        })
        .await;
    }

    /// Walks through the pages of a database that began at a step of the schema.
    pub(crate) async fn visit(&self, world: &World, step: i64) {
        world.load_directory(self.corp).await;
        let see = async |who: &Someone, path: &str, text: &str| {
            let answer = world.get(Some(who), path).await;
            assert_page(&answer, &format!("{path} from step {step} on"));
            assert!(
                answer.body.contains(text),
                "{path} from step {step} on shows {text}"
            );
        };
        see(&self.lin, "/", "林知夏").await;
        see(&self.lin, "/contacts", "陈思远").await;
        see(&self.wang, "/requests", "林知夏").await;
        see(&self.lin, "/directory?q=chensiyuan", "陈思远").await;
        see(&self.chen, "/contacts/blocks", "王晓明").await;
        see(&self.owner, "/admin/people", "王晓明").await;
        see(&self.owner, "/admin/visibility", "不公开").await;
        see(&self.owner, "/admin/policies", "33").await;
        see(&self.owner, "/admin/find-asks", "单丽群").await;
        if step >= 6 {
            see(&self.lin, "/codes", "/codes/").await;
            let page = world.get(None, &self.code).await;
            assert_page(&page, "the code");
            assert!(page.body.contains("林知夏"));
        }
        if step >= 9 {
            see(&self.owner, "/admin/webhooks", "hooks.example.com").await;
        }
        self.check_log(world, step).await;
        // And it goes on: the request that waited is accepted.
        let lin = self.lin.party();
        let wang = self.wang.party();
        let request = world
            .env
            .store
            .read(move |tx| store::request::latest(tx, lin, wang));
        let request = request.await.unwrap().unwrap();
        let accepted = write(world, world.cx_of(&self.wang), move |tx, cx| {
            request::accept(tx, cx, request.id)
        });
        accepted.await;
        see(&self.lin, "/contacts", "王晓明").await;
    }

    async fn check_log(&self, world: &World, step: i64) {
        let page = world.get(Some(&self.wang), "/admin/audit").await;
        assert_page(&page, "the log");
        let corp = self.corp.id;
        let found = audit::verify(&world.env, corp, None).await.unwrap();
        assert!(found.found.is_ok(), "{:?} from step {step} on", found.found);
    }
}
