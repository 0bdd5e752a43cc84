//! Readings of single Han characters, without tones, for matching.
//!
//! The dictionary lists readings that nobody uses in a name (王 as yù, 思 as sāi). Frequent characters therefore carry a list of our
//! own; rare ones keep every reading the dictionary gives.

use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::surname;

/// Frequent characters of which only the first dictionary reading is in use.
const ONE_READING: &str = "王吴许邓冯彭蔡余杜叶丁任姚陆汪石方尹陶郝莫汤英洋明平浩红洁思俊鑫若立达广信喜彦墨月青蓝莎前大古夕尚胜可野园池化戎乙\
     越淑嫚萌伯皓昕炎焱研言熙析景殷印淳允匀忱承丞澄呈橙奇齐其桐童络珞虹楷愉俞皿栩褚施戚倪卞祁狄舒屈祝路霍支房杭包邢裴甄封焦\
     仰暴甘祖詹幸司怀扶堵冉温庄柴艾容慎居匡冷沙鞠游竺豫彬筠落籍朱董潘沈波棋";

/// Characters whose readings are listed here, the usual one first.
const LISTED: &[(&str, &[&str])] = &[
    ("万", &["wan", "mo"]),
    ("于", &["yu"]),
    ("宁", &["ning"]),
    ("家", &["jia"]),
    ("南", &["nan"]),
    ("白", &["bai", "bo"]),
    ("夏", &["xia"]),
    ("贾", &["jia", "gu"]),
    ("和", &["he", "huo"]),
    ("露", &["lu", "lou"]),
    ("冰", &["bing"]),
    ("倩", &["qian"]),
    ("莉", &["li"]),
    ("内", &["nei"]),
    ("朝", &["chao", "zhao"]),
    ("溪", &["xi"]),
    ("育", &["yu"]),
    ("术", &["shu", "zhu"]),
    ("脱", &["tuo"]),
    ("会", &["hui", "kuai"]),
    ("滑", &["hua"]),
    ("谷", &["gu", "yu"]),
    ("斜", &["xie"]),
    ("从", &["cong"]),
    ("台", &["tai"]),
    ("能", &["neng", "nai"]),
    ("姬", &["ji"]),
    ("瞿", &["qu"]),
    ("暨", &["ji"]),
    ("卜", &["bu", "bo"]),
    ("参", &["can", "shen", "cen"]),
    ("省", &["sheng", "xing"]),
    ("重", &["zhong", "chong"]),
    ("行", &["xing", "hang", "heng"]),
    ("晟", &["sheng", "cheng"]),
    ("仇", &["qiu", "chou"]),
    ("朴", &["pu", "piao"]),
    ("覃", &["qin", "tan"]),
    ("那", &["na", "nuo"]),
    ("娜", &["na", "nuo"]),
    ("么", &["me", "yao"]),
    ("黑", &["hei", "he"]),
    ("都", &["du", "dou"]),
    ("单", &["dan", "shan", "chan"]),
];

/// Whether the character is Han and so a unit of its own.
#[inline]
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3007}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns the toneless readings, the usual one first; ü appears as `v`, `u` and `yu`. Empty if the character has none.
#[inline]
pub(crate) fn readings(c: char) -> &'static [&'static str] {
    let table = table();
    let code = c as u32;
    let entry = match code.checked_sub(FIRST) {
        Some(index) if (index as usize) < table.basic.len() => table.basic[index as usize],
        _ => table.rare.get(&c).copied().unwrap_or_default(),
    };
    &table.pool[entry.0 as usize..][..usize::from(entry.1)]
}

/// Whether the text is one whole syllable.
pub(crate) fn is_syllable(text: &str) -> bool {
    table().syllables.contains(text)
}

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Where a character's readings stand in the pool, and how many.
type Span = (u32, u8);

struct Table {
    basic: Vec<Span>,
    rare: FxHashMap<char, Span>,
    pool: Vec<&'static str>,
    syllables: FxHashSet<&'static str>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(build)
}

fn build() -> Table {
    let one: FxHashSet<char> = ONE_READING.chars().collect();
    let listed: FxHashMap<char, &[&'static str]> = LISTED
        .iter()
        .filter_map(|(c, list)| Some((c.chars().next()?, *list)))
        .collect();
    let mut table = Table {
        basic: vec![(0, 0); (LAST - FIRST + 1) as usize],
        rare: FxHashMap::default(),
        pool: Vec::new(),
        syllables: FxHashSet::default(),
    };
    for code in (FIRST..=LAST)
        .chain(std::iter::once(0x3007))
        .chain(0x20000..0x32000)
    {
        let Some(c) = char::from_u32(code) else {
            continue;
        };
        let found = collect(c, one.contains(&c), listed.get(&c).copied());
        if found.is_empty() {
            continue;
        }
        let span = (table.pool.len() as u32, found.len() as u8);
        table.syllables.extend(&found);
        table.pool.extend(found);
        if (FIRST..=LAST).contains(&code) {
            table.basic[(code - FIRST) as usize] = span;
        } else {
            table.rare.insert(c, span);
        }
    }
    table
}

fn collect(c: char, only_first: bool, listed: Option<&[&'static str]>) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |plain: &'static str| {
        let one = [plain];
        for form in special_spellings(plain).unwrap_or(&one) {
            if !found.contains(form) {
                found.push(*form);
            }
        }
    };
    if let Some(list) = listed {
        for plain in list {
            add(plain);
        }
    } else {
        if let Some(first) = c.to_pinyin() {
            add(first.plain());
        }
        if !only_first && let Some(all) = c.to_pinyin_multi() {
            all.into_iter().for_each(|reading| add(reading.plain()));
        }
    }
    for plain in surname::plain_readings(c) {
        add(plain);
    }
    found
}

/// The ways people type a syllable that has letters or sounds no keyboard has; None for all others.
fn special_spellings(plain: &str) -> Option<&'static [&'static str]> {
    Some(match plain {
        "lü" => &["lv", "lu", "lyu"],
        "lüe" => &["lve", "lue", "lyue"],
        "nü" => &["nv", "nu", "nyu"],
        "nüe" => &["nve", "nue", "nyue"],
        // Sounds of interjections, no syllables that one could type.
        "m" | "n" | "ng" | "hm" => &[],
        _ => return None,
    })
}
