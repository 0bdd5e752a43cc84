//! The index must answer as a linear pass over all people does, whatever the company, the scope and the changes before.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::explain::Subject;
use crate::segment::{collation_start, order};
use crate::term::{Term, Terms};
use crate::text::Units;
use crate::tree::{Place, Tree};
use crate::{Class, Department, Entry, Index, Key, Proximity, Query, Scope, Total};

/// What of a hit the linear pass predicts.
type Expected = (Key, Class, Proximity);

fn linear(
    departments: &[Department],
    people: &[Entry],
    query: &Query<'_>,
) -> (Vec<Expected>, bool) {
    let tree = Tree::build(departments.to_vec());
    let mut terms = Terms::parse(query.text);
    for typos in [false, true] {
        if typos {
            terms.forgive();
        }
        let mut found: Vec<_> = people
            .iter()
            .filter_map(|person| best(&tree, person, query, &terms))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        if !found.is_empty() {
            return (found.into_iter().map(|(_, hit)| hit).collect(), typos);
        }
    }
    (Vec::new(), false)
}

type Rank = (u8, u32, (Place, i64), (crate::prefix::Packed, String, Key));

fn best(tree: &Tree, person: &Entry, query: &Query<'_>, terms: &Terms) -> Option<(Rank, Expected)> {
    if terms.each.is_empty() || !query.scope.sees(person.key, &person.departments) {
        return None;
    }
    let mut seen: Vec<i64> = Vec::new();
    for id in &person.departments {
        if query.scope.sees_department(*id) && !seen.contains(id) {
            seen.push(*id);
        }
    }
    let main = person.departments.first().copied().unwrap_or(i64::MIN);
    if person.departments.is_empty() && query.scope.sees_department(i64::MIN) {
        seen.push(main);
    }
    let single = seen.is_empty();
    if single {
        if query.department.is_some() {
            return None;
        }
        seen.push(main);
    }
    seen.into_iter()
        .filter_map(|id| appearance(tree, person, id, single, query, terms))
        .min_by(|a, b| a.0.cmp(&b.0))
}

fn appearance(
    tree: &Tree,
    person: &Entry,
    id: i64,
    single: bool,
    query: &Query<'_>,
    terms: &Terms,
) -> Option<(Rank, Expected)> {
    let place = tree.place(id);
    if let Some(wanted) = query.department {
        let wanted = tree.place(wanted)?;
        if !tree.path(place?).any(|ancestor| ancestor == wanted) {
            return None;
        }
    }
    let mut records = crate::record::Records::default();
    records.push(person);
    let fields = records.get(0).fields();
    let subject = Subject {
        fields,
        name: Units::of(fields.name),
        alias: Units::of(fields.alias),
        tree,
        place: place.filter(|_| !single),
        scope: query.scope,
        mobile_allowed: query.mobile_allowed,
    };
    let level = |term: &Term| {
        subject
            .best(term, None)
            .map(|found| (found.level, found.class))
    };
    let all: Option<Vec<_>> = terms.each.iter().map(level).collect();
    let worst = all.and_then(|all| all.into_iter().max_by_key(|found| found.0));
    let joined = terms.joined.as_ref().and_then(level);
    let (level, class) = [joined, worst]
        .into_iter()
        .flatten()
        .min_by_key(|found| found.0)?;
    let (tier, proximity) = nearness(tree, place, single, query.near);
    let collation = (
        collation_start(&subject.name),
        person.name.clone(),
        person.key,
    );
    Some((
        (level, tier, order(tree, id), collation),
        (person.key, class, proximity),
    ))
}

fn nearness(tree: &Tree, place: Option<Place>, single: bool, near: &[i64]) -> (u32, Proximity) {
    let near: Vec<Place> = near.iter().filter_map(|id| tree.place(*id)).collect();
    let deepest = near
        .iter()
        .map(|place| tree.node(*place).depth)
        .max()
        .unwrap_or(0);
    if single {
        return (deepest + 2, Proximity::Other);
    }
    let Some(place) = place else {
        return (deepest + 1, Proximity::Other);
    };
    if near.contains(&place) {
        return (0, Proximity::Department);
    }
    let common = |other: Place| {
        let path: Vec<Place> = tree.path(other).collect();
        tree.path(place).find(|ancestor| path.contains(ancestor))
    };
    let depth = near
        .iter()
        .filter_map(|other| common(*other))
        .map(|ancestor| tree.node(ancestor).depth)
        .max()
        .unwrap_or(0);
    let proximity = if depth > 0 {
        Proximity::Branch
    } else {
        Proximity::Other
    };
    (deepest + 1 - depth, proximity)
}

