//! What the administrator sees of a question: everybody who may be meant, hidden and gone ones too, with the exact rule.

use guanxi_model::{
    id::{AskId, RuleId},
    member::Status,
    role::Right,
};
use guanxi_store::{self as store, Tx, member::Member};

use super::{Asked, find, with_asker};
use crate::{
    Cx, Me, Result,
    directory::{self, Directory},
    visibility::{self, Explained},
};

/// Candidates among those who are in the directory, and as many among those who are gone.
const CANDIDATES: usize = 20;
/// Disabled and left members that are searched, the newest accounts first.
const GONE_SEARCHED: i64 = 20_000;

/// A question with everybody who may be meant.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The question.
    pub asked: Asked,
    /// Who may be meant, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Somebody who may be meant.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who, with his departments.
    pub member: Member,
    /// Why the asking member does not find him, or that he does.
    pub verdict: Verdict,
    /// The rules between the two.
    pub explained: Explained,
}

/// Why somebody is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// He is found; it was a typo, or another is meant.
    Visible,
    /// He is found, but has not signed in yet.
    NotActivated,
    /// The rules hide him, this one above all if it can be named.
    Hidden(Option<RuleId>),
    /// He is disabled.
    Disabled,
    /// He has left.
    Left,
}

impl Verdict {
    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::NotActivated => "not_activated",
            Self::Hidden(_) => "hidden",
            Self::Disabled => "disabled",
            Self::Left => "left",
        }
    }
}

/// Finds out for an administrator who may be meant, and why the asking member does not find them.
pub fn diagnose(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    directory: &Directory,
    id: AskId,
) -> Result<Diagnosis> {
    me.require(Right::AnswerAsks)?;
    let ask = find(tx, me, id)?;
    let asked = with_asker(tx, me, ask)?;
    let text = &asked.ask.query;
    let gone = store::member::list_gone(tx, me.corp_id, GONE_SEARCHED)?;
    let mut ids = directory.search_all(text, CANDIDATES);
    ids.extend(directory::search_among(
        me.corp.tree(),
        gone,
        text,
        CANDIDATES,
    ));
    let mut candidates = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(member) = store::member::find(tx, me.corp_id, id)? else {
            continue;
        };
        let explained = visibility::explained(&me.corp, &asked.asker, &member, cx.now());
        candidates.push(Candidate {
            verdict: verdict(&member, &explained),
            member,
            explained,
        });
    }
    Ok(Diagnosis { asked, candidates })
}

fn verdict(member: &Member, explained: &Explained) -> Verdict {
    let explanation = &explained.explanation;
    match member.status {
        Status::Left => Verdict::Left,
        Status::Disabled => Verdict::Disabled,
        _ if !explanation.visible => Verdict::Hidden(explanation.deciding),
        Status::NotActivated => Verdict::NotActivated,
        Status::Active => Verdict::Visible,
    }
}
