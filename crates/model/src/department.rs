//! Departments: nodes of a corp's tree, with integer ids as WeCom has them.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::field::{self, Invalid};

/// Number of a department within its corp; the root is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DepartmentId(pub i64);

/// The top of every corp's tree.
pub const ROOT: DepartmentId = DepartmentId(1);

/// Longest name, in characters.
pub const NAME_MAX: usize = 64;
/// Most departments that one member may belong to.
pub const PER_MEMBER_MAX: usize = 20;
/// Deepest level below the root.
pub const DEPTH_MAX: usize = 15;

/// One node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Number within the corp.
    pub id: DepartmentId,
    /// None only for the root.
    pub parent: Option<DepartmentId>,
    /// Name as shown, 1 to 64 characters, unique among its siblings.
    pub name: String,
    /// Larger comes first among siblings.
    pub order: i64,
}

/// Checks a department's name.
pub fn name(value: &str) -> Result<String, Invalid> {
    let value = field::line("name", value, 1, NAME_MAX)?;
    if value.contains(['\\', ':', '*', '?', '"', '<', '>', '|', '/']) {
        return Err(Invalid::new("name", "department_name_character"));
    }
    Ok(value)
}

/// The tree of one corp, in display order, with ancestors and subtrees at hand.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Department>,
    place: FxHashMap<DepartmentId, usize>,
    /// End of each node's subtree in `nodes`, which stand in depth-first order.
    end: Vec<usize>,
    depth: Vec<usize>,
}

impl Tree {
    /// Orders departments depth first; siblings by order (large first), then id. Nodes that hang on no root are left out.
    pub fn new(departments: Vec<Department>) -> Self {
        let mut children: FxHashMap<Option<DepartmentId>, Vec<Department>> = FxHashMap::default();
        for department in departments {
            children
                .entry(department.parent)
                .or_default()
                .push(department);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_key(|d| (d.order, std::cmp::Reverse(d.id)));
        }
        let mut tree = Self::default();
        let mut stack: Vec<(Department, usize)> = Vec::new();
        stack.extend(
            children
                .remove(&None)
                .unwrap_or_default()
                .into_iter()
                .map(|d| (d, 0)),
        );
        while let Some((department, depth)) = stack.pop() {
            let below = children.remove(&Some(department.id)).unwrap_or_default();
            stack.extend(below.into_iter().map(|d| (d, depth + 1)));
            tree.place.insert(department.id, tree.nodes.len());
            tree.nodes.push(department);
            tree.depth.push(depth);
        }
        tree.end = vec![0; tree.nodes.len()];
        for at in (0..tree.nodes.len()).rev() {
            let mut end = at + 1;
            while end < tree.nodes.len() && tree.depth[end] > tree.depth[at] {
                end = tree.end[end];
            }
            tree.end[at] = end;
        }
        tree
    }

    /// All departments, depth first.
    pub fn all(&self) -> &[Department] {
        &self.nodes
    }

    /// Position in [`Tree::all`], if the department exists.
    pub fn place(&self, id: DepartmentId) -> Option<usize> {
        self.place.get(&id).copied()
    }

    /// The department, if it exists.
    pub fn find(&self, id: DepartmentId) -> Option<&Department> {
        self.place(id).map(|at| &self.nodes[at])
    }

    /// Level below the root, which has 0.
    pub fn depth(&self, id: DepartmentId) -> usize {
        self.place(id).map_or(0, |at| self.depth[at])
    }

    /// Positions of the department and everything below it; empty if it does not exist.
    pub fn subtree(&self, id: DepartmentId) -> std::ops::Range<usize> {
        self.place(id).map_or(0..0, |at| at..self.end[at])
    }

    /// Direct children, in display order.
    pub fn children(&self, id: DepartmentId) -> impl Iterator<Item = &Department> {
        let range = self.subtree(id);
        let mut at = range.start + 1;
        std::iter::from_fn(move || {
            if at >= range.end {
                return None;
            }
            let here = at;
            at = self.end[here];
            Some(&self.nodes[here])
        })
    }

    /// Whether `below` is `above` or lies under it.
    pub fn contains(&self, above: DepartmentId, below: DepartmentId) -> bool {
        self.place(below)
            .is_some_and(|at| self.subtree(above).contains(&at))
    }

    /// From the root down to the department itself.
    pub fn path(&self, id: DepartmentId) -> Vec<&Department> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(department) = next.and_then(|id| self.find(id)) {
            path.push(department);
            next = department.parent;
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(id: i64, parent: Option<i64>, order: i64) -> Department {
        Department {
            id: DepartmentId(id),
            parent: parent.map(DepartmentId),
            name: format!("d{id}"),
            order,
        }
    }

    #[test]
    fn the_tree_stands_depth_first() {
        let tree = Tree::new(vec![
            department(1, None, 0),
            department(2, Some(1), 5),
            department(3, Some(1), 9),
            department(4, Some(2), 0),
            department(9, Some(77), 0),
        ]);
        let ids: Vec<i64> = tree.all().iter().map(|d| d.id.0).collect();
        assert_eq!(ids, [1, 3, 2, 4]);
        assert!(tree.contains(DepartmentId(2), DepartmentId(4)));
        assert!(!tree.contains(DepartmentId(3), DepartmentId(4)));
        let children: Vec<i64> = tree.children(ROOT).map(|d| d.id.0).collect();
        assert_eq!(children, [3, 2]);
        let path: Vec<i64> = tree.path(DepartmentId(4)).iter().map(|d| d.id.0).collect();
        assert_eq!(path, [1, 2, 4]);
    }
}
