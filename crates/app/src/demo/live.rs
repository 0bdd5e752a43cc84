//! The live codes of 青禾家居: one asks first what a visitor comes for, one serves a shop in turn.

use guanxi_model::{
    id::LiveCodeId,
    live_code::{
        hours::Hours,
        plan::{Choice, Entry, Layer, Marks, Plan, PoolPlan, Welcome, Who, Words},
        pool::Strategy,
    },
    qr_code::{SLUG_BYTES, Slug},
};
use guanxi_store::live_code::{LiveCode, Version};

use super::{
    company::{Company, day_before},
    dice::Dice,
};

/// Days since when the codes hang in the shops.
const DAYS: i64 = 20;

fn words(zh: &str, en: &str) -> Words {
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// Whole departments in one pool, at all hours: whoever tries the demo does so in whatever zone.
fn pool(company: &Company, name: &str, strategy: Strategy, departments: &[&str]) -> PoolPlan {
    let entries = departments.iter().map(|department| Entry {
        daily_cap: Some(30),
        ..Entry::of(Who::Department(company.place(department)))
    });
    PoolPlan {
        name: name.to_owned(),
        strategy,
        radius_m: None,
        entries: entries.collect(),
        backup: None,
    }
}

fn choice(key: &str, zh: &str, en: &str, then: Layer) -> Choice {
    Choice {
        key: key.to_owned(),
        label: words(zh, en),
        then,
    }
}

/// What somebody comes for, by two questions, and who looks after it.
fn layered(company: &Company) -> Plan {
    let shops = ["西湖门店", "滨江门店", "余杭门店", "萧山门店", "拱墅门店"];
    let mut plan = Plan::simple("杭州夏季海报", Strategy::LeastLoaded, Vec::new());
    plan.pools = vec![
        pool(company, "全屋定制", Strategy::LeastLoaded, &shops),
        pool(company, "软装搭配", Strategy::Weighted, &shops[..2]),
        pool(
            company,
            "售后服务",
            Strategy::RoundRobin,
            &["售后调度组", "热线一组"],
        ),
    ];
    plan.pools[1].backup = Some(0);
    let home = Layer::Ask {
        question: words("想看哪一类？", "What are you looking for?"),
        choices: vec![
            choice("whole", "全屋定制", "The whole home", Layer::Pool(0)),
            choice("soft", "软装搭配", "Fabrics and furniture", Layer::Pool(1)),
        ],
        fallback: Some(0),
    };
    plan.entry = Layer::Ask {
        question: words("有什么可以帮您？", "How can we help?"),
        choices: vec![
            choice("buy", "想选购", "I want to buy", home),
            choice(
                "service",
                "售后服务",
                "Service after a purchase",
                Layer::Pool(2),
            ),
        ],
        fallback: None,
    };
    "杭州".clone_into(&mut plan.group);
    "hz-summer".clone_into(&mut plan.state);
    plan.title = words("青禾家居 · 杭州", "Qinghe Home, Hangzhou");
    plan.intro = words(
        "选一项，马上为您找到合适的顾问。",
        "Choose, and we find the right adviser at once.",
    );
    plan.marks = marks("夏季海报");
    plan
}

fn marks(tag: &str) -> Marks {
    Marks {
        tags: vec![tag.to_owned()],
        remark: "{customer} {date}".to_owned(),
        welcome: vec![Welcome {
            hours: Hours::default(),
            text: words(
                "您好，我是{company}的{member}，有什么可以帮您？",
                "Hello, this is {member} of {company}. How can I help?",
            ),
        }],
    }
}

/// One shop, in turn.
fn shop(company: &Company) -> Plan {
    let mut plan = Plan::simple("西湖门店门口", Strategy::RoundRobin, Vec::new());
    plan.pools = vec![pool(
        company,
        "西湖门店",
        Strategy::RoundRobin,
        &["西湖门店"],
    )];
    "杭州".clone_into(&mut plan.group);
    "xihu-door".clone_into(&mut plan.state);
    plan.title = words("青禾家居 · 西湖门店", "Qinghe Home, West Lake");
    plan.marks = marks("西湖门店");
    plan
}

/// Publishes the codes.
pub(super) fn set(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let made_at_ms = day_before(now_ms, DAYS) + 10 * 3_600_000;
    let by = company.member("yuewenjing").map(|member| member.id);
    let made_by = by.map_or(0, guanxi_model::id::MemberId::as_u128);
    for plan in [layered(company), shop(company)] {
        let mut slug = Slug::default();
        for byte in slug.iter_mut().take(SLUG_BYTES) {
            *byte = u8::try_from(dice.below(256)).unwrap_or_default();
        }
        let code = LiveCode {
            id: dice.id(made_at_ms, LiveCodeId::from_u128),
            slug,
            name: plan.name.clone(),
            group: plan.group.clone(),
            state: plan.state.clone(),
            version: 1,
            paused_at_ms: None,
            deleted_at_ms: None,
            made_by,
            created_at_ms: made_at_ms,
        };
        let version = Version {
            number: 1,
            plan,
            note: "夏季活动".to_owned(),
            based_on: 0,
            made_by,
            made_at_ms,
        };
        company.live_codes.push((code, version));
    }
}
