//! Single rules by example; `naive` holds the policy against the numbered rules on random corps.

mod naive;

use super::*;
use crate::department::{Department, Tree};

const NOW: i64 = 1_790_000_000_000;

/// 1 ── 2 ── 4 ── 6
///  │    └── 5
///  └── 3
fn tree() -> Tree {
    let node = |id, parent: Option<i64>| Department {
        id: DepartmentId(id),
        parent: parent.map(DepartmentId),
        name: format!("d{id}"),
        order: 0,
    };
    Tree::new(vec![
        node(1, None),
        node(2, Some(1)),
        node(3, Some(1)),
        node(4, Some(2)),
        node(5, Some(2)),
        node(6, Some(4)),
    ])
}

fn member(number: u128) -> MemberId {
    MemberId::from_u128(number)
}

fn department(id: i64) -> Subject {
    Subject::Department(DepartmentId(id))
}

fn rule(number: u128, kind: Kind, subject: Subject, exceptions: Vec<Subject>) -> Rule {
    Rule {
        id: RuleId::from_u128(number),
        kind,
        subject,
        exceptions,
        note: String::new(),
        created_at_ms: 0,
        created_by: None,
    }
}

fn limit(extent: Extent, listed: Vec<Subject>) -> Kind {
    Kind::Limit { extent, listed }
}

fn grant(number: u128, viewer: Subject, target: Subject, expires_at_ms: Option<i64>) -> Grant {
    Grant {
        id: RuleId::from_u128(number),
        viewer,
        target,
        expires_at_ms,
    }
}

/// Member 1 looks.
fn viewer(departments: &[i64]) -> Viewer {
    Viewer {
        id: member(1),
        departments: departments.iter().copied().map(DepartmentId).collect(),
        leads: Vec::new(),
    }
}

fn sees(scope: &Scope, number: u128, departments: &[i64]) -> bool {
    let departments: Vec<_> = departments.iter().copied().map(DepartmentId).collect();
    scope.sees(&Target {
        id: member(number),
        departments: &departments,
    })
}

fn named(scope: &Scope) -> Vec<i64> {
    let mut named: Vec<i64> = scope.named().map(|id| id.0).collect();
    named.sort_unstable();
    named
}

