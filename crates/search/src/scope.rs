//! What a viewer may see.

use rustc_hash::FxHashSet;

use crate::Key;

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
}

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
        self
    }

    /// Adds people who are hidden one by one.
    #[must_use]
    pub fn with_minus(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.minus.extend(keys);
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
}