const NAMES: &[&str] = &[
    "张三",
    "张思远",
    "章淑敏",
    "曾诗涵",
    "单立群",
    "尉迟恭",
    "万俟雪",
    "张伟",
    "张玮",
    "王伟",
    "吕丽",
    "李西安",
    "欧阳娜娜",
    "乐嘉",
    "Zara Stein",
    "王Tom",
    "Zoë Müller",
    "an an",
    "安安",
    "长孙无忌",
    "解思",
    "思思",
    "张",
    "重庆银行行长单乐",
    "",
];

const TERMS: &[&str] = &[
    "张",
    "张三",
    "zhang",
    "zhangs",
    "zs",
    "zsh",
    "zhsh",
    "z",
    "s",
    "思",
    "思远",
    "z思",
    "张s",
    "zhang思y",
    "zhangsiy",
    "zsiyuan",
    "zhangsan",
    "zengshihan",
    "ceng",
    "zeng shihan",
    "sh",
    "wei",
    "zhangwei",
    "zhang wei",
    "wei zhang",
    "单丽群",
    "单群立",
    "张维",
    "zhagnsan",
    "zangsan",
    "lisian",
    "lv",
    "lvli",
    "luli",
    "店",
    "上海",
    "上海 张",
    "店长",
    "张 店长",
    "工程师",
    "高级",
    "8001",
    "80",
    "a-00",
    "a001",
    "stein",
    "st",
    "zara",
    "zst",
    "tom",
    "wangt",
    "王t",
    "an",
    "aa",
    "ana",
    "138",
    "0001",
    "13800000001",
    "+8613800000001",
    "138 0000 0002",
    "zhang@",
    "z@x.cn",
    "总部",
    "研发",
    "研发 高级",
    "nana",
    "oyn",
    "ouyang",
    "yuchi",
    "weichi",
    "moqi",
    "x",
    "李西",
    "张 张",
    "云",
    "云 思",
    "zhongqingyinhang",
    "cqyh",
    "重庆银行行长单",
    "zzzz",
    "shihna",
    "诗寒",
    "zoe",
    "muller",
    "zarastein",
    "zarastien",
    "公司",
];

fn departments() -> impl Strategy<Value = Vec<Department>> {
    let name = select(
        &[
            "总部",
            "研发",
            "上海门店",
            "门店",
            "云平台",
            "店",
            "北京 Store",
            "张江",
        ][..],
    );
    prop::collection::vec((0..8_i64, name), 0..8).prop_map(|list| {
        let mut departments = vec![Department {
            id: 1,
            parent: None,
            name: "公司".to_owned(),
        }];
        for (index, (parent, name)) in list.into_iter().enumerate() {
            let id = index as i64 + 2;
            departments.push(Department {
                id,
                parent: Some(1 + parent % (id - 1)),
                name: name.to_owned(),
            });
        }
        departments
    })
}

prop_compose! {
    fn person()(
        key in 0..40_u128,
        name in select(NAMES),
        alias in select(&["", "", "", "老张", "思思", "Tom Stone", "zs"][..]),
        position in select(&["", "店长", "高级工程师", "工程师", "Store lead", "张江店长"][..]),
        departments in prop::collection::vec(1..11_i64, 0..4),
        extension in select(&["", "8001", "80-02"][..]),
        employee_no in select(&["", "A001", "A-002"][..]),
        email in select(&["", "zhang@x.cn", "z@x.cn", "averyveryverylongname@x.cn"][..]),
        mobile in select(&[None, Some("+8613800000001"), Some("+8613800000002"), Some("+4915100001")][..]),
    ) -> Entry {
        Entry {
            key,
            name: name.to_owned(),
            alias: alias.to_owned(),
            position: position.to_owned(),
            departments,
            extension: extension.to_owned(),
            employee_no: employee_no.to_owned(),
            email: email.to_owned(),
            mobile: mobile.map(str::to_owned),
        }
    }
}

