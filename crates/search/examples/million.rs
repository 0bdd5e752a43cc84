//! Builds a company of a million lifelike people and prints what every kind of query costs.
//!
//! `cargo run --release -p guanxi-search --example million [people]`

use std::time::{Duration, Instant};

use guanxi_search::{Department, Entry, Index, Key, Query, Scope};
use pinyin::ToPinyin;

/// A small generator with a fixed start, so that every run sees the same company.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Prefers the front of a list, as real names do.
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        list[(share * share * list.len() as f64) as usize]
    }
}

/// Surnames with how many of a thousand people bear each; the rest share the others.
const COMMON: &[(&str, usize)] = &[
    ("王", 72),
    ("李", 72),
    ("张", 68),
    ("刘", 54),
    ("陈", 45),
    ("杨", 31),
    ("黄", 22),
    ("赵", 22),
    ("吴", 20),
    ("周", 19),
    ("徐", 15),
    ("孙", 15),
    ("马", 13),
    ("朱", 13),
    ("胡", 12),
    ("郭", 11),
    ("何", 11),
    ("林", 11),
    ("罗", 9),
    ("高", 9),
    ("梁", 9),
    ("郑", 8),
];

const RARE: &str = "谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史贺陶毛郝顾龚\
    邵万覃武钱戴严莫孔向常汤康易乔赖文单解仇区查朴乐盖翟尉华葛宁燕应曲费岑章褚卫柳鲍俞柏水窦云苗凤花俞酆";

const DOUBLE: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "尉迟", "长孙", "令狐", "皇甫", "慕容", "夏侯",
];

const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉梅鹏飞宇浩建国志红云峰波斌宁欣雪琳佳慧婷雅倩洁琪瑶颖晶晨阳旭东海燕春凤玲丹萍莉萱涵诗思远\
    子轩梓睿泽博俊凯健鑫淼森林柏松楠雨霖露霜冰清若兮一天乐成龙世豪少立群永安福祥瑞泰和顺利兴隆昌盛达通广源仁义礼智信忠孝廉贞良善美真心怡悦欢喜笑嘉懿德彦哲宏翔翰墨\
    书画琴棋剑舞音韵律歌曲笛箫月星辰日光辉耀灿烂锦绣绮罗素青紫黛蓝翠碧金银宝珍珊瑚琥珀璐璇玑瑾瑜琼瑛莹莎菲菁蕾蓉薇芷芸芮茜茹荷莲菊竹亭亚南北西中先前上长大小多少新古今朝夕";

const LATIN: &[&str] = &[
    "Zara", "Tom", "Anna", "Li", "Maria", "John", "Emma", "Noah", "Olga", "Ken", "Yuki", "Sara",
    "Peter", "Ivan", "Lena",
];
const FAMILY: &[&str] = &[
    "Stein", "Smith", "Müller", "Tanaka", "Silva", "Ivanov", "Brown", "Garcia", "Lee", "Wong",
    "Rossi", "Novak",
];

const POSITIONS: &[&str] = &[
    "店员",
    "导购",
    "店长",
    "副店长",
    "家居顾问",
    "高级家居顾问",
    "安装师傅",
    "安装主管",
    "客服专员",
    "客服主管",
    "销售代表",
    "销售经理",
    "区域经理",
    "仓库管理员",
    "司机",
    "软装设计师",
    "高级设计师",
    "工程师",
    "高级工程师",
    "资深工程师",
    "产品经理",
    "财务专员",
    "会计",
    "出纳",
    "人事专员",
    "招聘经理",
    "培训讲师",
    "市场专员",
    "渠道经理",
    "法务",
    "Sourcing lead",
    "Senior engineer",
    "总监",
    "副总裁",
];

