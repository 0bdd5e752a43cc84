//! Members' QR codes (二维码) on the side of the corp: made, changed, revoked, handed over, and what came of them.
//!
//! What a visitor does with a code is in [`visit`], and what keeps him from doing too much of it in [`flood`].

pub mod flood;
pub mod visit;

use guanxi_model::{
    corp::DAY_MS,
    id::{CodeId, CorpId, MemberId, ScanId},
    member::Status,
    party::Party,
    qr_code::{self as rules, Dead, PROOF_BYTES, QrCode, Slug, Terms},
    request::{Request, State},
    role::Right,
};
use guanxi_store::{
    self as store, Tx,
    member::Member,
    qr_code::{Scan, Use},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{
    Cx, Error, Me, Result, audit,
    event::{self, Event},
};

/// Most codes that one member may have made.
pub const CODES_MAX: i64 = 200;
/// Codes that a list of all reads at once.
const BATCH: i64 = 200;
/// How long whoever revoked a code may take that back, in milliseconds.
pub const UNDO_MS: i64 = 10 * 60 * 1000;

/// Proves tokens of this installation. It depends on the public address, so that the copy of a database behind another
/// address takes no token of the original.
#[derive(Debug, Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// The key of an installation with this secret and public address.
    pub fn new(pepper: &[u8; 32], public_url: &str) -> Self {
        let mut mac = Hmac::new_from_slice(pepper).expect("a key of any length is accepted");
        mac.update(b"qr code\n");
        mac.update(public_url.trim_end_matches('/').as_bytes());
        mac.update(b"\n");
        Self(mac)
    }

    /// The token of a code, for its address.
    pub fn token(&self, slug: Slug) -> String {
        rules::token(slug, self.prove(slug))
    }

    /// The name of the code in a token that was made here; None for any other text.
    pub fn read(&self, token: &str) -> Option<Slug> {
        let (slug, proof) = rules::read_token(token)?;
        bool::from(self.prove(slug).ct_eq(&proof)).then_some(slug)
    }

    fn prove(&self, slug: Slug) -> [u8; PROOF_BYTES] {
        let mut mac = self.0.clone();
        mac.update(&slug);
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&mac.finalize().into_bytes()[..PROOF_BYTES]);
        proof
    }
}

/// Makes a code of the actor's.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, terms: Terms) -> Result<QrCode> {
    let me = cx.me(tx)?;
    let terms = terms.checked(&me.corp.settings)?;
    if store::qr_code::count_of(tx, me.corp_id, me.member.id)? >= CODES_MAX {
        return Err(Error::Conflict {
            code: "too_many_codes",
        });
    }
    let mut slug = Slug::default();
    cx.env.chance.fill(&mut slug);
    let code = QrCode {
        id: cx.new_id(CodeId::from_u128),
        owner: me.member.id,
        slug,
        name: terms.name,
        single_use: terms.single_use,
        confirm: terms.confirm,
        shown: terms.shown,
        handed_from: String::new(),
        created_at_ms: cx.now(),
        expires_at_ms: terms.days.map(|days| cx.now() + i64::from(days) * DAY_MS),
        revoked_at_ms: None,
        used_at_ms: None,
    };
    store::qr_code::insert(tx, me.corp_id, &code)?;
    record(tx, cx, me.corp_id, "code.created", &Value::Null, &code)?;
    Ok(code)
}

/// Changes what the owner has chosen; the days count from now.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: CodeId, terms: Terms) -> Result<QrCode> {
    let me = cx.me(tx)?;
    let mut code = own(tx, &me, id)?;
    let terms = terms.checked(&me.corp.settings)?;
    let before = facts(&code);
    code.name = terms.name;
    code.single_use = terms.single_use;
    code.confirm = terms.confirm;
    code.shown = terms.shown;
    code.expires_at_ms = terms.days.map(|days| cx.now() + i64::from(days) * DAY_MS);
    write(tx, cx, me.corp_id, "code.changed", &before, &code)?;
    Ok(code)
}

/// Lets a code live so many days from now.
pub fn extend(tx: &mut Tx<'_>, cx: &Cx, id: CodeId, days: Option<u32>) -> Result<QrCode> {
    let me = cx.me(tx)?;
    let code = own(tx, &me, id)?;
    let terms = Terms {
        name: code.name,
        days,
        single_use: code.single_use,
        confirm: code.confirm,
        shown: code.shown,
    };
    change(tx, cx, id, terms)
}

/// Takes a code back; from the commit on it leads to nobody, on every node.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, id: CodeId) -> Result<QrCode> {
    let me = cx.acting(tx)?;
    let mut code = managed(tx, &me, id)?;
    if code.revoked_at_ms.is_none() {
        let before = facts(&code);
        code.revoked_at_ms = Some(cx.now());
        write(tx, cx, me.corp_id, "code.revoked", &before, &code)?;
    }
    Ok(code)
}

