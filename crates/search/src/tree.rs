//! The department tree, flattened: departments in depth-first order, so that a subtree is a range.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use crate::Department;
use crate::pattern::match_plain;
use crate::prefix::{PrefixIndex, Rows};
use crate::query::Class;
use crate::text::{self, Units};

/// A department's place in depth-first order.
pub(crate) type Place = u32;

/// Marks a department that is not in the tree.
pub(crate) const NOWHERE: Place = Place::MAX;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The name as it is compared.
    bare: String,
    pub(crate) parent: Option<Place>,
    /// The place behind the last department below.
    pub(crate) end: Place,
    /// Zero for a root.
    pub(crate) depth: u32,
}

#[derive(Debug)]
pub(crate) struct Tree {
    /// Unique in the process, so that caches know which tree they are about.
    pub(crate) number: u64,
    nodes: Vec<Node>,
    places: FxHashMap<i64, Place>,
    whole: PrefixIndex,
    inner: PrefixIndex,
}

/// Returns a number no one else has.
pub(crate) fn unique_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Tree {
    /// Flattens the departments: siblings keep the order of the list; of two with the same id the last one counts. A circle hangs from
    /// none, so one of its departments becomes a root.
    pub(crate) fn build(departments: Vec<Department>) -> Self {
        let mut by_id: FxHashMap<i64, usize> = FxHashMap::default();
        for (index, department) in departments.iter().enumerate() {
            by_id.insert(department.id, index);
        }
        let mut children: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
        let mut roots = Vec::new();
        for (index, department) in departments.iter().enumerate() {
            if by_id[&department.id] != index {
                continue;
            }
            match department.parent {
                Some(parent) if parent != department.id && by_id.contains_key(&parent) => {
                    children.entry(parent).or_default().push(index);
                }
                _ => roots.push(index),
            }
        }
        let mut tree = Self {
            number: unique_number(),
            nodes: Vec::with_capacity(departments.len()),
            places: FxHashMap::default(),
            whole: PrefixIndex::default(),
            inner: PrefixIndex::default(),
        };
        for root in roots.into_iter().chain(0..departments.len()) {
            tree.flatten(root, &departments, &by_id, &children);
        }
        for place in (0..tree.nodes.len()).rev() {
            let Node { parent, end, .. } = tree.nodes[place];
            if let Some(parent) = parent {
                let parent = &mut tree.nodes[parent as usize];
                parent.end = parent.end.max(end);
            }
        }
        tree.index_names();
        tree
    }

    /// Adds a root and everything below it, without recursion: a tree may be as deep as it likes.
    fn flatten(
        &mut self,
        root: usize,
        departments: &[Department],
        by_id: &FxHashMap<i64, usize>,
        children: &FxHashMap<i64, Vec<usize>>,
    ) {
        let mut stack = vec![(by_id[&departments[root].id], None)];
        while let Some((index, parent)) = stack.pop() {
            let department = &departments[index];
            if self.places.contains_key(&department.id) {
                continue;
            }
            let place = self.nodes.len() as Place;
            self.places.insert(department.id, place);
            self.nodes.push(Node {
                id: department.id,
                name: department.name.clone(),
                bare: text::bare(&department.name),
                parent,
                end: place + 1,
                depth: parent.map_or(0, |parent: Place| self.nodes[parent as usize].depth + 1),
            });
            let below = children.get(&department.id).map_or(&[][..], Vec::as_slice);
            stack.extend(below.iter().rev().map(|child| (*child, Some(place))));
        }
    }

    fn index_names(&mut self) {
        let (mut whole, mut inner) = (Rows::default(), Rows::default());
        let mut units = Units::default();
        for (place, node) in self.nodes.iter().enumerate() {
            units.load(&node.name);
            for start in 0..units.len() {
                let rows = if start == 0 { &mut whole } else { &mut inner };
                rows.push(units.from(start), place as Place);
            }
        }
        self.whole = PrefixIndex::build(whole, self.nodes.len());
        self.inner = PrefixIndex::build(inner, self.nodes.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, place: Place) -> &Node {
        &self.nodes[place as usize]
    }

    /// Returns how a department's name matches a term, and from which unit on.
    pub(crate) fn match_name(&self, place: Place, term: &str) -> Option<(Class, usize)> {
        let node = self.node(place);
        // Most names hold nothing like it, which is quick to see.
        if node.bare.contains(term) {
            match_plain(&Units::of(&node.name), term)
        } else {
            None
        }
    }

    pub(crate) fn place(&self, id: i64) -> Option<Place> {
        self.places.get(&id).copied()
    }

    /// Returns the department and everything below it.
    pub(crate) fn subtree(&self, place: Place) -> Range<Place> {
        place..self.nodes[place as usize].end
    }

    /// Returns the departments whose people a matching name of this one finds: a root's name is the company's and stands for its own
    /// people only.
    pub(crate) fn named(&self, place: Place) -> Range<Place> {
        if self.nodes[place as usize].depth == 0 {
            place..place + 1
        } else {
            self.subtree(place)
        }
    }

    /// Returns the department and its ancestors, upwards.
    pub(crate) fn path(&self, place: Place) -> impl Iterator<Item = Place> {
        std::iter::successors(Some(place), |place| self.nodes[*place as usize].parent)
    }

    /// Returns the ancestor (or the department itself) at a depth.
    pub(crate) fn ancestor(&self, place: Place, depth: u32) -> Option<Place> {
        self.path(place)
            .find(|place| self.nodes[*place as usize].depth == depth)
    }

    /// Calls back with each department whose name matches in the given class, in order.
    pub(crate) fn matching(&self, term: &str, class: Class, mut each: impl FnMut(Place)) {
        let list = match class {
            Class::Exact => self.whole.exact(term),
            Class::Prefix => self.whole.prefix(term),
            Class::Substring => self.inner.prefix(term),
            Class::Initials | Class::Typo => return,
        };
        let long = term.len() >= crate::prefix::KEY_BYTES;
        let mut cursor = crate::list::Cursor::new();
        let mut from = 0;
        while let Some(place) = cursor.seek(&list, from) {
            from = place + 1;
            // Keys are cut, so a long term says only where to look.
            if long
                && self
                    .match_name(place, term)
                    .is_none_or(|(found, _)| found > class)
            {
                continue;
            }
            each(place);
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let names: usize = self
            .nodes
            .iter()
            .map(|node| node.name.capacity() + node.bare.capacity())
            .sum();
        names
            + self.nodes.capacity() * size_of::<Node>()
            + self.places.capacity() * 17
            + self.whole.heap_bytes()
            + self.inner.heap_bytes()
    }
}
