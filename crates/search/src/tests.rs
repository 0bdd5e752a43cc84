//! Tests of the whole index: lists and counts, forms of a query, and agreement with a linear pass.

mod browse;
mod forms;
mod linear;
