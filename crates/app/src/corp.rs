//! Corps: making one, its settings, and the copy in memory of what every request needs to know of it.
//!
//! Settings, departments, visibility rules and roles are read as a whole and kept by version. A transaction compares the
//! version first, so what it decides by is never stale; pages that only read use the copy that events keep fresh.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::Instant,
};

use guanxi_model::{
    corp::{self, Settings},
    department::{Department, DepartmentId, ROOT, Tree},
    id::{AuditId, CorpId, LogoId, MemberId},
    member::{Place, Profile, Status},
    person::Phone,
    role::{Right, Role, RoleGrant, Roles},
    visibility::{Grant, Policy, Rule, Scope, Viewer},
};
use guanxi_store::{self as store, Tx};
use serde_json::json;

use crate::{
    Cx, Env, Error, Me, Result, audit,
    event::{self, Event, Part},
    live_code::visit,
};

/// What is kept of a corp in memory.
#[derive(Debug)]
pub struct State {
    /// Number.
    pub id: CorpId,
    /// Public id.
    pub corpid: String,
    /// Name.
    pub name: String,
    /// What it has chosen.
    pub settings: Settings,
    /// The logo that it shows.
    pub logo: Option<LogoId>,
    /// Version of all this.
    pub version: i64,
    /// Who sees whom; holds the tree too.
    pub policy: Policy,
    /// Rules as stored, the oldest first.
    pub rules: Vec<Rule>,
    /// Single permissions as stored.
    pub grants: Vec<Grant>,
    leaders: HashMap<MemberId, Vec<DepartmentId>>,
    roles: HashMap<MemberId, Roles>,
}

static NO_ROLES: Roles = Roles(Vec::new());

impl State {
    /// The tree of departments.
    pub fn tree(&self) -> &Arc<Tree> {
        self.policy.tree()
    }

    /// Roles of a member.
    pub fn roles_of(&self, member: MemberId) -> &Roles {
        self.roles.get(&member).unwrap_or(&NO_ROLES)
    }

    /// Everybody with a role.
    pub fn all_roles(&self) -> impl Iterator<Item = (MemberId, &Roles)> {
        self.roles.iter().map(|(member, roles)| (*member, roles))
    }

    /// Departments that a member leads.
    pub fn leads(&self, member: MemberId) -> &[DepartmentId] {
        self.leaders.get(&member).map_or(&[], Vec::as_slice)
    }

    /// Members who lead a department, those first who have been here longest.
    pub fn leaders_of(&self, department: DepartmentId) -> Vec<MemberId> {
        let leading = self
            .leaders
            .iter()
            .filter(|(_, led)| led.contains(&department));
        let mut leaders: Vec<MemberId> = leading.map(|(member, _)| *member).collect();
        leaders.sort_unstable();
        leaders
    }

    /// What a member in these departments may see at a moment.
    pub fn scope(&self, member: MemberId, departments: Vec<DepartmentId>, now_ms: i64) -> Scope {
        let leads = self.leads(member).to_vec();
        self.policy.scope(
            &Viewer {
                id: member,
                departments,
                leads,
            },
            now_ms,
        )
    }
}

/// States of corps by id. An event that tells of a change drops the entry; the next request reads it again.
#[derive(Debug, Default, Clone)]
pub struct Cache(Arc<RwLock<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    states: HashMap<CorpId, Arc<State>>,
    /// When something was last forgotten: a transaction that began before may have read what is no more.
    forgotten_at: Option<Instant>,
}

impl Cache {
    /// The state last read, if it is still there.
    pub fn peek(&self, id: CorpId) -> Option<Arc<State>> {
        self.0.read().ok()?.states.get(&id).cloned()
    }

    /// Forgets a corp after a change.
    pub fn forget(&self, id: CorpId) {
        if let Ok(mut kept) = self.0.write() {
            kept.states.remove(&id);
            kept.forgotten_at = Some(Instant::now());
        }
    }

    /// Keeps a state that a transaction has read which began then.
    fn keep(&self, state: Arc<State>, began: Instant) {
        if let Ok(mut kept) = self.0.write() {
            let newer = kept
                .states
                .get(&state.id)
                .is_some_and(|kept| kept.version > state.version);
            if !newer && kept.forgotten_at.is_none_or(|at| at < began) {
                kept.states.insert(state.id, state);
            }
        }
    }
}