/// Takes a revocation back, within ten minutes.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: CodeId) -> Result<QrCode> {
    let me = cx.acting(tx)?;
    let mut code = managed(tx, &me, id)?;
    let Some(revoked_at_ms) = code.revoked_at_ms else {
        return Ok(code);
    };
    if cx.now() >= revoked_at_ms + UNDO_MS {
        return Err(guanxi_model::request::Refusal::TooLateToUndo.into());
    }
    let before = facts(&code);
    code.revoked_at_ms = None;
    write(tx, cx, me.corp_id, "code.restored", &before, &code)?;
    Ok(code)
}

/// Gives a code to another member, for example the successor of somebody who left: printed codes live on.
pub fn hand_over(tx: &mut Tx<'_>, cx: &Cx, id: CodeId, to: MemberId) -> Result<QrCode> {
    let me = cx.acting(tx)?;
    me.require(Right::EditCodes)?;
    let mut code = store::qr_code::find(tx, me.corp_id, id)?.ok_or(Error::not_found("code"))?;
    let successor = store::member::find(tx, me.corp_id, to)?
        .filter(|member| member.status == Status::Active)
        .ok_or(Error::invalid("to", "not_active"))?;
    if code.owner == successor.id {
        return Ok(code);
    }
    let before = facts(&code);
    let former = store::member::find(tx, me.corp_id, code.owner)?;
    code.handed_from = former.map_or_else(String::new, |member| member.profile.name);
    code.owner = successor.id;
    write(tx, cx, me.corp_id, "code.handed_over", &before, &code)?;
    Ok(code)
}

/// Gives all codes of a member to another at once, for example when he has left; returns how many.
pub fn hand_over_all(tx: &mut Tx<'_>, cx: &Cx, from: MemberId, to: MemberId) -> Result<usize> {
    let me = cx.me(tx)?;
    me.require(Right::EditCodes)?;
    store::member::find(tx, me.corp_id, from)?.ok_or(Error::not_found("member"))?;
    let newest = CodeId::from_u128(u128::MAX);
    let codes = store::qr_code::list_of(tx, me.corp_id, from, newest, i64::from(u32::MAX))?;
    if from == to {
        return Err(Error::invalid("to", "not_active"));
    }
    for code in &codes {
        hand_over(tx, cx, code.id, to)?;
    }
    Ok(codes.len())
}

/// A code for one visitor is taken from the moment at which somebody asks by it, so that no two come by it; it is free again if
/// nothing comes of that. One whom the owner has blocked takes nothing.
pub(crate) fn follow(tx: &mut Tx<'_>, cx: &Cx, request: &Request) -> Result<()> {
    let (Some(id), Party::Member { corp, id: owner }) = (request.code, request.recipient) else {
        return Ok(());
    };
    if request.silenced {
        return Ok(());
    }
    let Some(mut code) = store::qr_code::find(tx, corp, id)?.filter(|code| code.single_use) else {
        return Ok(());
    };
    let is_taken = matches!(request.state, State::Pending | State::Accepted)
        || store::request::holds_code(tx, corp, owner, id)?;
    if is_taken == code.used_at_ms.is_some() {
        return Ok(());
    }
    code.used_at_ms = is_taken.then(|| cx.now());
    store::qr_code::update(tx, corp, &code)?;
    let changed = Event::CodeChanged {
        corp,
        code: id,
        owner: code.owner,
    };
    event::emit(tx, cx, corp.as_u128(), &changed)
}

/// A code of a list, with what came of it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The code.
    pub code: QrCode,
    /// Its owner, should he be known still.
    pub owner: Option<Member>,
    /// Scans and contacts.
    pub counted: Use,
    /// Why it leads to nobody now, if it does not.
    pub dead: Option<Dead>,
}

/// Codes of the actor's, the newest first, older than `before`.
pub fn list_own(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    before: Option<CodeId>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let before = before.unwrap_or(CodeId::from_u128(u128::MAX));
    let codes = store::qr_code::list_of(tx, me.corp_id, me.member.id, before, limit)?;
    codes
        .into_iter()
        .map(|code| listed(tx, cx, me, code))
        .collect()
}

/// Which codes an administrator looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// They lead to their owners.
    Alive,
    /// They lead to nobody.
    Dead,
    /// Their owners have left.
    Orphaned,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Alive, Self::Dead, Self::Orphaned];

    /// Stable name, for addresses and keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Dead => "dead",
            Self::Orphaned => "orphaned",
        }
    }

    /// Finds a kind by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn takes(self, dead: Option<Dead>) -> bool {
        match self {
            Self::Alive => dead.is_none(),
            Self::Dead => dead.is_some(),
            Self::Orphaned => dead == Some(Dead::OwnerLeft),
        }
    }
}

