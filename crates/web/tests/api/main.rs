//! The REST interface in process: tokens, problems, pages, conditions, keys against doing a thing twice, limits, the document.

mod document;
mod manage;
mod manner;
mod once;
mod token;
mod walk;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use guanxi_model::token::{Scope, Terms};
use guanxi_testkit::world::{Answer, Someone, World};
use serde_json::Value;

/// A company with an owner, two members, and a token of the first that may be used for everything.
pub(crate) struct House {
    pub(crate) world: World,
    pub(crate) owner: Someone,
    pub(crate) ann: Someone,
    pub(crate) bo: Someone,
    pub(crate) token: String,
}

pub(crate) async fn house(world: World) -> House {
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let ann = world.member(corp, "林知夏", 2).await;
    let bo = world.member(corp, "郑少军", 3).await;
    world.load_directory(corp).await;
    let token = token_of(&world, &ann, Scope::ALL, 30).await;
    House {
        world,
        owner,
        ann,
        bo,
        token,
    }
}

pub(crate) async fn token_of(world: &World, who: &Someone, scopes: &[Scope], days: u32) -> String {
    let cx = world.cx_of(who);
    let terms = Terms {
        name: "CRM".into(),
        scopes: scopes.to_vec(),
        days,
        roles: Vec::new(),
    };
    let made = world
        .env
        .store
        .write(move |tx| guanxi_app::token::create(tx, &cx, terms.clone()))
        .await
        .expect("the token is made");
    made.text
}

/// A call: method, path below `/api/v1`, further headers, body.
pub(crate) async fn call(
    world: &World,
    token: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let uri = if path.starts_with("/api") {
        path.to_owned()
    } else {
        format!("/api/v1{path}")
    };
    let mut request = Request::builder().method(method).uri(uri);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    world.request(request.body(body).expect("a request")).await
}

pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body)
        .unwrap_or_else(|error| panic!("{error}: {} {}", answer.status, answer.body))
}

impl House {
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = call(&self.world, &self.token, ("GET", path), &[], None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        json(&answer)
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        call(&self.world, &self.token, (method, path), &[], Some(body)).await
    }
}