/// The state as this transaction sees it: the copy in memory if its version is right, else read anew.
pub fn state(tx: &mut Tx<'_>, env: &Env, id: CorpId) -> Result<Arc<State>> {
    let version = store::corp::version(tx, id)?.ok_or(Error::not_found("corp"))?;
    state_of(tx, env, id, version)
}

/// Like [`state`], for whoever has read the version.
pub(crate) fn state_of(tx: &mut Tx<'_>, env: &Env, id: CorpId, version: i64) -> Result<Arc<State>> {
    if let Some(kept) = env.corps.peek(id).filter(|kept| kept.version == version) {
        return Ok(kept);
    }
    let corp = store::corp::find(tx, id)?.ok_or(Error::not_found("corp"))?;
    let tree = Arc::new(Tree::new(store::department::list(tx, id)?));
    let (rules, grants) = (
        store::visibility::list_rules(tx, id)?,
        store::visibility::list_grants(tx, id)?,
    );
    let mut leaders: HashMap<MemberId, Vec<DepartmentId>> = HashMap::new();
    for (member, department) in store::member::leaders(tx, id)? {
        leaders.entry(member).or_default().push(department);
    }
    let mut holders: HashMap<MemberId, Roles> = HashMap::new();
    for (member, grant) in store::role::list_all(tx, id)? {
        holders.entry(member).or_default().0.push(grant);
    }
    let leaders_see_below = corp.settings.leaders_see_below;
    let state = Arc::new(State {
        id,
        corpid: corp.corpid,
        name: corp.name,
        settings: corp.settings,
        logo: corp.logo,
        version: corp.version,
        policy: Policy::new(tree, rules.clone(), grants.clone(), leaders_see_below),
        rules,
        grants,
        leaders,
        roles: holders,
    });
    // Kept after the commit alone: a transaction may have read what is never committed, its own or its batch's.
    let (cache, read, began) = (env.corps.clone(), Arc::clone(&state), tx.began());
    tx.on_commit(move || cache.keep(read, began));
    Ok(state)
}

/// The state for what only reads: the copy in memory, or read now if there is none.
pub async fn current(env: &Arc<Env>, id: CorpId) -> Result<Arc<State>> {
    if let Some(kept) = env.corps.peek(id) {
        return Ok(kept);
    }
    let reader = Arc::clone(env);
    env.store.read(move |tx| state(tx, &reader, id)).await
}

/// Says in a transaction that something of [`State`] has changed: the version grows, and every node drops its copy.
pub fn touch(tx: &mut Tx<'_>, cx: &Cx, id: CorpId) -> Result<()> {
    touch_part(tx, cx, id, Part::Settings)
}

/// Like [`touch`], and says which part it was to those outside who asked to be told.
pub fn touch_part(tx: &mut Tx<'_>, cx: &Cx, id: CorpId, part: Part) -> Result<()> {
    store::corp::touch(tx, id, new_version(cx))?;
    if matches!(part, Part::Settings | Part::Departments) {
        visit::tell(tx, cx, id, &visit::Note::Corp)?;
    }
    event::emit(tx, cx, id.as_u128(), &Event::CorpChanged { corp: id, part })
}

/// A version that grows with time and that no other transaction takes, not even one after a rollback.
fn new_version(cx: &Cx) -> i64 {
    (cx.now() << 20) | (cx.env.chance.number() & 0xf_ffff) as i64
}

/// What it takes to make a corp.
#[derive(Debug, Clone)]
pub struct NewCorp {
    /// Its name, which is also that of the root department.
    pub name: String,
    /// Name of its owner.
    pub admin_name: String,
    /// His mobile number, with which he signs in.
    pub admin_mobile: String,
    /// Settings to start with.
    pub settings: Settings,
}

