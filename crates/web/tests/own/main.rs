//! What is a member's own: signing in, requests, contacts, his page. The router in process, with a clock that the test moves.

mod avatar;
mod code;
mod contact;
mod failure;
mod list;
mod live;
mod logo;
mod once;
mod profile;
mod request;
mod sign_in;

use guanxi_app::contact::{Ask, Outcome, ask};
use guanxi_model::{id::RequestId, request::AddWay};
use guanxi_testkit::world::{Corp, Someone, World};

/// A company with three members in two departments.
struct House {
    world: World,
    corp: Corp,
    owner: Someone,
    ann: Someone,
    bo: Someone,
    cy: Someone,
}

async fn house() -> House {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let ann = world.member(corp, "林知夏", 2).await;
    let bo = world.member(corp, "郑少军", 3).await;
    let cy = world.member(corp, "Emma Marsh", 3).await;
    world.load_directory(corp).await;
    House {
        world,
        corp,
        owner,
        ann,
        bo,
        cy,
    }
}

impl House {
    /// Sends a request in the way of the directory.
    async fn ask(&self, from: &Someone, to: &Someone) -> RequestId {
        let (cx, recipient) = (self.world.cx_of(from), to.id);
        let wish = Ask {
            recipient,
            message: "想请教报价".into(),
            add_way: AddWay::Colleague,
        };
        let asked = self.world.env.store.write(move |tx| ask(tx, &cx, &wish));
        match asked.await.expect("asked") {
            Outcome::Asked(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Makes two members contacts.
    async fn befriend(&self, one: &Someone, other: &Someone) {
        let id = self.ask(one, other).await;
        let path = format!("/requests/{id}/accept");
        assert_eq!(
            self.world.post(Some(other), &path, &[]).await.status,
            axum::http::StatusCode::SEE_OTHER
        );
    }
}