const CITIES: &[&str] = &[
    "上海", "杭州", "苏州", "南京", "宁波", "北京", "天津", "广州", "深圳", "成都", "重庆", "武汉",
    "长沙", "西安", "青岛",
];
const PLACES: &[&str] = &[
    "西湖",
    "滨江",
    "园区",
    "浦东",
    "人民广场",
    "南山",
    "天河",
    "锦江",
    "光谷",
    "高新",
    "朝阳",
    "海淀",
    "江北",
    "鼓楼",
    "中山路",
];
const BRANCHES: &[&str] = &[
    "华东大区",
    "华北大区",
    "华南大区",
    "西南大区",
    "研发中心",
    "供应链中心",
    "售后服务部",
    "总部职能",
];

fn departments() -> Vec<Department> {
    let mut chance = Chance(1);
    let mut list = vec![Department {
        id: 1,
        parent: None,
        name: "果味家居集团".to_owned(),
    }];
    let mut add = |parent: i64, name: String| {
        let id = list.len() as i64 + 1;
        list.push(Department {
            id,
            parent: Some(parent),
            name,
        });
        id
    };
    for branch in BRANCHES {
        let branch = add(1, (*branch).to_owned());
        for region in 0..30 {
            let region = add(
                branch,
                format!(
                    "{}{}区",
                    CITIES[region % CITIES.len()],
                    region / CITIES.len() + 1
                ),
            );
            for store in 0..40 {
                let store = add(
                    region,
                    format!("{}{}店", PLACES[chance.below(PLACES.len())], store + 1),
                );
                if chance.below(10) == 0 {
                    add(store, "售后组".to_owned());
                }
            }
        }
    }
    list
}

fn name(chance: &mut Chance) -> String {
    if chance.below(50) == 0 {
        return format!("{} {}", chance.pick(LATIN), chance.pick(FAMILY));
    }
    let rare: Vec<char> = RARE.chars().collect();
    let mut name = String::new();
    let mut lot = chance.below(1000);
    for (surname, share) in COMMON {
        if lot < *share {
            name.push_str(surname);
            break;
        }
        lot -= share;
    }
    if name.is_empty() && chance.below(200) == 0 {
        name.push_str(chance.pick(DOUBLE));
    } else if name.is_empty() {
        name.push(chance.pick(&rare));
    }
    let given: Vec<char> = GIVEN.chars().collect();
    for _ in 0..if chance.below(5) == 0 { 1 } else { 2 } {
        name.push(chance.pick(&given));
    }
    name
}

fn spell(name: &str) -> String {
    name.chars()
        .map(|c| {
            c.to_pinyin().map_or(c.to_lowercase().to_string(), |p| {
                p.plain().replace('ü', "v")
            })
        })
        .collect::<String>()
        .replace(' ', ".")
}

fn person(chance: &mut Chance, number: usize, departments: usize) -> Entry {
    let name = name(chance);
    let mut own = vec![2 + chance.below(departments - 1) as i64];
    while chance.below(20) == 0 {
        own.push(2 + chance.below(departments - 1) as i64);
    }
    let alias = match chance.below(6) {
        0 => format!("小{}", name.chars().last().unwrap_or('新')),
        1 => chance.pick(LATIN).to_owned(),
        _ => String::new(),
    };
    Entry {
        key: number as Key + 1,
        alias,
        position: chance.pick(POSITIONS).to_owned(),
        departments: own,
        extension: format!("{}", 1000 + chance.below(90_000)),
        employee_no: format!("GW{number:07}"),
        email: format!("{}{}@guowei.example", spell(&name), number % 1000),
        mobile: Some(format!(
            "+861{}{:08}",
            30 + chance.below(69),
            chance.below(100_000_000)
        )),
        name,
    }
}

