//! Rows of requests: each with the colleague at its other end.

use std::collections::HashMap;

use guanxi_app::{
    Cx, Error, Me, Result,
    contact::{Peer, peers_of},
    qr_code,
};
use guanxi_model::{
    id::{CodeId, MemberId},
    request::{Request, State, UNDO_MS},
};
use guanxi_store::Tx;

/// Which end of the requests is the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Side {
    Received,
    Sent,
}

/// A request as a list shows it.
#[derive(Debug, Clone)]
pub(in crate::console) struct Row {
    pub request: Request,
    /// The colleague at the other end.
    pub peer: Peer,
    pub state: State,
    /// Milliseconds until it expires.
    pub left_ms: i64,
    /// What the reader calls the code that was scanned, or empty.
    pub code: String,
    /// Whether the reader may still take his decision back.
    pub can_undo: bool,
}

impl Row {
    /// Whether it waits.
    pub(in crate::console) fn is_pending(&self) -> bool {
        self.state == State::Pending
    }

    /// Key of the door's name.
    pub(in crate::console) fn way_key(&self) -> String {
        format!("request-way-{}", self.request.add_way.name())
    }

    /// Key of the sentence for a row that was settled while the reader looked at it.
    pub(in crate::console) fn gone_key(&self) -> String {
        format!("error-request_not_pending-{}", self.state.name())
    }

    /// Key of the state's name, as the sender or the recipient reads it.
    pub(in crate::console) fn state_key(&self, is_sent: bool) -> String {
        let side = if is_sent { "sent" } else { "state" };
        format!("request-{side}-{}", self.state.name())
    }

    /// Address of an act on it.
    pub(in crate::console) fn path(&self, act: &str) -> String {
        format!("/requests/{}/{act}", self.request.id)
    }

    /// When it was decided, or sent.
    pub(in crate::console) fn at_ms(&self) -> i64 {
        self.request
            .decided_at_ms
            .unwrap_or(if self.state == State::Expired {
                self.request.expires_at_ms
            } else {
                self.request.created_at_ms
            })
    }
}

/// Names of the codes that led to requests, as far as they are the reader's own.
fn codes(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    requests: &[Request],
) -> Result<HashMap<CodeId, String>> {
    let mut names = HashMap::new();
    for id in requests.iter().filter_map(|request| request.code) {
        match qr_code::find(tx, cx, me, id) {
            Ok(listed) => names.insert(id, listed.code.name),
            // Handed over meanwhile: the name is the new owner's.
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
    }
    Ok(names)
}

/// Names the other ends of requests.
pub(in crate::console) fn named(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    requests: Vec<Request>,
    side: Side,
) -> Result<Vec<Row>> {
    let other = |request: &Request| match side {
        Side::Received => request.sender,
        Side::Sent => request.recipient,
    };
    let others: Vec<_> = requests.iter().map(other).collect();
    let peers = peers_of(tx, cx, me, &others)?;
    let codes = codes(tx, cx, me, &requests)?;
    let row = |request: Request| {
        let other = other(&request);
        let id = MemberId::from_u128(other.id());
        let state = request.state_at(cx.now());
        let decided_late = request
            .decided_at_ms
            .is_some_and(|at_ms| cx.now() >= at_ms + UNDO_MS);
        let is_mine = match side {
            Side::Received => matches!(state, State::Accepted | State::Declined),
            Side::Sent => state == State::Withdrawn,
        };
        Row {
            peer: peers.get(&other.id()).cloned().unwrap_or(Peer::unknown(id)),
            left_ms: request.expires_at_ms - cx.now(),
            can_undo: is_mine && !decided_late && cx.now() < request.expires_at_ms,
            state,
            code: request
                .code
                .and_then(|code| codes.get(&code).cloned())
                .unwrap_or_default(),
            request,
        }
    };
    Ok(requests.into_iter().map(row).collect())
}

/// What else the list of waiting requests shows.
pub(in crate::console) mod received {
    use guanxi_app::{Cx, Error, Me, Result, request};
    use guanxi_model::{id::RequestId, request::Request};
    use guanxi_store::Tx;

    use crate::auth::Form;

    /// Most rows that a page keeps hidden.
    const HIDDEN: usize = 20;

    /// Settled rows that the reader has taken note of and no longer wants to see.
    pub(in crate::console) fn hidden(query: &Form) -> Vec<RequestId> {
        let mut hidden = query.parse_all("hide");
        hidden.reverse();
        hidden.truncate(HIDDEN);
        hidden
    }

    /// Address of the page without one more row; the row's number is added by the template.
    pub(in crate::console) fn hide(path: &str, hidden: &[RequestId]) -> String {
        let mut query = String::new();
        for id in hidden.iter().rev() {
            query.push_str("hide=");
            query.push_str(&id.to_string());
            query.push('&');
        }
        format!("{path}?{query}hide=")
    }

    /// Adds requests that were taken back a moment ago, and one that was settled under the reader's hand: they stay in their
    /// places, so that no other row moves there while he reaches for it.
    pub(in crate::console) fn add_gone(
        tx: &mut Tx<'_>,
        cx: &Cx,
        me: &Me,
        requests: &mut Vec<Request>,
        gone: Option<RequestId>,
        hidden: &[RequestId],
        limit: usize,
    ) -> Result<()> {
        let mut more =
            request::list_withdrawn(tx, cx, me, i64::try_from(limit).unwrap_or(i64::MAX))?;
        if let Some(id) = gone {
            match request::find_received(tx, me, id) {
                Ok(request) => more.push(request),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // On a full page only those between its rows have a place.
        let last = requests
            .last()
            .filter(|_| requests.len() >= limit)
            .map(|request| request.id);
        more.retain(|request| {
            !hidden.contains(&request.id) && last.is_none_or(|last| request.id > last)
        });
        requests.extend(more);
        requests.sort_by_key(|request| std::cmp::Reverse(request.id));
        requests.dedup_by_key(|request| request.id);
        Ok(())
    }
}
