//! Live codes (活码): many members behind one code, and the choice of one of them at the scan.

pub mod alert;
pub mod board;
pub mod hours;
pub mod load;
pub mod near;
pub mod plan;
pub mod pool;
pub mod receipt;
pub mod replay;
pub mod simulate;
pub mod turn;
