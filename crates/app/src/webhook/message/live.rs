//! What is told of live codes, their alerts, and conversations. What is said in a conversation never leaves, only how long it was.

use guanxi_model::{
    conversation::Conversation,
    id::{AlertId, ConversationId, CorpId, LiveCodeId, MemberId, MessageId, PersonId},
    webhook::Kind,
};
use guanxi_store::{self as store, Tx};
use serde_json::{Value, json};

use super::{Message, Writer, one, subject, time};
use crate::{
    Result,
    event::{AlertTurn, Talk},
};

impl Writer {
    pub(super) fn live_code(
        &self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        code: LiveCodeId,
    ) -> Result<Value> {
        let found = store::live_code::find(tx, corp, code)?;
        let found = found.as_ref();
        Ok(json!({
            "id": code,
            "name": found.map(|code| code.name.as_str()),
            "state": found.map(|code| code.state.as_str()),
            "version": found.map_or(0, |code| code.version),
        }))
    }

    pub(super) fn alert(
        &self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        id: AlertId,
        turn: AlertTurn,
    ) -> Result<Vec<Message>> {
        let kind = match turn {
            AlertTurn::Opened => Kind::AlertOpened,
            AlertTurn::Closed => Kind::AlertClosed,
            AlertTurn::Moved => return Ok(Vec::new()),
        };
        let Some(alert) = store::live_alert::find(tx, corp, id)? else {
            return Ok(Vec::new());
        };
        let closed_at = alert.closed_at_ms.filter(|_| kind == Kind::AlertClosed);
        let data = json!({
            "alert": id,
            "live_code": self.live_code(tx, corp, alert.code)?,
            "reason": alert.kind.name(),
            "count": alert.count,
            "whole": alert.whole,
            "opened_at": time(alert.opened_at_ms),
            "closed_at": closed_at.map(time),
        });
        Ok(one(
            corp,
            kind,
            subject(corp, "alert", &[id.as_u128()]),
            data,
        ))
    }

    /// Of one conversation all messages are in order; that a customer was led to a member by a code is told beside it.
    pub(super) fn talk(
        &mut self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        id: ConversationId,
        (member, from): (MemberId, Option<MemberId>),
        person: PersonId,
        change: Talk,
    ) -> Result<Vec<Message>> {
        let kind = match change {
            Talk::Opened => Kind::ConversationStarted,
            Talk::Asked(_) | Talk::Answered(_) => Kind::ConversationMessage,
            Talk::Resolved => Kind::ConversationClosed,
            Talk::Reopened => Kind::ConversationReopened,
            Talk::HandedOver => Kind::ConversationHandedOver,
            Talk::Missed => Kind::ConversationMissed,
            Talk::Read => return Ok(Vec::new()),
        };
        let found = store::conversation::find(tx, corp, id)?;
        let found = found.as_ref();
        let at = |of: fn(&Conversation) -> Option<i64>| found.and_then(of).map(time);
        let origin = found.and_then(|one| one.origin);
        let (member, customer) = (
            self.member(tx, corp, member)?,
            self.customer(tx, corp, person)?,
        );
        let mut data = json!({
            "conversation": id,
            "member": member,
            "external_userid": customer,
            "live_code": origin.map(|(code, _)| code),
            "promised_at": at(|one| one.promised_at_ms),
            "answered_at": at(|one| one.answered_at_ms),
        });
        let mut say = |message: MessageId, from: &str| -> Result<()> {
            data["message"] = json!(message);
            data["from"] = json!(from);
            let length = store::conversation::length(tx, corp, id, message)?;
            data["length"] = json!(length.unwrap_or_default());
            Ok(())
        };
        match change {
            Talk::Asked(message) => say(message, "customer")?,
            Talk::Answered(message) => say(message, "member")?,
            Talk::HandedOver => {
                let from = from.map(|from| self.member(tx, corp, from));
                data["handed_from"] = json!(from.transpose()?);
            }
            _ => {}
        }
        let mut messages = one(
            corp,
            kind,
            subject(corp, "conversation", &[id.as_u128()]),
            data,
        );
        if let (Talk::Opened, Some((code, seq))) = (change, origin) {
            let data = json!({
                "live_code": self.live_code(tx, corp, code)?,
                "scan": seq,
                "conversation": id,
                "member": member,
                "external_userid": customer,
            });
            let subject = subject(corp, "live_add", &[id.as_u128()]);
            messages.extend(one(corp, Kind::LiveCodeAdded, subject, data));
        }
        Ok(messages)
    }
}