/// What a list of all codes is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// State.
    pub kind: Option<Kind>,
    /// Owner.
    pub owner: Option<MemberId>,
}

/// Codes of all members, the newest first, older than `before`.
pub fn list_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    filter: &Filter,
    before: Option<CodeId>,
    limit: i64,
) -> Result<Vec<Listed>> {
    me.require(Right::EditCodes)?;
    let mut before = before.unwrap_or(CodeId::from_u128(u128::MAX));
    let mut found = Vec::new();
    let wanted = usize::try_from(limit).unwrap_or_default();
    // The state depends on owner, clock and settings, so it is no column: read on until the page is full.
    loop {
        let codes = match filter.owner {
            Some(owner) => store::qr_code::list_of(tx, me.corp_id, owner, before, BATCH)?,
            None => store::qr_code::list(tx, me.corp_id, before, BATCH)?,
        };
        let is_last = codes.len() < BATCH as usize;
        for code in codes {
            before = code.id;
            let owner = store::member::find(tx, me.corp_id, code.owner)?;
            let dead = death(me, cx, &code, owner.as_ref());
            if filter.kind.is_none_or(|kind| kind.takes(dead)) {
                let counted = store::qr_code::count_scans(tx, me.corp_id, code.id)?;
                found.push(Listed {
                    code,
                    owner,
                    counted,
                    dead,
                });
            }
            if found.len() == wanted {
                return Ok(found);
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// How many codes somebody owns, for those who administer them.
pub fn count_of(tx: &mut Tx<'_>, me: &Me, owner: MemberId) -> Result<i64> {
    me.require(Right::EditCodes)?;
    Ok(store::qr_code::count_of(tx, me.corp_id, owner)?)
}

/// One code that the actor owns or administers.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: CodeId) -> Result<Listed> {
    let code = managed(tx, me, id)?;
    listed(tx, cx, me, code)
}

/// Scans of such a code, the newest first, older than `before`.
pub fn list_scans(
    tx: &mut Tx<'_>,
    me: &Me,
    id: CodeId,
    before: Option<ScanId>,
    limit: i64,
) -> Result<Vec<Scan>> {
    let code = managed(tx, me, id)?;
    let before = before.unwrap_or(ScanId::from_u128(u128::MAX));
    Ok(store::qr_code::list_scans(
        tx, me.corp_id, code.id, before, limit,
    )?)
}

fn listed(tx: &mut Tx<'_>, cx: &Cx, me: &Me, code: QrCode) -> Result<Listed> {
    let owner = store::member::find(tx, me.corp_id, code.owner)?;
    Ok(Listed {
        counted: store::qr_code::count_scans(tx, me.corp_id, code.id)?,
        dead: death(me, cx, &code, owner.as_ref()),
        owner,
        code,
    })
}

/// Why a code leads to nobody now, if it does not.
fn death(me: &Me, cx: &Cx, code: &QrCode, owner: Option<&Member>) -> Option<Dead> {
    let status = owner.map_or(Status::Left, |owner| owner.status);
    code.check(status, &me.corp.settings, cx.now()).err()
}

fn own(tx: &mut Tx<'_>, me: &Me, id: CodeId) -> Result<QrCode> {
    store::qr_code::find(tx, me.corp_id, id)?
        .filter(|code| code.owner == me.member.id)
        .ok_or(Error::not_found("code"))
}

/// A code of the actor's own, or anybody's for who administers them.
fn managed(tx: &mut Tx<'_>, me: &Me, id: CodeId) -> Result<QrCode> {
    store::qr_code::find(tx, me.corp_id, id)?
        .filter(|code| code.owner == me.member.id || me.roles().allow(Right::EditCodes))
        .ok_or(Error::not_found("code"))
}

/// What the audit log keeps of a code; never the token.
fn facts(code: &QrCode) -> Value {
    json!({
        "owner": code.owner,
        "name": code.name,
        "single_use": code.single_use,
        "confirm": code.confirm,
        "shown": code.shown,
        "expires_at_ms": code.expires_at_ms,
        "revoked_at_ms": code.revoked_at_ms,
    })
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    before: &Value,
    code: &QrCode,
) -> Result<()> {
    store::qr_code::update(tx, corp, code)?;
    record(tx, cx, corp, action, before, code)
}

fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    before: &Value,
    code: &QrCode,
) -> Result<()> {
    let object = Some(("code", code.id.to_string()));
    audit::change(tx, cx, corp, action, object, before, &facts(code))?;
    event::emit(
        tx,
        cx,
        corp.as_u128(),
        &Event::CodeChanged {
            corp,
            code: code.id,
            owner: code.owner,
        },
    )
}