/// A kind of query and how one is made from a person.
type Kind = (&'static str, fn(&Entry, &mut Chance) -> String);

fn chars(text: &str, from: usize, count: usize) -> String {
    text.chars().skip(from).take(count).collect()
}

fn initials(name: &str) -> String {
    name.chars()
        .map(|c| spell(&c.to_string()).chars().next().unwrap_or('z'))
        .collect()
}

const KINDS: &[Kind] = &[
    ("one Han char", |p, c| chars(&p.name, c.below(3), 1)),
    ("surname char 张", |_, _| "张".to_owned()),
    ("two Han chars, start", |p, _| chars(&p.name, 0, 2)),
    ("two Han chars, given", |p, _| chars(&p.name, 1, 2)),
    ("whole Han name", |p, _| p.name.clone()),
    ("one letter", |_, c| {
        char::from(b'a' + c.below(26) as u8).to_string()
    }),
    ("two letters", |p, _| chars(&spell(&p.name), 0, 2)),
    ("surname pinyin", |p, _| spell(&chars(&p.name, 0, 1))),
    ("surname + letter", |p, _| {
        spell(&chars(&p.name, 0, 1)) + &chars(&initials(&p.name), 1, 1)
    }),
    ("whole pinyin", |p, _| spell(&p.name)),
    ("given pinyin", |p, _| spell(&chars(&p.name, 1, 2))),
    ("typing pinyin", |p, c| {
        let spelt = spell(&p.name);
        chars(&spelt, 0, 1 + c.below(spelt.len()))
    }),
    ("initials, two", |p, _| chars(&initials(&p.name), 0, 2)),
    ("initials, all", |p, _| initials(&p.name)),
    ("initial + pinyin", |p, _| {
        chars(&initials(&p.name), 0, 1) + &spell(&chars(&p.name, 1, 1))
    }),
    ("Han + letter 张s", |p, _| {
        chars(&p.name, 0, 1) + &chars(&initials(&p.name), 1, 1)
    }),
    ("letter + Han z思", |p, _| {
        chars(&initials(&p.name), 0, 1) + &chars(&p.name, 1, 1)
    }),
    ("surname given", |p, _| {
        format!(
            "{} {}",
            spell(&chars(&p.name, 0, 1)),
            spell(&chars(&p.name, 1, 2))
        )
    }),
    ("given surname", |p, _| {
        format!(
            "{} {}",
            spell(&chars(&p.name, 1, 2)),
            spell(&chars(&p.name, 0, 1))
        )
    }),
    ("surname + place", |p, c| {
        format!("{} {}", chars(&p.name, 0, 1), PLACES[c.below(PLACES.len())])
    }),
    ("surname + position", |p, _| {
        format!("{} {}", chars(&p.name, 0, 1), p.position)
    }),
    ("two broad terms", |p, c| {
        format!(
            "{} {}",
            chars(&p.name, 0, 1),
            char::from(b'a' + c.below(26) as u8)
        )
    }),
    ("two surnames 张 王", |_, c| {
        format!("{} {}", COMMON[c.below(8)].0, COMMON[c.below(8)].0)
    }),
    ("department", |_, c| {
        chars(PLACES[c.below(PLACES.len())], 0, 2)
    }),
    ("department char 店", |_, _| "店".to_owned()),
    ("position", |p, _| p.position.clone()),
    ("one digit", |_, c| c.below(10).to_string()),
    ("extension", |p, _| p.extension.clone()),
    ("employee number", |p, _| p.employee_no.clone()),
    ("employee prefix", |p, c| {
        chars(&p.employee_no, 0, 2 + c.below(7))
    }),
    ("e-mail", |p, _| p.email.clone()),
    ("mobile", |p, _| p.mobile.clone().unwrap_or_default()),
    ("mobile, last four", |p, _| {
        chars(&p.mobile.clone().unwrap_or_default(), 10, 4)
    }),
    ("no hit, Han", |_, c| {
        format!("{}囧", chars(GIVEN, c.below(200), 2))
    }),
    ("no hit, one Han char", |_, _| "囧".to_owned()),
    ("no hit, letters", |_, c| {
        (0..8)
            .map(|_| char::from(b'a' + c.below(26) as u8))
            .collect()
    }),
    ("no hit, digits", |_, c| {
        format!("99{:08}", c.below(100_000_000))
    }),
    ("slip in pinyin", |p, c| {
        let mut spelt = spell(&p.name).into_bytes();
        let at = c.below(spelt.len().max(2) - 1);
        if at + 1 < spelt.len() {
            spelt.swap(at, at + 1);
        }
        String::from_utf8(spelt).unwrap_or_default()
    }),
    ("slip in Han", |p, _| chars(&p.name, 0, 2) + "囍"),
];

fn percentile(times: &[Duration], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6
}

fn measure(index: &Index, people: &[Entry], scopes: &[(&str, Scope)], rounds: usize) {
    print!("{:<24}", "µs: p50 / p99");
    for (name, _) in scopes {
        print!("{name:>20}");
    }
    println!();
    let mut all: Vec<Vec<Duration>> = vec![Vec::new(); scopes.len()];
    for (kind, make) in KINDS {
        print!("{kind:<24}");
        for (number, (_, scope)) in scopes.iter().enumerate() {
            let mut chance = Chance(7);
            let mut times: Vec<Duration> = (0..rounds)
                .map(|_| {
                    let text = make(&people[chance.below(people.len())], &mut chance);
                    let near = [15 + chance.below(30) as i64];
                    let query = Query {
                        near: &near,
                        mobile_allowed: true,
                        ..Query::new(&text, scope)
                    };
                    // The best of three, so that what else the machine does counts less.
                    let run = |_| {
                        let start = Instant::now();
                        std::hint::black_box(index.search(&query));
                        start.elapsed()
                    };
                    (0..3).map(run).min().unwrap_or_default()
                })
                .collect();
            times.sort_unstable();
            print!(
                "{:>11.1} /{:>7.1}",
                percentile(&times, 0.5),
                percentile(&times, 0.99)
            );
            all[number].append(&mut times);
        }
        println!();
    }
    print!("{:<24}", "all");
    for times in &mut all {
        times.sort_unstable();
        print!(
            "{:>11.1} /{:>7.1}",
            percentile(times, 0.5),
            percentile(times, 0.99)
        );
    }
    println!();
}

/// Memory of the process in MiB, where the system tells.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
        / 1024
}

