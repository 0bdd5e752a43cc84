//! The demo in the test's own process: its people, and how much its pages weigh.

use axum::{body::Body, http::Request};
use guanxi_app::demo;
use guanxi_model::{corp::DAY_MS, id::SessionId, person::Phone};
use guanxi_store::{self as store};
use tower::ServiceExt as _;

use super::{Someone, World};

impl World {
    /// A server on SQLite with the demo in it.
    pub async fn demo() -> Self {
        let world = Self::sqlite().await;
        demo::fill(&world.env).await.expect("the demo is written");
        world
    }

    /// One of the people of the demo, by his mobile number, signed in.
    pub async fn known(&self, mobile: &str) -> Someone {
        let number = Phone::parse(mobile, "CN").expect("a valid number");
        let store = &self.env.store;
        let found = store.read(move |tx| store::member::list_by_mobile(tx, number));
        let (corp, member) = found.await.expect("read").swap_remove(0);
        let person = member.person.expect("he has signed in before");
        let chance = || self.env.chance.number();
        let session = SessionId::from_u128(chance());
        let token = format!("{:032x}{:032x}", chance(), chance());
        let (hash, now_ms) = (
            guanxi_app::session::token_hash(&token),
            self.clock.0.load(std::sync::atomic::Ordering::Relaxed),
        );
        let open = store::session::Session {
            id: session,
            person,
            account: Some((corp, member.id)),
            device: "test".into(),
            address: String::new(),
            created_at_ms: now_ms,
            seen_at_ms: now_ms,
            expires_at_ms: now_ms + 400 * DAY_MS,
        };
        let written = store.write(move |tx| store::session::insert(tx, &hash, &open));
        written.await.expect("he is signed in");
        Someone {
            corp,
            id: member.id,
            name: member.profile.name,
            person,
            session,
            token,
        }
    }

    /// Bytes that an address sends over the wire to a browser of today.
    pub async fn weigh(&self, who: Option<&Someone>, path: &str) -> usize {
        let mut request = Request::get(path).header("accept-encoding", "gzip, deflate, br");
        if let Some(who) = who {
            request = request.header("cookie", who.cookie());
        }
        let request = request.body(Body::empty()).expect("a valid request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("the router answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let body = axum::body::to_bytes(answer.into_body(), 64 * 1024 * 1024).await;
        body.expect("a body").len()
    }
}
