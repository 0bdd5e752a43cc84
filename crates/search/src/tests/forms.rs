//! Each form in which people type a name or a field.

use crate::{Answer, Class, Department, Entry, Field, Hit, Index, Query, Scope, Total};

fn person(key: u128, name: &str) -> Entry {
    Entry {
        key,
        name: name.to_owned(),
        departments: vec![2],
        ..Entry::default()
    }
}

fn tree() -> Vec<Department> {
    [
        (1, None, "果味集团"),
        (2, Some(1), "华东大区"),
        (3, Some(2), "西湖门店"),
        (4, Some(1), "研发中心"),
    ]
    .map(|(id, parent, name)| Department {
        id,
        parent,
        name: name.to_owned(),
    })
    .to_vec()
}

fn index(names: &[&str]) -> Index {
    let people = names
        .iter()
        .enumerate()
        .map(|(key, name)| person(key as u128, name));
    Index::build(tree(), people)
}

fn ask(index: &Index, text: &str) -> Answer {
    index.search(&Query {
        mobile_allowed: true,
        ..Query::new(text, &Scope::everything())
    })
}

/// The only hit for a text among people of these names; panics if there are others.
#[track_caller]
fn hit(names: &[&str], text: &str) -> Hit {
    let mut answer = ask(&index(names), text);
    assert_eq!(answer.hits.len(), 1, "{text} in {names:?}: {answer:?}");
    assert_eq!(answer.total, Total::Exact(1));
    answer.hits.remove(0)
}

#[track_caller]
fn finds(name: &str, text: &str, class: Class) {
    assert_eq!(
        hit(&[name, "钱大钧"], text).class,
        class,
        "{text} for {name}"
    );
}

#[track_caller]
fn misses(name: &str, text: &str) {
    let answer = ask(&index(&[name]), text);
    assert!(
        answer.hits.is_empty() || answer.corrected,
        "{text} finds {name}"
    );
}

#[test]
fn han_characters() {
    finds("曾诗涵", "曾诗涵", Class::Exact);
    finds("曾诗涵", "曾", Class::Prefix);
    finds("曾诗涵", "曾诗", Class::Prefix);
    finds("曾诗涵", "诗涵", Class::Substring);
    finds("曾诗涵", "涵", Class::Substring);
    finds("曾诗涵", "曾 涵", Class::Substring);
    finds("曾诗涵", "曾 诗涵", Class::Exact);
    misses("曾诗涵", "曾涵");
}

#[test]
fn pinyin() {
    for text in [
        "zengshihan",
        "ZengShihan",
        "ＺＥＮＧshihan",
        "zeng shihan",
        "zēng shīhán",
        "zeng'shi-han",
        "cengshihan",
    ] {
        finds("曾诗涵", text, Class::Exact);
    }
    finds("曾诗涵", "zengsh", Class::Prefix);
    finds("曾诗涵", "z", Class::Prefix);
    finds("曾诗涵", "shihan", Class::Substring);
    finds("曾诗涵", "shihan zeng", Class::Substring);
    for text in ["lvbu", "lubu", "lübu", "lyubu"] {
        finds("吕布", text, Class::Exact);
    }
    finds("聂女", "nienv", Class::Exact);
}

#[test]
fn initials_and_mixed_forms() {
    for text in [
        "zs", "zsy", "zsiy", "zhsy", "zsiyuan", "zhangsy", "z思", "z思远", "zh思y", "zsyuan",
    ] {
        let class = hit(&["张思远", "钱大钧"], text).class;
        let expected = if text == "zhangsy" || text.len() > 1 {
            Class::Initials
        } else {
            Class::Prefix
        };
        assert_eq!(class, expected, "{text}");
    }
    for text in ["张s", "zhangs", "张思y", "zhang思", "zhang思y", "张siy"] {
        finds("张思远", text, Class::Prefix);
    }
    finds("张思远", "zhang思yuan", Class::Exact);
    finds("曾诗涵", "zsh", Class::Initials);
    finds("曾诗涵", "zshh", Class::Initials);
    finds("曾诗涵", "cshh", Class::Initials);
    finds("张思远", "sy", Class::Substring);
    finds("张思远", "思y", Class::Substring);
    misses("张思远", "zy");
    misses("张思远", "zyuan");
}

#[test]
fn latin_names() {
    finds("Zara Stein", "zara stein", Class::Exact);
    finds("Zara Stein", "zarastein", Class::Exact);
    finds("Zara Stein", "Zar", Class::Prefix);
    finds("Zara Stein", "zs", Class::Initials);
    finds("Zara Stein", "zst", Class::Initials);
    finds("Zara Stein", "stei", Class::Substring);
    finds("Zara Stein", "stein zara", Class::Substring);
    finds("Zoë Müller", "zoe mull", Class::Prefix);
    finds("王Tom", "wangt", Class::Prefix);
    finds("王Tom", "王t", Class::Prefix);
    finds("王Tom", "tom", Class::Substring);
    misses("Zara Stein", "tein");
}

