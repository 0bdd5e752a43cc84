//! The directory in memory: one search index for each corp, kept in step by events, asked through a viewer's lens.
//!
//! The index holds listed members only; disabled and left ones are not in it, so no search can reveal them.

mod browse;
mod card;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard},
};

use guanxi_model::{
    department::DepartmentId,
    id::{CorpId, MemberId},
    visibility::{Scope, Target},
};
use guanxi_search as search;
use guanxi_store::{self as store, Tx, member::Member};

pub use browse::Listed;
pub use card::{Card, Leader, Mobile, card};

use crate::{Cx, Env, Error, Result, corp, event::Event};
use browse::Seats;

/// How long a lens is used, in milliseconds; a change of rules or departments ends it sooner.
const LENS_MS: i64 = 5_000;
/// Lenses that are kept for one corp.
const LENSES: usize = 20_000;

/// The directory of one corp.
#[derive(Debug)]
pub struct Directory {
    index: RwLock<search::Index>,
    seats: RwLock<Seats>,
    lenses: Mutex<HashMap<MemberId, Arc<Lens>>>,
}

/// What one viewer sees, worked out once and used for many searches.
#[derive(Debug)]
pub struct Lens {
    /// Who looks.
    pub viewer: MemberId,
    /// His departments, the main one first.
    pub departments: Vec<DepartmentId>,
    /// His corp at that time.
    pub corp: Arc<corp::State>,
    /// Decides member by member.
    pub scope: Scope,
    /// The same for the index.
    search_scope: Arc<search::Scope>,
    near: Vec<i64>,
    /// Worked out when a page first shows the tree.
    counts: OnceLock<search::Counts>,
    until_ms: i64,
}

impl Lens {
    /// Whether the viewer may see somebody in these departments.
    pub fn sees(&self, id: MemberId, departments: &[DepartmentId]) -> bool {
        self.scope.sees(&Target { id, departments })
    }

    /// Path of a department as a heading; the root is the corp.
    pub fn title(&self, id: DepartmentId) -> String {
        let path = self.path(id);
        if path.is_empty() {
            self.corp.name.clone()
        } else {
            path.join(" / ")
        }
    }

    /// Takes departments out of an entry that the viewer may not see.
    fn conceal(&self, entry: &mut search::Entry) {
        let sees = |id: &i64| self.scope.sees_department(DepartmentId(*id));
        entry.departments.retain(sees);
    }

    /// Names of a department and of those above it, without what the viewer may not see; the root is left out.
    pub fn path(&self, id: DepartmentId) -> Vec<&str> {
        let path = self.corp.tree().path(id);
        path.into_iter()
            .skip(1)
            .filter(|d| self.scope.sees_department(d.id))
            .map(|d| d.name.as_str())
            .collect()
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, Default)]
pub struct Search<'a> {
    /// As typed.
    pub text: &'a str,
    /// Only in this department and below.
    pub department: Option<DepartmentId>,
    /// Rows to skip.
    pub offset: usize,
    /// Rows of a page.
    pub limit: usize,
}

/// A person of the directory as a list shows him.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub id: MemberId,
    /// His entry; departments that the viewer may not see are taken out.
    pub entry: search::Entry,
    /// Where the text matched.
    pub hit: search::Hit,
}

/// Result of a search.
#[derive(Debug, Clone)]
pub struct Results {
    /// The best first.
    pub found: Vec<Found>,
    /// How many match.
    pub total: search::Total,
    /// Nothing matched as typed; these are for a likely typo.
    pub corrected: bool,
}

impl Directory {
    /// Builds the directory from departments and members as stored.
    fn build(tree: &guanxi_model::department::Tree, members: Vec<Member>) -> Self {
        let mut seats = Seats::default();
        let listed = members
            .into_iter()
            .filter(|member| member.status.is_listed());
        let entries = listed.map(|member| {
            seats.set(member.id, &member.profile);
            entry(member)
        });
        Self {
            index: RwLock::new(search::Index::build(departments(tree), entries)),
            seats: RwLock::new(seats),
            lenses: Mutex::default(),
        }
    }

    /// How many members are listed.
    pub fn len(&self) -> usize {
        self.read(search::Index::len)
    }

    /// Whether nobody is listed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in use, roughly.
    pub fn heap_bytes(&self) -> usize {
        self.read(search::Index::heap_bytes)
    }

    /// Entry of a member as the index has it, without a look at visibility.
    pub fn entry(&self, id: MemberId) -> Option<search::Entry> {
        self.read(|index| index.get(id.as_u128()))
    }

