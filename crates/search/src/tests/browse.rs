//! Lists and counts of departments.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::{Browse, Department, Entry, Index, Key, Scope};

/// A company of seven departments: 1 above 2 (with 3 and 4) and 5 (with 6); 7 is a root of its own.
fn departments() -> Vec<Department> {
    let parents = [
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (4, Some(2)),
        (5, Some(1)),
        (6, Some(5)),
        (7, None),
    ];
    let department = |(id, parent)| Department {
        id,
        parent,
        name: format!("d{id}"),
    };
    parents.into_iter().map(department).collect()
}

fn above(mut id: i64) -> Vec<i64> {
    let mut path = vec![id];
    while let Some(parent) = departments()
        .iter()
        .find(|d| d.id == id)
        .and_then(|d| d.parent)
    {
        path.push(parent);
        id = parent;
    }
    path
}

fn person(key: Key, departments: Vec<i64>) -> Entry {
    Entry {
        key,
        name: format!("Name{key}"),
        departments,
        ..Entry::default()
    }
}

fn keys(index: &Index, scope: &Scope, department: Option<i64>) -> Vec<Key> {
    let page = Browse {
        scope,
        department,
        offset: 0,
        limit: usize::MAX,
    };
    let listed = index.browse(&page, |_, _| 0);
    listed.into_iter().map(|row| row.key).collect()
}

#[test]
fn leaders_come_first_and_pages_follow_one_another() {
    let people = (0..25).map(|key| person(key, vec![if key < 20 { 2 } else { 3 }]));
    let index = Index::build(departments(), people);
    let everybody = Scope::everything();
    let page = |offset| Browse {
        scope: &everybody,
        department: Some(2),
        offset,
        limit: 10,
    };
    let rank = |key, _| i64::from(key != 7);
    let first = index.browse(&page(0), rank);
    assert_eq!(first[0].key, 7);
    assert_eq!(first[0].department, Some(2));
    let mut all = first;
    all.extend(index.browse(&page(10), rank));
    all.extend(index.browse(&page(20), rank));
    assert_eq!(all.len(), 25);
    assert_eq!(all[24].department, Some(3));
    let different: BTreeSet<Key> = all.iter().map(|row| row.key).collect();
    assert_eq!(different.len(), 25);
}

proptest! {
    #[test]
    fn counts_and_lists_agree_with_a_linear_pass(
        places in proptest::collection::vec(subsequence(vec![1_i64, 2, 3, 4, 5, 6, 7, 99], 0..4), 1..20),
        seen in subsequence(vec![1_i64, 2, 3, 4, 5, 6, 7], 0..=7),
        plus in subsequence(vec![0_u128, 1, 2, 3], 0..3),
        minus in subsequence(vec![2_u128, 3, 4, 5], 0..3),
        gone in subsequence(vec![0_usize, 5, 7], 0..=3),
        added in subsequence(vec![1_usize, 6, 9], 0..=3),
    ) {
        let mut people: Vec<Entry> = places.into_iter().enumerate().map(|(key, at)| person(key as Key, at)).collect();
        let mut index = Index::build(departments(), people.clone().into_iter());
        for at in added.into_iter().filter(|at| *at < people.len()).collect::<Vec<_>>() {
            people[at].departments = vec![3, 6];
            index.upsert(people[at].clone());
        }
        people.retain(|person| {
            let left = gone.contains(&(person.key as usize));
            if left {
                index.remove(person.key);
            }
            !left
        });
        let scope = Scope::departments(seen).with_plus(plus).with_minus(minus);
        let counts = index.counts(&scope);
        let visible = |person: &&Entry| scope.sees(person.key, &person.departments);
        prop_assert_eq!(counts.total(), people.iter().filter(visible).count());
        let mut all = keys(&index, &scope, None);
        all.sort_unstable();
        let expected: Vec<Key> = people.iter().filter(visible).map(|person| person.key).collect();
        prop_assert_eq!(all, expected);
        for department in departments() {
            let stands = |person: &&Entry| {
                let mut shown = person.departments.iter().filter(|id| scope.sees_department(**id));
                visible(person) && shown.any(|id| above(*id).contains(&department.id))
            };
            let mut expected: Vec<Key> = people.iter().filter(stands).map(|person| person.key).collect();
            let mut listed = keys(&index, &scope, Some(department.id));
            prop_assert_eq!(counts.below(department.id), listed.len());
            expected.sort_unstable();
            listed.sort_unstable();
            prop_assert_eq!(listed, expected);
        }
    }
}
