//! Pages of the log, the newest entry first, by actor, action, object and time. Each combination is answered from an
//! index, so that a rare actor or action in a long log is found without reading the rest.

use std::collections::VecDeque;

use guanxi_model::id::{AuditId, CorpId, time_ordered};

use super::{Stored, read};
use crate::{Result, Tx, params};

/// What a page of the log asks for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// An action, or all of a noun with the dot at its end, for example `request.`; empty for all.
    pub action: String,
    /// Actor exactly as stored; empty for all.
    pub actor: String,
    /// Object exactly as stored; empty for all.
    pub object: String,
    /// Not before.
    pub from_ms: i64,
    /// Before.
    pub until_ms: i64,
    /// Older than this entry.
    pub before: AuditId,
    /// Rows of a page.
    pub limit: i64,
}

macro_rules! page {
    ($narrow:literal) => {
        concat!(
            "SELECT corp_id, audit_id, at_ms, actor, action, object, address, detail, seq, hash FROM audit
            WHERE corp_id = $1 AND audit_id < $2 AND audit_id >= $3 AND at_ms >= $4 AND at_ms < $5",
            $narrow,
            " ORDER BY audit_id DESC LIMIT $6"
        )
    };
}

const ALL: &str = page!("");
const BY_ACTION: &str = page!(" AND action = $7");
const BY_ACTOR: &str = page!(" AND action = $7 AND actor = $8");
const BY_OBJECT: &str = page!(
    " AND object = $7 AND ($8 = '' OR actor = $8) AND ($9 = '' OR action = $9 OR action LIKE $10)"
);
/// Each action that occurs, by one step of the index for each.
const ACTIONS: &str = "WITH RECURSIVE known (action) AS (
        SELECT min(action) FROM audit WHERE corp_id = $1
        UNION ALL SELECT (SELECT min(a.action) FROM audit a WHERE a.corp_id = $1 AND a.action > known.action)
        FROM known WHERE known.action IS NOT NULL
    ) SELECT action FROM known WHERE action LIKE $2";
const ACTIONS_OF: &str = "WITH RECURSIVE known (action) AS (
        SELECT min(action) FROM audit WHERE corp_id = $1 AND actor = $3
        UNION ALL SELECT (SELECT min(a.action) FROM audit a
            WHERE a.corp_id = $1 AND a.actor = $3 AND a.action > known.action)
        FROM known WHERE known.action IS NOT NULL
    ) SELECT action FROM known WHERE action LIKE $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ALL, BY_ACTION, BY_ACTOR, BY_OBJECT, ACTIONS, ACTIONS_OF];

/// Fewest rows read at once of one action.
const CHUNK: i64 = 16;

/// The part of the key that a page may come from. Ids begin with their time, so both ends are places in the key.
#[derive(Debug, Clone, Copy)]
struct Span {
    after: AuditId,
    before: AuditId,
    from_ms: i64,
    until_ms: i64,
}

/// One page of the log, the newest first.
pub fn page(tx: &mut Tx<'_>, corp: CorpId, filter: &Filter) -> Result<Vec<Stored>> {
    let at = |ms: i64| AuditId::from_u128(time_ordered(ms.max(0), 0));
    let span = Span {
        after: at(filter.from_ms),
        before: at(filter.until_ms).min(filter.before),
        from_ms: filter.from_ms,
        until_ms: filter.until_ms,
    };
    let Filter { action, actor, .. } = filter;
    if !filter.object.is_empty() {
        return by_object(tx, corp, filter, span);
    }
    if action.is_empty() && actor.is_empty() {
        let Span {
            after,
            before,
            from_ms,
            until_ms,
        } = span;
        let bound = params![corp, before, after, from_ms, until_ms, filter.limit];
        return tx.list(ALL, bound, read);
    }
    let actions = if action.is_empty() || action.ends_with('.') {
        let like = format!("{action}%");
        if actor.is_empty() {
            tx.list(ACTIONS, params![corp, like], |row| row.get(0))?
        } else {
            tx.list(ACTIONS_OF, params![corp, like, actor], |row| row.get(0))?
        }
    } else {
        vec![action.clone()]
    };
    merged(tx, corp, filter, span, actions)
}

fn by_object(tx: &mut Tx<'_>, corp: CorpId, filter: &Filter, span: Span) -> Result<Vec<Stored>> {
    let Filter {
        action,
        actor,
        object,
        limit,
        ..
    } = filter;
    let Span {
        after,
        before,
        from_ms,
        until_ms,
    } = span;
    // Without the dot it is the action itself.
    let like = if action.ends_with('.') {
        format!("{action}%")
    } else {
        String::new()
    };
    tx.list(
        BY_OBJECT,
        params![
            corp, before, after, from_ms, until_ms, limit, object, actor, action, like
        ],
        read,
    )
}

/// Entries of one action, the newest first, read in small parts.
struct Source {
    action: String,
    rows: VecDeque<Stored>,
    before: AuditId,
    has_more: bool,
}

impl Source {
    fn fill(
        &mut self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        actor: &str,
        span: Span,
        chunk: i64,
    ) -> Result<()> {
        let Span {
            after,
            from_ms,
            until_ms,
            ..
        } = span;
        let (before, action) = (self.before, self.action.as_str());
        let rows = if actor.is_empty() {
            let bound = params![corp, before, after, from_ms, until_ms, chunk, action];
            tx.list(BY_ACTION, bound, read)?
        } else {
            let bound = params![corp, before, after, from_ms, until_ms, chunk, action, actor];
            tx.list(BY_ACTOR, bound, read)?
        };
        self.has_more = rows.len() as i64 == chunk;
        if let Some(last) = rows.last() {
            self.before = last.entry.id;
        }
        self.rows = rows.into();
        Ok(())
    }

    fn newest(&self) -> Option<AuditId> {
        self.rows.front().map(|row| row.entry.id)
    }
}

/// Entries of several actions in one order.
fn merged(
    tx: &mut Tx<'_>,
    corp: CorpId,
    filter: &Filter,
    span: Span,
    actions: Vec<String>,
) -> Result<Vec<Stored>> {
    let actor = filter.actor.as_str();
    let share = filter.limit / (actions.len().max(1) as i64);
    let chunk = if actions.len() == 1 {
        filter.limit
    } else {
        share.max(CHUNK).min(filter.limit)
    };
    let mut sources = Vec::new();
    for action in actions {
        let mut source = Source {
            action,
            rows: VecDeque::new(),
            before: span.before,
            has_more: true,
        };
        source.fill(tx, corp, actor, span, chunk)?;
        sources.push(source);
    }
    let mut page = Vec::new();
    while (page.len() as i64) < filter.limit {
        let Some(source) = sources.iter_mut().max_by_key(|source| source.newest()) else {
            break;
        };
        let Some(row) = source.rows.pop_front() else {
            break;
        };
        page.push(row);
        if source.rows.is_empty() && source.has_more {
            source.fill(tx, corp, actor, span, chunk)?;
        }
    }
    Ok(page)
}