/// Makes a corp with its root department and its owner. For the operator's command, not for pages.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, new: &NewCorp) -> Result<(CorpId, MemberId)> {
    new.settings.check()?;
    let name = corp::name(&new.name)?;
    let id = cx.new_id(CorpId::from_u128);
    let corpid = corp::corpid(cx.env.chance.number() as u64);
    let row = store::corp::Corp {
        id,
        corpid,
        name: name.clone(),
        settings: new.settings.clone(),
        version: new_version(cx),
        created_at_ms: cx.now(),
        logo: None,
    };
    store::corp::insert(tx, &row)?;
    store::department::insert(tx, id, &root(&name))?;
    let profile = Profile {
        userid: "owner".into(),
        name: new.admin_name.clone(),
        mobile: Some(Phone::parse(&new.admin_mobile, &new.settings.region)?),
        places: vec![Place {
            department: ROOT,
            leads: true,
            order: 0,
        }],
        ..Profile::default()
    };
    let owner = store::member::Member {
        id: cx.new_id(MemberId::from_u128),
        profile: profile.checked()?,
        status: Status::NotActivated,
        person: None,
        created_at_ms: cx.now(),
        updated_at_ms: cx.now(),
        left_at_ms: None,
        avatar: None,
    };
    store::member::insert(tx, id, &owner)?;
    store::role::replace(
        tx,
        id,
        owner.id,
        &[RoleGrant {
            role: Role::Owner,
            department: None,
        }],
    )?;
    let detail = json!({ "name": row.name, "owner": owner.id });
    audit::record(
        tx,
        cx,
        id,
        "corp.created",
        Some(("corp", id.to_string())),
        &detail,
    )?;
    Ok((id, owner.id))
}

/// The department at the top, which bears the name of the corp.
fn root(name: &str) -> Department {
    Department {
        id: ROOT,
        parent: None,
        name: name.to_owned(),
        order: 0,
    }
}

/// Writes name and settings as `edit` makes them from those of now. Names, language, zone, region and how long records
/// are kept take [`Right::EditSettings`], the rest [`Right::EditPolicies`].
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    edit: impl FnOnce(&State) -> Result<(String, Settings)>,
) -> Result<()> {
    let me = cx.acting(tx)?;
    let old = &me.corp;
    let (name, settings) = edit(old)?;
    let name = corp::name(&name)?;
    settings.check()?;
    let house = |s: &Settings| {
        let place = (s.language.clone(), s.time_zone.clone(), s.region.clone());
        (place, s.audit_days, s.scan_days, s.logo_in_codes)
    };
    let right = if name != old.name || house(&settings) != house(&old.settings) {
        Some(Right::EditSettings)
    } else {
        None
    };
    let policies = Settings {
        language: old.settings.language.clone(),
        time_zone: old.settings.time_zone.clone(),
        region: old.settings.region.clone(),
        audit_days: old.settings.audit_days,
        scan_days: old.settings.scan_days,
        logo_in_codes: old.settings.logo_in_codes,
        leaders_see_below: old.settings.leaders_see_below,
        ..settings.clone()
    };
    let second = (policies != old.settings).then_some(Right::EditPolicies);
    let sight = settings.leaders_see_below != old.settings.leaders_see_below;
    let third = sight.then_some(Right::EditVisibility);
    for right in right.into_iter().chain(second).chain(third) {
        me.require(right)?;
    }
    if right.is_none() && second.is_none() && third.is_none() {
        return Ok(());
    }
    store::corp::update(tx, me.corp_id, &name, &settings)?;
    if name != old.name {
        store::department::update(tx, me.corp_id, &root(&name))?;
    }
    let before = json!({ "name": old.name, "settings": old.settings });
    let after = json!({ "name": name, "settings": settings });
    audit::change(
        tx,
        cx,
        me.corp_id,
        "corp.updated",
        Some(("corp", me.corp_id.to_string())),
        &before,
        &after,
    )?;
    touch(tx, cx, me.corp_id)
}

/// The last changes of name and settings, the newest first, for those who may change them.
pub fn changes(tx: &mut Tx<'_>, me: &Me, limit: i64) -> Result<Vec<store::audit::Stored>> {
    if !me.roles().allow(Right::EditPolicies) {
        me.require(Right::EditSettings)?;
    }
    let filter = store::audit::Filter {
        action: "corp.updated".into(),
        actor: String::new(),
        object: format!("corp:{}", me.corp_id),
        from_ms: 0,
        until_ms: i64::MAX,
        before: AuditId::from_u128(u128::MAX),
        limit,
    };
    Ok(store::audit::page(tx, me.corp_id, &filter)?)
}
