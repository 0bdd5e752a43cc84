//! Answers ready to be sent: the company's, kept by those who look after channels, and each member's own.

use guanxi_model::{
    conversation::{ANSWERS_MAX, Answer, answer},
    id::AnswerId,
    role::Right,
};
use guanxi_store::{self as store, Tx};
use serde_json::json;

use crate::{Cx, Error, Me, Result, audit};

/// Answers that the actor may use, the company's and his own, by title.
pub fn answers(tx: &mut Tx<'_>, me: &Me) -> Result<Vec<Answer>> {
    let limit = 2 * ANSWERS_MAX as i64;
    Ok(store::conversation::answers(
        tx,
        me.corp_id,
        me.member.id,
        limit,
    )?)
}

/// Keeps a new answer: the actor's own, or the company's.
pub fn put_answer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    title: &str,
    body: &str,
    is_shared: bool,
) -> Result<AnswerId> {
    let me = cx.me(tx)?;
    if is_shared {
        me.require(Right::EditCodes)?;
    }
    let (title, body) = answer(title, body)?;
    let member = (!is_shared).then_some(me.member.id);
    let kept = answers(tx, &me)?;
    if kept.iter().filter(|kept| kept.member == member).count() >= ANSWERS_MAX {
        return Err(Error::invalid("title", "too_many"));
    }
    let new = Answer {
        id: cx.new_id(AnswerId::from_u128),
        member,
        title,
        body,
    };
    store::conversation::put_answer(tx, me.corp_id, &new, cx.now())?;
    record(tx, cx, &me, "answer.kept", &new)?;
    Ok(new.id)
}

/// Gives an answer other words.
pub fn edit_answer(tx: &mut Tx<'_>, cx: &Cx, id: AnswerId, title: &str, body: &str) -> Result<()> {
    let me = cx.me(tx)?;
    let mut kept = find(tx, &me, id)?;
    (kept.title, kept.body) = answer(title, body)?;
    store::conversation::put_answer(tx, me.corp_id, &kept, cx.now())?;
    record(tx, cx, &me, "answer.kept", &kept)
}

/// Forgets an answer.
pub fn delete_answer(tx: &mut Tx<'_>, cx: &Cx, id: AnswerId) -> Result<()> {
    let me = cx.me(tx)?;
    let kept = find(tx, &me, id)?;
    store::conversation::delete_answer(tx, me.corp_id, id)?;
    record(tx, cx, &me, "answer.deleted", &kept)
}

/// An answer that the actor may change.
fn find(tx: &mut Tx<'_>, me: &Me, id: AnswerId) -> Result<Answer> {
    let kept = store::conversation::find_answer(tx, me.corp_id, id)?
        .filter(|kept| kept.member.is_none_or(|member| member == me.member.id))
        .ok_or(Error::not_found("answer"))?;
    if kept.member.is_none() {
        me.require(Right::EditCodes)?;
    }
    Ok(kept)
}

/// What the company says is on record; what a member keeps for himself is his own.
fn record(tx: &mut Tx<'_>, cx: &Cx, me: &Me, action: &'static str, kept: &Answer) -> Result<()> {
    if kept.member.is_some() {
        return Ok(());
    }
    let object = Some(("answer", kept.id.to_string()));
    let detail = json!({ "title": kept.title });
    audit::record(tx, cx, me.corp_id, action, object, &detail)
}
