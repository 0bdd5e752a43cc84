//! Live codes (活码): many members behind one code, one of whom is chosen at the scan.

pub mod desk;
pub mod visit;
