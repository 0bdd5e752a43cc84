//! Requests to many at once, and what came of each, kept so that the sender can read it again.

use guanxi_model::{
    corp::DAY_MS,
    id::{BatchId, MemberId},
    request::Refusal,
};
use guanxi_store::{self as store, Tx};
use serde::{Deserialize, Serialize};

use super::pipeline::{Outcome, ask_many};
use crate::{Cx, Error, Result};

/// How long results are kept, in milliseconds.
pub const KEPT_MS: i64 = 30 * DAY_MS;

/// What came of a request to one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The recipient has been asked.
    Asked,
    /// Asked before; the same request still waits.
    StillPending,
    /// The recipient had asked too: both are contacts now.
    Met,
    /// They were contacts already.
    AlreadyContacts,
    /// A rule refuses.
    Refused(Refusal),
    /// There is no such colleague, or the sender may not see him.
    NotFound,
}

impl Fate {
    /// Reads a result of the pipeline; an error that does not concern one recipient is given back.
    fn of(outcome: Result<Outcome>) -> Result<Self> {
        Ok(match outcome {
            Ok(Outcome::Asked(_)) => Self::Asked,
            Ok(Outcome::StillPending(_)) => Self::StillPending,
            Ok(Outcome::Met(_)) => Self::Met,
            Ok(Outcome::AlreadyContacts) => Self::AlreadyContacts,
            Err(Error::Refused(refusal)) => Self::Refused(refusal),
            Err(Error::NotFound { .. }) => Self::NotFound,
            Err(other) => return Err(other),
        })
    }
}

/// A batch that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What the sender wrote; empty for the corp's template.
    pub message: String,
    /// Each recipient and what came of it, in the order of the choice.
    pub results: Vec<(MemberId, Fate)>,
    /// When.
    pub sent_at_ms: i64,
}

/// Sends a batch under a number that the sender's page made; the same number again sends nothing.
pub fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: BatchId,
    recipients: &[MemberId],
    message: &str,
) -> Result<()> {
    let me = cx.me(tx)?;
    if store::batch::find(tx, me.corp_id, me.member.id, id)?.is_some() {
        return Ok(());
    }
    let sent = ask_many(tx, cx, recipients, message)?;
    let fates = sent
        .into_iter()
        .map(|sent| Ok((sent.recipient, Fate::of(sent.outcome)?)));
    let results: Vec<(MemberId, Fate)> = fates.collect::<Result<_>>()?;
    let results =
        serde_json::to_string(&results).map_err(|error| Error::Internal(error.to_string()))?;
    let batch = store::batch::Batch {
        id,
        message: message.trim().to_owned(),
        results,
        created_at_ms: cx.now(),
    };
    store::batch::insert(tx, me.corp_id, me.member.id, &batch)?;
    Ok(())
}

/// What came of a batch of the actor's.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, id: BatchId) -> Result<Batch> {
    let me = cx.me(tx)?;
    let batch = store::batch::find(tx, me.corp_id, me.member.id, id)?;
    let batch = batch.ok_or(Error::not_found("batch"))?;
    let results =
        serde_json::from_str(&batch.results).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Batch {
        message: batch.message,
        results,
        sent_at_ms: batch.created_at_ms,
    })
}
