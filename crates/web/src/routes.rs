//! The one table of routes, and beside it the one of operations of the REST interface ([`api`]). Each line says who may use the route and what answers it; the router is made from the table,
//! and tests walk it with nobody, with the wrong role and with somebody of another company.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::StatusCode,
    middleware::from_fn_with_state,
    routing::{MethodRouter, any, get, post},
};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;

use crate::{
    assets,
    auth::{Access, guard},
    edge::{self, Hold, Limits},
    error::{self, Failure},
    reply,
    state::App,
};

mod admin;
pub mod api;
mod console;
mod live;
mod live_code;
mod public;

/// How a route is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads a page.
    Get,
    /// Changes something, by a form.
    Post,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// How.
    pub verb: Verb,
    /// Address; `{id}` and the like stand for parts.
    pub path: &'static str,
    /// By whom.
    pub access: Access,
    method: MethodRouter<App>,
}

fn read<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        verb: Verb::Get,
        path,
        access,
        method: get(handler),
    }
}

fn change<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        verb: Verb::Post,
        path,
        access,
        method: post(handler),
    }
}

/// All routes of the console and of its visitors.
pub fn table() -> Vec<Route> {
    [
        public::table(),
        console::table(),
        admin::table(),
        live_code::table(),
        live::table(),
    ]
    .concat()
}

/// The router of everything that the console and its visitors see, with the usual limits.
pub fn router(app: &App) -> Router {
    router_with(app, Limits::default())
}

/// The same, with limits of its own.
pub fn router_with(app: &App, limits: Limits) -> Router {
    let mut router = Router::new();
    for route in table() {
        let guarded = route
            .method
            .route_layer(from_fn_with_state((app.clone(), route.access), guard));
        router = router.route(route.path, guarded);
    }
    router = router.merge(crate::api::routes(api::table()));
    // An address that is none gets a page too, in the language of whoever asks.
    let unknown = any(async || Failure::Status(StatusCode::NOT_FOUND))
        .layer(from_fn_with_state((app.clone(), Access::Public), guard));
    // All in one layer: each layer of a router is a box of its own, which every request clones with all boxes inside.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), edge::watch))
        // Leaves event streams and what is compressed already alone.
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(reply::FORM_LIMIT))
        .layer(from_fn_with_state(
            (app.clone(), Hold::new(limits)),
            error::render,
        ));
    let router = router.fallback(unknown).layer(around);
    // Files need no database and no language, so nothing is held or rendered for them.
    let around_files = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), edge::watch))
        .layer(CompressionLayer::new());
    router
        .with_state(app.clone())
        .merge(assets::routes().layer(around_files))
}
