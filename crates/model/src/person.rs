//! A person (自然人): an individual outside any corp, known by a verified phone number or e-mail address.
//!
//! A number or address exists only in its one checked form, so that two notations never make two persons.

mod email;
mod found_by;
mod phone;

pub use email::Email;
pub use found_by::FoundBy;
pub use phone::{Phone, is_region};
