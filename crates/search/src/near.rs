//! How near a department is to the viewer: same department, then by the depth of the lowest common ancestor.

use std::ops::Range;

use crate::query::Proximity;
use crate::segment::{Layout, Slot, difference, normalise};
use crate::tree::{Place, Tree};
use crate::walk::Tiers;

/// Places by proximity to a viewer, nearest first; together with the rest they make up the tree.
#[derive(Debug)]
pub(crate) struct Near {
    tiers: Vec<(Proximity, Vec<Range<Place>>)>,
    /// All of the above.
    covered: Vec<Range<Place>>,
    /// What the query is limited to.
    filter: Option<Range<Place>>,
}

impl Near {
    /// Works out the tiers; None if the department to search in does not exist.
    pub(crate) fn new(tree: &Tree, near: &[i64], department: Option<i64>) -> Option<Self> {
        let filter = match department {
            Some(id) => Some(tree.subtree(tree.place(id)?)),
            None => None,
        };
        let places: Vec<Place> = near.iter().filter_map(|id| tree.place(*id)).collect();
        let mut this = Self {
            tiers: Vec::new(),
            covered: Vec::new(),
            filter,
        };
        this.add(
            Proximity::Department,
            places.iter().map(|place| *place..place + 1).collect(),
        );
        let deepest = places
            .iter()
            .map(|place| tree.node(*place).depth)
            .max()
            .unwrap_or(0);
        for depth in (1..=deepest).rev() {
            let branches = places
                .iter()
                .filter_map(|place| tree.ancestor(*place, depth))
                .map(|place| tree.subtree(place))
                .collect();
            this.add(Proximity::Branch, branches);
        }
        Some(this)
    }

    /// Adds what is not in a nearer tier.
    fn add(&mut self, proximity: Proximity, mut places: Vec<Range<Place>>) {
        normalise(&mut places);
        let new = difference(&places, &self.covered);
        self.covered.extend_from_slice(&new);
        normalise(&mut self.covered);
        self.tiers.push((proximity, new));
    }

    /// Returns the proximity of a tier.
    pub(crate) fn proximity(&self, tier: u8) -> Proximity {
        self.tiers
            .get(usize::from(tier))
            .map_or(Proximity::Other, |(proximity, _)| *proximity)
    }

    /// Whether people without a visible department may be found.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.filter.is_none()
    }

    /// Returns the tiers as slots of a segment.
    pub(crate) fn slots(&self, layout: &Layout, slots: Slot) -> Tiers {
        let to_slots = |places: &[Range<Place>]| {
            let mut out = Vec::new();
            for range in places {
                layout.add_slots(range, &mut out);
            }
            normalise(&mut out);
            out
        };
        let all = match &self.filter {
            Some(filter) => to_slots(std::slice::from_ref(filter)),
            None => std::iter::once(0..slots).collect(),
        };
        let mut tiers: Tiers = self
            .tiers
            .iter()
            .map(|(_, places)| to_slots(places))
            .collect();
        tiers.push(difference(&all, &to_slots(&self.covered)));
        if self.filter.is_some() {
            let outside = difference(std::slice::from_ref(&(0..slots)), &all);
            for tier in &mut tiers {
                *tier = difference(tier, &outside);
            }
        }
        tiers
    }
}