    /// What this member sees now.
    pub fn lens(&self, cx: &Cx, corp: &Arc<corp::State>, viewer: MemberId) -> Result<Arc<Lens>> {
        let kept = self
            .lenses
            .lock()
            .ok()
            .and_then(|lenses| lenses.get(&viewer).cloned());
        if let Some(kept) =
            kept.filter(|lens| cx.now() < lens.until_ms && lens.corp.version == corp.version)
        {
            return Ok(kept);
        }
        let entry = self.entry(viewer).ok_or(Error::SignedOut)?;
        let departments: Vec<DepartmentId> = entry
            .departments
            .iter()
            .copied()
            .map(DepartmentId)
            .collect();
        let scope = corp.scope(viewer, departments.clone(), cx.now());
        let lens = Arc::new(Lens {
            viewer,
            search_scope: Arc::new(self.search_scope(&scope)),
            near: entry.departments,
            counts: OnceLock::new(),
            departments,
            corp: Arc::clone(corp),
            scope,
            until_ms: cx.now() + LENS_MS,
        });
        if let Ok(mut lenses) = self.lenses.lock() {
            if lenses.len() >= LENSES {
                lenses.clear();
            }
            lenses.insert(viewer, Arc::clone(&lens));
        }
        Ok(lens)
    }

    fn search_scope(&self, scope: &Scope) -> search::Scope {
        let reach = self.read(|index| {
            scope.reach(|id| -> Vec<DepartmentId> {
                let entry = index.get(id.as_u128());
                entry
                    .map(|entry| entry.departments.into_iter().map(DepartmentId).collect())
                    .unwrap_or_default()
            })
        });
        if reach.is_everything {
            return search::Scope::everything();
        }
        search::Scope::departments(reach.departments.into_iter().map(|id| id.0))
            .with_plus(reach.plus.into_iter().map(MemberId::as_u128))
            .with_minus(reach.minus.into_iter().map(MemberId::as_u128))
    }

    /// Searches what the viewer sees.
    pub fn search(&self, lens: &Lens, wanted: &Search<'_>) -> Results {
        let query = search::Query {
            text: wanted.text,
            scope: &lens.search_scope,
            near: &lens.near,
            offset: wanted.offset,
            limit: wanted.limit,
            department: wanted.department.map(|id| id.0),
            mobile_allowed: lens.corp.settings.mobile_search,
        };
        self.read(|index| {
            let answer = index.search(&query);
            let found = answer.hits.into_iter().filter_map(|hit| {
                let mut entry = index.get(hit.key)?;
                lens.conceal(&mut entry);
                Some(Found {
                    id: MemberId::from_u128(hit.key),
                    entry,
                    hit,
                })
            });
            Results {
                found: found.collect(),
                total: answer.total,
                corrected: answer.corrected,
            }
        })
    }

    /// How many listed members are in each department and below it, whatever the rules say. For administrators alone.
    pub fn counts_of_all(&self) -> search::Counts {
        self.read(|index| index.counts(&search::Scope::everything()))
    }

    /// The best matches among all listed members, whatever the rules say. For administrators alone.
    pub fn search_all(&self, text: &str, limit: usize) -> Vec<MemberId> {
        self.read(|index| best(index, text, limit))
    }

    fn seats(&self) -> RwLockReadGuard<'_, Seats> {
        self.seats.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, ask: impl FnOnce(&search::Index) -> T) -> T {
        // A panic while the index was written poisons the lock; the index itself is replaced as a whole, so it is whole.
        ask(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut search::Index) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over what is stored of a member; None if he is no longer listed.
    fn put(&self, id: MemberId, member: Option<Member>) {
        let mut seats = self.seats.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = member {
            seats.set(id, &member.profile);
            self.write(|index| index.upsert(entry(member)));
        } else {
            seats.forget(id);
            self.write(|index| index.remove(id.as_u128()));
        }
    }

    fn forget_lenses(&self) {
        if let Ok(mut lenses) = self.lenses.lock() {
            lenses.clear();
        }
    }
}

/// The best matches among members who are in no directory, disabled and left ones. For administrators alone.
pub fn search_among(
    tree: &guanxi_model::department::Tree,
    members: Vec<Member>,
    text: &str,
    limit: usize,
) -> Vec<MemberId> {
    let entries = members.into_iter().map(entry);
    best(
        &search::Index::build(departments(tree), entries),
        text,
        limit,
    )
}

fn best(index: &search::Index, text: &str, limit: usize) -> Vec<MemberId> {
    let everybody = search::Scope::everything();
    let answer = index.search(&search::Query {
        limit,
        mobile_allowed: true,
        ..search::Query::new(text, &everybody)
    });
    let hits = answer.hits.into_iter();
    hits.map(|hit| MemberId::from_u128(hit.key)).collect()
}

fn departments(tree: &guanxi_model::department::Tree) -> Vec<search::Department> {
    tree.all()
        .iter()
        .map(|d| search::Department {
            id: d.id.0,
            parent: d.parent.map(|p| p.0),
            name: d.name.clone(),
        })
        .collect()
}