#[test]
fn without_rules_everything_is_visible() {
    let scope = Policy::new(tree(), vec![], vec![], false).scope(&viewer(&[3]), NOW);
    assert!(scope.is_everything());
    assert!(sees(&scope, 2, &[6]));
    assert!(!sees(&scope, 2, &[77]));
    assert_eq!(named(&scope), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_hidden_department_is_not_even_a_name() {
    let rules = vec![rule(1, Kind::Hide, department(4), vec![department(5)])];
    let policy = Policy::new(tree(), rules, vec![], false);
    let outside = policy.scope(&viewer(&[3]), NOW);
    assert!(!outside.is_everything());
    assert!(!sees(&outside, 2, &[6]) && sees(&outside, 2, &[6, 5]));
    assert_eq!(named(&outside), [1, 2, 3, 5]);
    for inside in [&[6][..], &[3, 4], &[5]] {
        assert!(policy.scope(&viewer(inside), NOW).is_everything());
    }
}

#[test]
fn a_grant_opens_a_department_but_not_the_hidden_one_above() {
    let rules = vec![
        rule(1, Kind::Hide, department(2), vec![]),
        rule(2, Kind::Hide, Subject::Member(member(9)), vec![]),
    ];
    let grants = vec![grant(3, department(3), department(4), Some(NOW + 1))];
    let policy = Policy::new(tree(), rules, grants, false);
    let live = policy.scope(&viewer(&[3]), NOW);
    assert!(sees(&live, 9, &[6]) && !sees(&live, 2, &[5]));
    assert_eq!(named(&live), [1, 3, 4, 6]);
    let expired = policy.scope(&viewer(&[3]), NOW + 1);
    assert!(!sees(&expired, 9, &[6]));
    assert_eq!(named(&expired), [1, 3]);
}

#[test]
fn leaders_see_below_only_where_the_corp_says_so() {
    let rules = || vec![rule(1, Kind::Hide, department(4), vec![])];
    let leader = Viewer {
        leads: vec![DepartmentId(2)],
        ..viewer(&[2])
    };
    assert!(!sees(
        &Policy::new(tree(), rules(), vec![], false).scope(&leader, NOW),
        2,
        &[6]
    ));
    assert!(sees(
        &Policy::new(tree(), rules(), vec![], true).scope(&leader, NOW),
        2,
        &[6]
    ));
}

#[test]
fn limits_add_up() {
    let rules = vec![
        rule(
            1,
            limit(Extent::OnlySelf, vec![Subject::Member(member(7))]),
            department(1),
            vec![],
        ),
        rule(
            2,
            limit(Extent::OwnDepartment, vec![]),
            department(2),
            vec![],
        ),
    ];
    let policy = Policy::new(tree(), rules, vec![], false);
    let scope = policy.scope(&viewer(&[4, 3]), NOW);
    assert!(
        sees(&scope, 2, &[6]),
        "below his own department within the rule's subject"
    );
    assert!(
        !sees(&scope, 2, &[3]),
        "his own department outside the rule's subject"
    );
    assert!(sees(&scope, 7, &[5]), "listed by name");
    assert_eq!(
        named(&scope),
        [1, 2, 3, 4, 6],
        "his own departments and the way to them have names"
    );
    let only_self = policy.scope(&viewer(&[3]), NOW);
    assert!(sees(&only_self, 1, &[3]) && !sees(&only_self, 2, &[3]));
}

#[test]
fn a_reach_settles_who_is_listed_and_hidden() {
    let rules = vec![
        rule(
            1,
            limit(
                Extent::Listed,
                vec![Subject::Member(member(7)), Subject::Member(member(8))],
            ),
            department(3),
            vec![],
        ),
        rule(2, Kind::Hide, department(5), vec![]),
        rule(3, Kind::Hide, Subject::Member(member(9)), vec![]),
    ];
    let policy = Policy::new(tree(), rules, vec![], false);
    let homes = |id: MemberId| [DepartmentId(if id == member(8) { 5 } else { 6 })];
    let reach = policy.scope(&viewer(&[3]), NOW).reach(homes);
    assert_eq!(reach.departments, []);
    assert_eq!(reach.plus, [member(1), member(7)].into_iter().collect());
    assert_eq!(reach.minus, [member(9)].into_iter().collect());
}

#[test]
fn an_explanation_names_the_exact_rule() {
    let rules = vec![rule(1, Kind::Hide, department(4), vec![department(5)])];
    let grants = vec![grant(
        2,
        department(3),
        Subject::Member(member(2)),
        Some(NOW),
    )];
    let policy = Policy::new(tree(), rules, grants, true);
    let homes = [DepartmentId(6)];
    let target = Target {
        id: member(2),
        departments: &homes,
    };
    let explanation = policy.explain(&viewer(&[3]), &target, NOW);
    let (one, two) = (RuleId::from_u128(1), RuleId::from_u128(2));
    assert_eq!(
        (explanation.visible, explanation.deciding),
        (false, Some(one))
    );
    let steps: Vec<_> = explanation
        .steps
        .iter()
        .map(|step| (step.rule, step.outcome, step.why))
        .collect();
    assert_eq!(
        steps,
        [
            (Some(two), Outcome::NotConcerned, Why::GrantExpired),
            (None, Outcome::NotConcerned, Why::DoesNotLead),
            (None, Outcome::NotConcerned, Why::MemberNotHidden),
            (Some(one), Outcome::Hides, Why::DepartmentHidden),
            (None, Outcome::NotConcerned, Why::NotLimited),
        ]
    );
    let granted = policy.explain(&viewer(&[3]), &target, NOW - 1);
    assert_eq!((granted.visible, granted.deciding), (true, Some(two)));
    let excepted = policy.explain(&viewer(&[5]), &target, NOW);
    assert_eq!((excepted.visible, excepted.deciding), (true, None));
    assert_eq!(excepted.steps.last().map(|step| step.why), Some(Why::Free));
}

#[test]
fn the_stable_names_are_those_of_json() {
    for why in [
        Why::Himself,
        Why::GrantExpired,
        Why::DepartmentsNotHidden,
        Why::Free,
    ] {
        assert_eq!(serde_json::to_value(why).unwrap(), why.name());
    }
}
