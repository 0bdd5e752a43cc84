//! What a viewer may see.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

use crate::Key;
use crate::segment::{Segment, Visible};

/// The departments and people that one viewer may see.
///
/// A person is visible if listed in `plus`, or if not listed in `minus` and in at least one visible department. A department that is
/// not in the scope does not exist for the viewer: its name matches nothing and it brings nobody nearer.
///
/// Keep a scope and use it for many queries: the index leaves in it what it worked out about it.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    everything: bool,
    departments: FxHashSet<i64>,
    plus: FxHashSet<Key>,
    minus: FxHashSet<Key>,
    cache: Cache,
}

/// What was worked out for segments, by their numbers; clones share it.
type Cache = Arc<Mutex<Vec<(u64, Arc<Visible>)>>>;

/// Segments beyond this many push out the oldest.
const CACHED: usize = 32;

impl Scope {
    /// Sees every department and everybody.
    pub fn everything() -> Self {
        Self {
            everything: true,
            ..Self::default()
        }
    }

    /// Sees the people of these departments; list the departments below them too.
    pub fn departments(ids: impl IntoIterator<Item = i64>) -> Self {
        Self {
            departments: ids.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Adds people who are visible one by one.
    #[must_use]
    pub fn with_plus(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.plus.extend(keys);
        self.cache = Cache::default();
        self
    }

    /// Adds people who are hidden one by one.
    #[must_use]
    pub fn with_minus(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.minus.extend(keys);
        self.cache = Cache::default();
        self
    }

    /// Whether the department is visible.
    pub fn sees_department(&self, id: i64) -> bool {
        self.everything || self.departments.contains(&id)
    }

    /// Whether the person with this key in these departments is visible.
    pub fn sees(&self, key: Key, departments: &[i64]) -> bool {
        self.plus.contains(&key)
            || !self.minus.contains(&key)
                && (self.everything || departments.iter().any(|id| self.sees_department(*id)))
    }

    pub(crate) fn sees_everything(&self) -> bool {
        self.everything
    }

    /// People shown one by one.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Key> {
        self.plus.iter().copied()
    }

    /// People hidden one by one and not shown one by one.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = Key> {
        self.minus.difference(&self.plus).copied()
    }

    /// Returns what of a segment is visible.
    pub(crate) fn visible(&self, segment: &Segment) -> Arc<Visible> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, visible)) = cache.iter().find(|(number, _)| *number == segment.number) {
            return Arc::clone(visible);
        }
        let visible = Arc::new(Visible::new(segment, self));
        if cache.len() == CACHED {
            cache.remove(0);
        }
        cache.push((segment.number, Arc::clone(&visible)));
        visible
    }
}
