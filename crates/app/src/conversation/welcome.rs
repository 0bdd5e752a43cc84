//! The first word of a conversation: the welcome that a code sends at this hour, with the names filled in.

use guanxi_model::{
    field,
    id::{MemberId, PersonId},
    live_code::plan::Plan,
};
use guanxi_store::{self as store, Tx};

use crate::{Cx, Result, corp};

/// What the code says to a customer of this member now; None where it says nothing.
pub(super) fn text(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: &corp::State,
    plan: &Plan,
    member: MemberId,
    person: PersonId,
) -> Result<Option<String>> {
    let zone = corp.settings.zone();
    let mut welcomes = plan.marks.welcome.iter();
    let Some(welcome) = welcomes.find(|one| one.hours.are_on(&zone, cx.now())) else {
        return Ok(None);
    };
    let person = store::person::find(tx, person)?;
    let language = person
        .as_ref()
        .and_then(|person| person.language.as_deref());
    let text = welcome.text.pick(language.unwrap_or(&cx.language));
    let customer = person.as_ref().map_or("", |person| person.name.as_str());
    let member = store::member::name(tx, corp.id, member)?.unwrap_or_default();
    let marks = [
        ("{customer}", customer),
        ("{member}", &member),
        ("{company}", &corp.name),
    ];
    let text = field::filled(text, &marks);
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}