fn main() {
    let count = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let rounds = std::env::args()
        .nth(2)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1000);
    let tree = departments();
    let mut chance = Chance(2);
    let mut people: Vec<Entry> = (0..count)
        .map(|number| person(&mut chance, number, tree.len()))
        .collect();
    let before = resident();
    let start = Instant::now();
    let mut index = Index::build(tree.clone(), people.iter().cloned());
    let built = start.elapsed();
    people.truncate(100_000);
    println!(
        "{count} people, {} departments: built in {:.2} s, {:.0} MiB by own count, {} MiB resident more than before",
        tree.len(),
        built.as_secs_f64(),
        index.heap_bytes() as f64 / 1_048_576.0,
        resident().saturating_sub(before),
    );
    let branch = tree
        .iter()
        .filter(|d| d.id > 1 && d.id < 1 + tree.len() as i64 / 8)
        .map(|d| d.id);
    let scattered = tree.iter().filter(|d| d.id % 3 == 0).map(|d| d.id);
    let scopes = [
        ("everything", Scope::everything()),
        ("one branch", Scope::departments(branch)),
        ("one department", Scope::departments([20])),
        (
            "every third",
            Scope::departments(scattered)
                .with_plus((1..500).map(|key| key * 7))
                .with_minus((1..500).map(|key| key * 11)),
        ),
    ];
    measure(&index, &people, &scopes, rounds);
    let mut slowest = Duration::ZERO;
    let start = Instant::now();
    for number in 0..1000 {
        let one = Instant::now();
        // Every second change is to somebody who is there already.
        let number = if number % 2 == 1 {
            number * 37 % count
        } else {
            count + number
        };
        let entry = person(&mut chance, number, tree.len());
        index.upsert(entry);
        slowest = slowest.max(one.elapsed());
    }
    println!(
        "\nafter 1000 upserts, {:.1} µs each, the slowest {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3,
        slowest.as_secs_f64() * 1e3
    );
    measure(&index, &people, &scopes, rounds);
    let start = Instant::now();
    let merged = index.clone().merged();
    index.adopt(merged);
    println!("\nmerged in {:.2} s", start.elapsed().as_secs_f64());
}
