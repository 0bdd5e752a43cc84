//! The tree of departments beside the list, open where the viewer stands in it.

use guanxi_app::directory::Lens;
use guanxi_model::department::{DepartmentId, ROOT};
use guanxi_search::Counts;

use super::view::View;

/// Trees with fewer departments are shown whole.
const SMALL: usize = 30;

/// A department of the tree. The template has no recursion, so each node says how the list goes on behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: String,
    /// Members whom the viewer sees there and below.
    pub(super) count: usize,
    pub(super) href: String,
    pub(super) is_current: bool,
    /// Whether the next node lies below this one.
    pub(super) opens: bool,
    /// How many levels end behind this one.
    pub(super) closes: usize,
}

/// The departments that the viewer may know of. The tree is open down to `here`, which is marked if the list is of it.
pub(super) fn nodes(
    lens: &Lens,
    counts: &Counts,
    here: DepartmentId,
    is_marked: bool,
) -> Vec<Node> {
    let tree = lens.corp.tree();
    let named: Vec<DepartmentId> = lens.scope.named().filter(|id| *id != ROOT).collect();
    let is_small = named.len() <= SMALL;
    let path: Vec<DepartmentId> = tree
        .path(here)
        .into_iter()
        .map(|department| department.id)
        .collect();
    let is_current = |id: DepartmentId| is_marked && id == here;
    let above = |id: DepartmentId| {
        let mut next = tree.find(id).and_then(|department| department.parent);
        while let Some(id) = next.filter(|id| *id != ROOT && !lens.scope.sees_department(*id)) {
            next = tree.find(id).and_then(|department| department.parent);
        }
        next.unwrap_or(ROOT)
    };
    let mut open: Vec<DepartmentId> = vec![ROOT];
    let mut nodes = vec![(
        0,
        node(&lens.corp.name, counts.total(), ROOT, is_current(ROOT)),
    )];
    for id in named {
        let parent = above(id);
        let is_open = is_small || parent == ROOT || path.contains(&parent);
        if !is_open {
            continue;
        }
        while open.len() > 1 && open.last() != Some(&parent) {
            open.pop();
        }
        let name = tree.find(id).map_or("", |department| &department.name);
        nodes.push((
            open.len(),
            node(name, counts.below(id.0), id, is_current(id)),
        ));
        open.push(id);
    }
    joined(nodes)
}

fn node(name: &str, count: usize, id: DepartmentId, is_current: bool) -> Node {
    Node {
        name: name.to_owned(),
        count,
        href: View::of(id).url(),
        is_current,
        opens: false,
        closes: 0,
    }
}

/// Works out from the levels where lists begin and end.
fn joined(nodes: Vec<(usize, Node)>) -> Vec<Node> {
    let levels: Vec<usize> = nodes.iter().map(|(level, _)| *level).collect();
    let nodes = nodes.into_iter().enumerate();
    nodes
        .map(|(at, (level, mut node))| {
            let next = levels.get(at + 1).copied();
            node.opens = next.is_some_and(|next| next > level);
            // The list of the root is closed by the template.
            node.closes = level.saturating_sub(next.unwrap_or(1));
            node
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_end_where_they_began() {
        let levels = [0, 1, 2, 2, 1, 2];
        let nodes = levels.map(|level| (level, node("d", 0, ROOT, false)));
        let nodes = joined(nodes.into());
        let opens = nodes.iter().filter(|node| node.opens).count();
        let closes: usize = nodes.iter().map(|node| node.closes).sum();
        assert_eq!(
            (opens, closes),
            (3, 2),
            "the list of the root is closed by the template"
        );
        assert!(nodes[0].opens && nodes[1].opens && nodes[4].opens);
        assert_eq!(nodes[3].closes, 1);
    }
}