#[test]
fn surnames_in_both_readings() {
    for (name, shown, spellings) in [
        ("曾诗涵", "Zēng Shīhán", &["zengsh", "cengsh"][..]),
        ("单立群", "Shàn Lìqún", &["shanl", "danl"]),
        ("解小平", "Xiè Xiǎopíng", &["xiex", "jiex"]),
        ("尉迟恭", "Yùchí Gōng", &["yuchig", "weichig"]),
        ("仇英", "Qiú Yīng", &["qiuy", "chouy"]),
        ("区志航", "Ōu Zhìháng", &["ouz", "quz"]),
        ("查良镛", "Zhā Liángyōng", &["zhal", "chal"]),
        ("朴树", "Piáo Shù", &["piaos", "pus"]),
        ("乐嘉", "Yuè Jiā", &["yuej", "lej"]),
        ("盖聂", "Gě Niè", &["gen", "gain"]),
        ("翟志刚", "Zhái Zhìgāng", &["zhaiz", "diz"]),
        ("万俟雪", "Mòqí Xuě", &["moqix", "wansix"]),
        ("单于昊", "Chányú Hào", &["chanyuh", "danyuh"]),
        ("长孙无忌", "Zhǎngsūn Wújì", &["zhangsunw", "changsunw"]),
        ("澹台明", "Tántái Míng", &["tantaim", "dantaim"]),
        ("令狐冲", "Línghú Chōng", &["linghuc"]),
        ("黑泽", "Hè Zé", &["hez", "heiz"]),
        ("缪杰", "Miào Jié", &["miaoj", "mouj"]),
        ("覃辉", "Qín Huī", &["qinh", "tanh"]),
        ("卜算", "Bǔ Suàn", &["bus"]),
        ("冼星海", "Xiǎn Xīnghǎi", &["xianx"]),
        ("员外", "Yùn Wài", &["yunw", "yuanw"]),
        ("种师道", "Chóng Shīdào", &["chongs", "zhongs"]),
        ("召力", "Shào Lì", &["shaol", "zhaol"]),
        ("折可适", "Shé Kěshì", &["shek", "zhek"]),
        ("秘冰", "Bì Bīng", &["bib", "mib"]),
        ("宓妃", "Fú Fēi", &["fuf", "mif"]),
        ("任华", "Rén Huá", &["renh"]),
        ("华佗", "Huà Tuó", &["huat"]),
        ("宁静", "Nìng Jìng", &["ningj"]),
        ("燕青", "Yān Qīng", &["yanq"]),
        ("应采儿", "Yīng Cǎi'ér", &["yingc"]),
        ("隗嚣", "Wěi Xiāo", &["weix", "kuix"]),
        ("钭元", "Tǒu Yuán", &["touy", "douy"]),
        ("逄蒙", "Páng Méng", &["pangm"]),
        ("么红", "Yāo Hóng", &["yaoh"]),
        ("那英", "Nā Yīng", &["nay"]),
        ("佘诗曼", "Shé Shīmàn", &["shes"]),
        ("郗鉴", "Xī Jiàn", &["xij", "chij"]),
        ("欧阳修", "Ōuyáng Xiū", &["ouyangx"]),
        ("李西安", "Lǐ Xī'ān", &["lixian"]),
        ("吕丽", "Lǚ Lì", &["lvl", "lul"]),
    ] {
        for text in spellings {
            let hit = hit(&[name, "钱大钧"], text);
            assert_eq!(hit.reading, shown, "{name}");
            assert!(hit.class <= Class::Prefix, "{text} for {name}");
        }
    }
    assert_eq!(hit(&["王Tom"], "王").reading, "Wáng Tom");
    assert_eq!(hit(&["阿里·库尔班"], "阿").reading, "Ālǐ Kù'ěrbān");
    assert_eq!(hit(&["Zara Stein"], "z").reading, "");
    assert_eq!(hit(&["张晟"], "张").reading, "Zhāng Shèng");
}

fn full() -> Entry {
    Entry {
        alias: "小诗".to_owned(),
        position: "高级家居顾问".to_owned(),
        departments: vec![3, 4],
        extension: "8032".to_owned(),
        employee_no: "GW-00917".to_owned(),
        email: "Shihan.Zeng@guowei.example".to_owned(),
        mobile: Some("+8613800132046".to_owned()),
        ..person(7, "曾诗涵")
    }
}

