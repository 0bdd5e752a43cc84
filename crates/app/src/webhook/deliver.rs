//! One try after another: what is sent, and what its outcome means for the message and for the endpoint.

use guanxi_model::{
    id::{CorpId, HookId},
    webhook::{Standing, State, Webhook, retry_at},
};
use guanxi_store::{
    self as store, Tx,
    webhook::delivery::{Delivery, Settled, Try},
};
use serde_json::json;

use super::sign;
use crate::{
    Cx, Result, audit,
    event::{self, Event},
    outside::{Answered, NoAnswer, Outgoing},
};

/// Characters of an answer that are kept.
const EXCERPT: usize = 500;
/// Status by which an endpoint says that it is gone for good.
const GONE: u16 = 410;

/// The number of a message, as receivers know it.
pub fn message_id(delivery: &Delivery) -> String {
    format!("msg_{}", delivery.id)
}

/// What goes over the wire at a moment.
pub fn outgoing(hook: &Webhook, delivery: &Delivery, now_ms: i64) -> Outgoing {
    let id = message_id(delivery);
    Outgoing {
        url: hook.terms.url.clone(),
        headers: sign::headers(&id, now_ms / 1000, &delivery.body, hook.keys(now_ms)),
        body: delivery.body.clone(),
    }
}

/// A try that is over.
#[derive(Debug, Clone)]
pub struct Done {
    /// The message as it was read.
    pub delivery: Delivery,
    /// What came back.
    pub outcome: Result<Answered, NoAnswer>,
    /// When the try began.
    pub at_ms: i64,
    /// How long it took.
    pub latency_ms: i64,
}

impl Done {
    /// Only 2xx counts; a redirect does not.
    pub fn is_taken(&self) -> bool {
        matches!(&self.outcome, Ok(answer) if (200..300).contains(&answer.status))
    }

    fn is_gone(&self) -> bool {
        matches!(&self.outcome, Ok(answer) if answer.status == GONE)
    }

    /// What becomes of the message.
    pub fn settle(&self, now_ms: i64, chance: u64) -> Settled {
        let delivery = &self.delivery;
        let (status, fault, excerpt, asked) = match &self.outcome {
            Ok(answer) => (
                Some(i64::from(answer.status)),
                None,
                excerpt(&answer.excerpt),
                answer.retry_after_ms,
            ),
            Err(fault) => (None, Some(fault.code().to_owned()), String::new(), None),
        };
        let failures = delivery.failures + u32::from(!self.is_taken());
        let next = retry_at(now_ms, delivery.since_ms, failures, chance, asked);
        let standing = match next {
            _ if self.is_taken() => Standing::Taken,
            Some(_) if !self.is_gone() => Standing::Waiting,
            _ => Standing::Dead,
        };
        Settled {
            id: delivery.id,
            standing,
            failures,
            next_at_ms: next.unwrap_or_default(),
            tried: Try {
                at_ms: self.at_ms,
                status,
                fault,
                latency_ms: self.latency_ms,
                excerpt,
            },
        }
    }
}

/// The beginning of an answer as text: no control characters, not much.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    printable
        .take(EXCERPT)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Writes how tries of one endpoint went, and switches it off if it said that it is gone or has taken nothing for too long.
pub fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    id: HookId,
    done: &[Done],
    settled: &[Settled],
) -> Result<()> {
    let now = cx.now();
    store::webhook::delivery::settle(tx, corp, id, settled, now)?;
    let is_news = settled.iter().any(|one| one.standing == Standing::Dead)
        || done
            .iter()
            .any(|done| done.delivery.name == "webhook.example");
    let Some(old) = store::webhook::find(tx, corp, id)? else {
        return Ok(());
    };
    let mut hook = old.clone();
    if done.iter().any(Done::is_taken) {
        hook.taken_at_ms = Some(now);
        hook.failing_since_ms = None;
    } else {
        let first = done.iter().map(|done| done.at_ms).min();
        hook.failing_since_ms = hook.failing_since_ms.or(first);
    }
    let is_gone = done.iter().any(Done::is_gone);
    if hook.state.collects() && (is_gone || hook.is_lost(now)) {
        hook.state = if is_gone { State::Gone } else { State::Failing };
        store::webhook::delivery::give_up(tx, corp, id, now)?;
        let detail = json!({
            "state": hook.state.name(),
            "description": hook.terms.description,
            "host": super::host(&hook.terms.url),
        });
        let object = Some(("webhook", id.to_string()));
        audit::record(tx, cx, corp, "webhook.switched_off", object, &detail)?;
        let changed = Event::WebhookChanged { corp, hook: id };
        event::emit(tx, cx, corp.as_u128(), &changed)?;
    } else if is_news {
        event::emit(
            tx,
            cx,
            corp.as_u128(),
            &Event::WebhookMoved { corp, hook: id },
        )?;
    }
    if hook != old {
        store::webhook::update(tx, corp, &hook)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_printable() {
        assert_eq!(excerpt(b" no\r\nway\x1b[31m\xff "), "no  way [31m\u{fffd}");
        assert_eq!(
            excerpt("好".repeat(900).as_bytes()).chars().count(),
            EXCERPT
        );
    }
}
