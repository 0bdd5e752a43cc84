//! Customers (客户): persons outside a corp who are contacts of its members, and how the corp names them.

use guanxi_model::id::{CodeId, CorpId, PersonId};
use guanxi_store::{self as store, Tx, customer::Customer};

use crate::{Cx, Result};

/// Makes a person a customer of the corp, unless he is one already.
pub(crate) fn meet(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    person: PersonId,
    code: Option<CodeId>,
) -> Result<()> {
    // The form that integrators know: two letters and 30 signs, the same for nobody else.
    let customer = Customer {
        person,
        external_id: format!("wm{:030x}", cx.env.chance.number() >> 8),
        code,
        created_at_ms: cx.now(),
    };
    Ok(store::customer::insert(tx, corp, &customer)?)
}