#[test]
fn every_field() {
    let index = Index::build(tree(), [full(), person(8, "钱大钧")].into_iter());
    for (text, field, class, marked) in [
        ("小诗", Field::Alias, Class::Exact, "小诗"),
        ("xiaosh", Field::Alias, Class::Prefix, "小诗"),
        ("高级", Field::Position, Class::Prefix, "高级"),
        ("家居顾", Field::Position, Class::Substring, "家居顾"),
        ("门店", Field::Department, Class::Substring, "门店"),
        ("西湖门店", Field::Department, Class::Exact, "西湖门店"),
        ("研发", Field::Department, Class::Prefix, "研发"),
        ("8032", Field::Extension, Class::Exact, "8032"),
        ("803", Field::Extension, Class::Prefix, "803"),
        ("gw009", Field::EmployeeNo, Class::Prefix, "GW-009"),
        ("gw-00917", Field::EmployeeNo, Class::Exact, "GW-00917"),
        ("shihan.z", Field::Email, Class::Prefix, "Shihan.Z"),
        (
            "shihan.zeng@guowei.example",
            Field::Email,
            Class::Exact,
            "Shihan.Zeng@guowei.example",
        ),
        ("13800132046", Field::Mobile, Class::Exact, "13800132046"),
        (
            "+86 138 0013 2046",
            Field::Mobile,
            Class::Exact,
            "8613800132046",
        ),
        ("138 0013 2046", Field::Mobile, Class::Exact, "13800132046"),
        ("2046", Field::Mobile, Class::Substring, "2046"),
    ] {
        let answer = ask(&index, text);
        let [hit] = answer.hits.as_slice() else {
            panic!("{text}: {answer:?}");
        };
        assert_eq!((hit.key, hit.field, hit.class), (7, field, class), "{text}");
        let marks = &hit.marks[0];
        assert_eq!(marks.field, field);
        let person = full();
        let source = match field {
            Field::Alias => person.alias,
            Field::Position => person.position,
            Field::Department => {
                let id = marks.department.unwrap();
                tree()
                    .into_iter()
                    .find(|department| department.id == id)
                    .unwrap()
                    .name
            }
            Field::Extension => person.extension,
            Field::EmployeeNo => person.employee_no,
            Field::Email => person.email,
            _ => person.mobile.unwrap(),
        };
        let shown: String = marks
            .ranges
            .iter()
            .map(|range| &source[range.clone()])
            .collect();
        assert_eq!(shown, marked, "{text}");
    }
    assert_eq!(ask(&index, "046").hits.len(), 0);
    assert_eq!(ask(&index, "+13800132046").hits.len(), 0);
    let closed = index.search(&Query::new("13800132046", &Scope::everything()));
    assert_eq!(closed.total, Total::Exact(0));
}

#[test]
fn terms_match_different_fields() {
    let index = Index::build(tree(), [full(), person(8, "曾国")].into_iter());
    let answer = ask(&index, "曾 门店");
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(answer.hits[0].field, Field::Department);
    assert_eq!(answer.hits[0].name_marks.first(), Some(&(0..3)));
    assert_eq!(answer.hits[0].marks.len(), 1);
    // The company's own name finds nobody by department.
    assert_eq!(ask(&index, "曾 果味").hits.len(), 0);
    // A department name finds those below it too.
    assert_eq!(ask(&index, "华东").hits.len(), 2);
}

#[test]
fn marks() {
    let marked = |text: &str| {
        let hit = hit(&["曾诗涵"], text);
        let name: Vec<&str> = hit
            .name_marks
            .iter()
            .map(|range| &"曾诗涵"[range.clone()])
            .collect();
        let reading: Vec<&str> = hit
            .reading_marks
            .iter()
            .map(|range| &hit.reading[range.clone()])
            .collect();
        (name.concat(), reading.join("|"))
    };
    let both = |name: &str, reading: &str| (name.to_owned(), reading.to_owned());
    assert_eq!(marked("zs"), both("曾诗", "Z|S"));
    assert_eq!(marked("zengsh"), both("曾诗", "Zēng|Sh"));
    assert_eq!(marked("ceng"), both("曾", "Zēng"));
    assert_eq!(marked("诗"), both("诗", ""));
    assert_eq!(marked("z诗h"), both("曾诗涵", "Z|h"));
    assert_eq!(marked("shih"), both("诗涵", "Shīh"));
    assert_eq!(marked("shihan zeng"), both("曾诗涵", "Zēng|Shīhán"));
    let hit = hit(&["Zara Stein"], "zs");
    assert_eq!(hit.name_marks, [0..1, 5..6]);
}

