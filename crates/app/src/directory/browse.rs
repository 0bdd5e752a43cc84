//! The directory without a search: the members of a department and below, and how many of them a viewer sees.

use std::collections::HashMap;

use guanxi_model::{
    department::{DepartmentId, ROOT},
    id::MemberId,
    member::{Place, Profile},
};
use guanxi_search as search;

use super::{Directory, Lens};

/// A person as a department's list shows him.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Who.
    pub id: MemberId,
    /// His entry; departments that the viewer may not see are taken out.
    pub entry: search::Entry,
    /// The name in pinyin with tone marks, or empty.
    pub reading: String,
    /// The department in which the list has him; None for one who is seen by name only.
    pub department: Option<DepartmentId>,
    /// Whether he leads it.
    pub leads: bool,
}

/// Places that stand out: those who lead, and those whom an administrator put in an order.
#[derive(Debug, Default)]
pub(super) struct Seats(HashMap<MemberId, Vec<Place>>);

impl Seats {
    pub(super) fn set(&mut self, id: MemberId, profile: &Profile) {
        let places = profile.places.iter();
        let places: Vec<Place> = places
            .filter(|place| place.leads || place.order != 0)
            .copied()
            .collect();
        if places.is_empty() {
            self.0.remove(&id);
        } else {
            self.0.insert(id, places);
        }
    }

    pub(super) fn forget(&mut self, id: MemberId) {
        self.0.remove(&id);
    }

    fn find(&self, id: MemberId, department: DepartmentId) -> Option<&Place> {
        let places = self.0.get(&id)?;
        places.iter().find(|place| place.department == department)
    }

    /// Members who lead a department, in the order of their ids.
    pub(super) fn leaders_of(&self, department: DepartmentId) -> Vec<MemberId> {
        let leads = |place: &Place| place.leads && place.department == department;
        let seats = self.0.iter();
        let leaders = seats.filter(|(_, places)| places.iter().any(leads));
        let mut leaders: Vec<MemberId> = leaders.map(|(id, _)| *id).collect();
        leaders.sort_unstable();
        leaders
    }

    /// Leaders first, then whoever has the larger order.
    fn rank(&self, id: MemberId, department: DepartmentId) -> i64 {
        self.find(id, department).map_or(0, |place| {
            let before = if place.leads { i64::MAX / 2 } else { 0 };
            -(before + place.order.clamp(0, i64::from(u32::MAX)))
        })
    }
}

impl Directory {
    /// Members of a department and of those below it whom the viewer sees: department by department, leaders first.
    pub fn browse(
        &self,
        lens: &Lens,
        department: DepartmentId,
        offset: usize,
        limit: usize,
    ) -> Vec<Listed> {
        let page = search::Browse {
            scope: &lens.search_scope,
            // Those who are seen by name only are listed with the whole company.
            department: (department != ROOT).then_some(department.0),
            offset,
            limit,
        };
        let seats = self.seats();
        let rank = |key, id| seats.rank(MemberId::from_u128(key), DepartmentId(id));
        self.read(|index| {
            let rows = index.browse(&page, rank).into_iter();
            let rows = rows.filter_map(|row| {
                let mut entry = index.get(row.key)?;
                let id = MemberId::from_u128(row.key);
                lens.conceal(&mut entry);
                let department = row.department.map(DepartmentId);
                Some(Listed {
                    id,
                    entry,
                    reading: row.reading,
                    department,
                    leads: department
                        .and_then(|department| seats.find(id, department))
                        .is_some_and(|place| place.leads),
                })
            });
            rows.collect()
        })
    }

    /// How many members the viewer sees in each department and below it.
    pub fn counts<'a>(&self, lens: &'a Lens) -> &'a search::Counts {
        lens.counts
            .get_or_init(|| self.read(|index| index.counts(&lens.search_scope)))
    }
}