fn entry(member: Member) -> search::Entry {
    let profile = member.profile;
    search::Entry {
        key: member.id.as_u128(),
        name: profile.name,
        alias: profile.alias,
        position: profile.position,
        departments: profile
            .places
            .iter()
            .map(|place| place.department.0)
            .collect(),
        extension: profile.extension,
        employee_no: profile.employee_no,
        email: profile
            .email
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        mobile: profile.mobile.map(|mobile| mobile.to_string()),
    }
}

/// Directories of corps by id.
#[derive(Debug, Default)]
pub struct Directories {
    loaded: RwLock<HashMap<CorpId, Arc<Directory>>>,
    /// Loading and following take turns: an event between the reading of a directory and its keeping would be lost on it.
    turn: tokio::sync::Mutex<()>,
}

impl Directories {
    /// The directory of a corp, if it was loaded.
    pub fn peek(&self, corp: CorpId) -> Option<Arc<Directory>> {
        self.loaded.read().ok()?.get(&corp).cloned()
    }

    /// Members in all directories of this node, and the memory that they take, for metrics.
    pub fn size(&self) -> (usize, usize) {
        self.loaded.read().map_or((0, 0), |directories| {
            let sizes = directories.values().map(|d| (d.len(), d.heap_bytes()));
            sizes.fold((0, 0), |sum, (members, bytes)| {
                (sum.0 + members, sum.1 + bytes)
            })
        })
    }

    fn keep(&self, corp: CorpId, directory: &Arc<Directory>) {
        if let Ok(mut directories) = self.loaded.write() {
            directories.insert(corp, Arc::clone(directory));
        }
    }
}

/// The directory and state of the actor's corp, read now if they are not in memory yet.
pub async fn open(env: &Arc<Env>, corp: CorpId) -> Result<(Arc<Directory>, Arc<corp::State>)> {
    let state = corp::current(env, corp).await?;
    // One that is there is never waited for: the follower may have its turn for a while.
    if let Some(directory) = env.directories.peek(corp) {
        return Ok((directory, state));
    }
    let _turn = env.directories.turn.lock().await;
    // Many may have waited for the same directory.
    let directory = match env.directories.peek(corp) {
        Some(directory) => directory,
        None => read_anew(env, corp).await?,
    };
    Ok((directory, state))
}

/// Reads a corp's directory anew and puts it in place.
pub async fn load(env: &Arc<Env>, corp: CorpId) -> Result<Arc<Directory>> {
    let _turn = env.directories.turn.lock().await;
    read_anew(env, corp).await
}

async fn read_anew(env: &Arc<Env>, corp: CorpId) -> Result<Arc<Directory>> {
    let reader = Arc::clone(env);
    let directory = env
        .store
        .read(move |tx| -> Result<_> {
            let state = corp::state(tx, &reader, corp)?;
            let members = store::member::list_all(tx, corp)?;
            Ok(Arc::new(Directory::build(state.tree(), members)))
        })
        .await?;
    env.directories.keep(corp, &directory);
    Ok(directory)
}

/// Brings a directory in step after an event.
pub async fn follow(env: &Arc<Env>, event: &Event) -> Result<()> {
    let _turn = env.directories.turn.lock().await;
    match event {
        Event::MembersChanged { corp, members } => {
            let Some(directory) = env.directories.peek(*corp) else {
                return Ok(());
            };
            let (corp, ids) = (*corp, members.clone());
            let rows = env.store.read(move |tx| find_each(tx, corp, &ids)).await?;
            for (id, row) in rows {
                directory.put(id, row.filter(|member| member.status.is_listed()));
            }
            directory.forget_lenses();
            merge(directory).await;
        }
        Event::CorpChanged { corp, .. } => {
            let Some(directory) = env.directories.peek(*corp) else {
                return Ok(());
            };
            let (reader, corp) = (Arc::clone(env), *corp);
            let state = env
                .store
                .read(move |tx| corp::state(tx, &reader, corp))
                .await?;
            directory.write(|index| index.set_departments(departments(state.tree())));
            directory.forget_lenses();
        }
        Event::DirectoryReloaded { corp } if env.directories.peek(*corp).is_some() => {
            read_anew(env, *corp).await?;
        }
        _ => {}
    }
    Ok(())
}

fn find_each(
    tx: &mut Tx<'_>,
    corp: CorpId,
    ids: &[MemberId],
) -> Result<Vec<(MemberId, Option<Member>)>> {
    ids.iter()
        .map(|id| Ok((*id, store::member::find(tx, corp, *id)?)))
        .collect()
}

/// Merges many small changes into the index, away from those who search.
async fn merge(directory: Arc<Directory>) {
    if !directory.read(search::Index::needs_merge) {
        return;
    }
    let copy = Arc::clone(&directory);
    let merged = tokio::task::spawn_blocking(move || copy.read(search::Index::merged)).await;
    if let Ok(merged) = merged {
        directory.write(|index| index.adopt(merged));
    }
}