/// Few people often, and sometimes enough for long lists and several blocks.
fn people() -> impl Strategy<Value = Vec<Entry>> {
    let numbered = |people: Vec<Entry>| {
        let numbered = people.into_iter().enumerate();
        numbered
            .map(|(key, person)| Entry {
                key: key as Key,
                ..person
            })
            .collect()
    };
    prop_oneof![
        3 => prop::collection::vec(person(), 0..40),
        1 => prop::collection::vec(person(), 100..400).prop_map(numbered),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    let keys = || prop::collection::vec(0..40_u128, 0..6);
    let departments = subsequence((1..11_i64).collect::<Vec<_>>(), 0..10);
    (prop::option::of(departments), keys(), keys()).prop_map(|(departments, plus, minus)| {
        let scope = departments.map_or_else(Scope::everything, Scope::departments);
        scope.with_plus(plus).with_minus(minus)
    })
}

#[derive(Debug, Clone)]
enum Change {
    Upsert(Box<Entry>),
    Remove(Key),
    Merge,
    Departments(Vec<Department>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => person().prop_map(|person| Change::Upsert(Box::new(person))),
        2 => (0..40_u128).prop_map(Change::Remove),
        1 => Just(Change::Merge),
        1 => departments().prop_map(Change::Departments),
    ]
}

fn apply(
    index: &mut Index,
    people: &mut Vec<Entry>,
    departments: &mut Vec<Department>,
    change: Change,
) {
    match change {
        Change::Upsert(person) => {
            people.retain(|other| other.key != person.key);
            people.push((*person).clone());
            index.upsert(*person);
        }
        Change::Remove(key) => {
            let before = people.len();
            people.retain(|other| other.key != key);
            assert_eq!(index.remove(key), people.len() < before);
        }
        Change::Merge => {
            let merged = index.clone().merged();
            index.adopt(merged);
        }
        Change::Departments(list) => {
            departments.clone_from(&list);
            index.set_departments(list);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn answers_like_a_linear_pass(
        mut departments in departments(),
        mut people in people(),
        changes in prop::collection::vec(change(), 0..12),
        merges in any::<bool>(),
        scope in scope(),
        near in prop::collection::vec(1..11_i64, 0..3),
        department in prop::option::weighted(0.3, 1..11_i64),
        mobile_allowed in any::<bool>(),
        texts in prop::collection::vec(select(TERMS), 12),
    ) {
        let mut index = Index::build(departments.clone(), people.clone().into_iter());
        people.reverse();
        let mut known = std::collections::HashSet::new();
        people.retain(|person| known.insert(person.key));
        let mut reordered = false;
        for change in changes {
            reordered |= matches!(change, Change::Departments(_));
            apply(&mut index, &mut people, &mut departments, change);
        }
        // Until the next merge, directory order is that of the tree before.
        if merges || reordered {
            let merged = index.merged();
            index.adopt(merged);
        }
        prop_assert_eq!(index.len(), people.len());
        for text in texts {
            let query = Query { near: &near, department, mobile_allowed, limit: 500, ..Query::new(text, &scope) };
            let (expected, corrected) = linear(&departments, &people, &query);
            let answer = index.search(&query);
            let hits: Vec<Expected> = answer.hits.iter().map(|hit| (hit.key, hit.class, hit.proximity)).collect();
            prop_assert_eq!(&hits, &expected, "{:?}", text);
            prop_assert_eq!(answer.total, Total::Exact(expected.len()));
            prop_assert_eq!(answer.corrected, corrected);
        }
    }

    #[test]
    fn a_changed_tree_finds_the_same_people_before_the_merge(
        departments in departments(),
        other in departments(),
        people in prop::collection::vec(person(), 0..40),
        scope in scope(),
        near in prop::collection::vec(1..11_i64, 0..3),
        department in prop::option::weighted(0.3, 1..11_i64),
        texts in prop::collection::vec(select(TERMS), 12),
    ) {
        let mut index = Index::build(departments, people.into_iter());
        index.set_departments(other);
        let merged = index.merged();
        for text in texts {
            let query = Query { near: &near, department, limit: 500, ..Query::new(text, &scope) };
            let sorted = |index: &Index| {
                let mut hits: Vec<Expected> =
                    index.search(&query).hits.iter().map(|hit| (hit.key, hit.class, hit.proximity)).collect();
                hits.sort_unstable();
                hits
            };
            prop_assert_eq!(sorted(&index), sorted(&merged), "{:?}", text);
        }
    }
}