#[test]
fn ranking() {
    let names = ["张思", "张思远", "章三丰", "钱张思", "张 思"];
    let keys = |text: &str| -> Vec<u128> {
        ask(&index(&names), text)
            .hits
            .iter()
            .map(|hit| hit.key)
            .collect()
    };
    assert_eq!(keys("张思"), [4, 0, 1, 3]);
    assert_eq!(keys("zs"), [2, 4, 0, 1, 3]);
    // A name before an alias, an alias before a position.
    let people = [
        Entry {
            position: "张思".to_owned(),
            ..person(1, "甲")
        },
        Entry {
            alias: "张思".to_owned(),
            ..person(2, "乙")
        },
        person(3, "张思"),
    ];
    let answer = ask(&Index::build(tree(), people.into_iter()), "张思");
    assert_eq!(
        answer.hits.iter().map(|hit| hit.key).collect::<Vec<_>>(),
        [3, 2, 1]
    );
}

#[test]
fn slips() {
    for (name, typed) in [
        ("单立群", "单丽群"),
        ("单立群", "shanliqn"),
        ("单立群", "shnaliqun"),
        ("单立群", "sanliqun"),
        ("张世豪", "zangsihao"),
        ("黄伟", "fangwei"),
        ("林娜", "ninna"),
        ("曾诗涵", "诗寒"),
        ("曾诗涵", "曾涵诗"),
        ("张伟强", "zhangweiqaing"),
        ("Zara Stein", "zarastien"),
    ] {
        let answer = ask(&index(&[name, "钱大钧"]), typed);
        assert!(answer.corrected, "{typed}");
        assert_eq!(answer.hits.len(), 1, "{typed}");
        assert_eq!(answer.hits[0].class, Class::Typo);
        assert!(!answer.hits[0].name_marks.is_empty());
    }
    // A true match leaves no room for suggestions.
    let answer = ask(&index(&["张伟", "张玮"]), "张伟");
    assert!(!answer.corrected);
    assert_eq!(answer.total, Total::Exact(1));
}

#[test]
fn hidden_people_leave_no_trace() {
    let people = || {
        let other = Entry {
            departments: vec![4],
            ..person(2, "单立群")
        };
        [person(1, "单丽群"), other].into_iter()
    };
    let scope = Scope::departments([1, 4]);
    let with = Index::build(tree(), people());
    let without = Index::build(tree(), people().skip(1));
    for text in ["单丽群", "shanliqun", "单", "华东", "dlq", "1", "丽"] {
        let query = Query {
            near: &[2],
            ..Query::new(text, &scope)
        };
        assert_eq!(with.search(&query), without.search(&query), "{text}");
    }
    // Hidden as typed, so the slip is offered as if there were no such name.
    assert!(with.search(&Query::new("单丽群", &scope)).corrected);
    let shown = scope.with_plus([1]);
    let answer = with.search(&Query::new("单丽群", &shown));
    assert_eq!(answer.hits.len(), 1);
    // His department stays unknown.
    assert!(with.search(&Query::new("华东", &shown)).hits.is_empty());
}

#[test]
fn pages_and_totals() {
    let index = Index::build(tree(), (0..1500).map(|key| person(key, "张三")));
    let scope = Scope::everything();
    let page = |offset| {
        index.search(&Query {
            offset,
            ..Query::new("张", &scope)
        })
    };
    assert_eq!(page(0).total, Total::AtLeast(1000));
    assert_eq!(page(40).hits[0].key, 40);
    assert_eq!(page(1490).hits.len(), 10);
    assert_eq!(page(1490).total, Total::Exact(1500));
    assert_eq!(page(2000).hits.len(), 0);
}

#[test]
fn odd_queries_are_harmless() {
    let index = index(&["曾诗涵", "a", "-", "", "１２", "\u{301}"]);
    for text in [
        "",
        " ",
        "-",
        "\u{301}",
        "@",
        "张".repeat(500).as_str(),
        "z".repeat(500).as_str(),
        "\u{0}",
        "zh zh zh zh zh zh zh zh zh",
    ] {
        ask(&index, text);
    }
    assert!(ask(&index, "  ").hits.is_empty());
    assert_eq!(ask(&index, "１2").hits.len(), 1);
}

#[test]
fn changes() {
    let mut index = index(&["曾诗涵"]);
    index.upsert(person(9, "张三"));
    index.upsert(person(9, "张四"));
    assert_eq!(index.len(), 2);
    assert_eq!(ask(&index, "张三").hits.len(), 0);
    assert_eq!(ask(&index, "张四").hits.len(), 1);
    let snapshot = index.clone();
    index.upsert(person(10, "李五"));
    index.remove(9);
    index.adopt(snapshot.merged());
    assert_eq!(index.len(), 2);
    assert_eq!(
        index.get(10).map(|entry| entry.name),
        Some("李五".to_owned())
    );
    assert_eq!(index.get(9), None);
    assert!(!index.remove(9));
    assert!(!index.needs_merge());
    assert!(index.heap_bytes() > 0);
    let full = full();
    index.upsert(full.clone());
    assert_eq!(index.get(7), Some(full));
}
