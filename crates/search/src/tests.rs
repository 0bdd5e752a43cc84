//! Tests of the whole index: forms of a query, and agreement with a linear pass.

mod forms;
mod linear;
