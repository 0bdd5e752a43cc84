//! The one table of operations of the REST interface. Each line says how it is called, by whom, and what does it; the router and
//! the OpenAPI document are made from it, and tests walk it with everybody who may not.

mod admin;
mod own;

use guanxi_model::token::Scope;

use crate::api::{
    document,
    operation::{Door, Operation, get},
    token,
};

/// All operations.
pub fn table() -> Vec<Operation> {
    let here = vec![
        get("/openapi.json", Door::Open, "getDocument", document::served)
            .says("Interface", "This document"),
        get("/token", Door::Bearer, "getToken", token::current)
            .says("Interface", "The token that makes this call"),
    ];
    [here, own::table(), admin::table()].concat()
}

/// Scopes that no operation asks for; a test keeps this empty.
pub fn idle_scopes() -> Vec<Scope> {
    let table = table();
    let is_idle = |scope: &&Scope| {
        !table
            .iter()
            .any(|operation| operation.door.scope() == Some(**scope))
    };
    Scope::ALL.iter().filter(is_idle).copied().collect()
}
