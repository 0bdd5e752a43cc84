//! 青禾家居 (Qinghe Home): a retailer with headquarters, research, supply, service and sixty stores; 2,000 members.

use guanxi_model::{
    corp::Settings,
    department::{DepartmentId, ROOT},
    member::{Place, Status},
};

use super::{
    cast,
    company::{Company, Hire, Post, date, day_before},
    dice::Dice,
    name::{Name, Names, Userids},
};

/// Public number of the company; `fill` looks for it.
pub(super) const NUMBER: u64 = 0x7169_6e67_6865_0001;
/// How many members the company has.
pub(super) const MEMBERS: usize = 2_000;
/// How long the company has worked with guanxi.
const SINCE_DAYS: i64 = 540;

const OUTLINE: &str = "
总部
  总裁办 董事长1 总裁办主任*1 行政秘书3
  人力资源部 人力资源总监*1 招聘经理4 薪酬福利专员4 员工关系专员4 组织发展专员3
  财务部 财务总监*1 总账会计4 应收会计5 应付会计5 资金专员3 税务专员3
  信息技术部 信息技术总监*1 目录管理员2 系统工程师6 运维工程师5 数据分析师5 桌面支持专员4
  市场部 市场总监*1 品牌经理4 渠道运营专员5 内容编辑5 活动策划4 视觉设计师4
  法务部 法务总监*1 合同专员4 知识产权专员2
  行政部 行政经理*1 行政专员5 前台3
  内审部 内审经理*1 内审专员4
  培训学院 培训学院院长*1 讲师6 课程设计师3
研发中心 研发中心总经理*1 项目经理4
  产品设计部 设计总监*1 家具设计师14 软体设计师6
  智能柜组 智能柜组组长*1 嵌入式工程师6 结构工程师4 产品工程师3 测试工程师3
  材料实验室 实验室主任*1 材料工程师6 检测员4
  软件平台组 平台组组长*1 后端工程师8 前端工程师5 测试工程师3
  结构工程组 结构组组长*1 结构工程师8 打样技师4
供应链中心 供应链总经理*1
  采购部 采购经理*1 采购专员12
  海外采购 海外采购经理*1 海外采购专员5
  产品工程部 产品工程经理*1 产品工程师9 工艺工程师5
  计划与库存部 计划经理*1 需求计划员8 库存控制员8
  物流部 物流经理*1 调度员10 仓储主管8 跟单员10
  质量部 质量经理*1 质检工程师10 供应商质量工程师6
客户服务中心 客户服务总监*1 主管1
  热线一组 组长*1 客服专员22
  热线二组 组长*1 客服专员22
  在线服务组 组长*1 在线客服专员18
  售后调度组 组长*1 调度专员12
  投诉处理组 组长*1 投诉处理专员8
  客户体验组 组长*1 体验分析师5
";

/// Regions with cities, each with its stores. The stores of 佛山 belong to franchisees.
const REGIONS: [(&str, &str); 5] = [
    (
        "华东大区",
        "杭州 西湖 滨江 余杭 萧山 拱墅;上海 徐汇 浦东 闵行 杨浦 宝山;南京 鼓楼 建邺 江宁;苏州 姑苏 园区;宁波 鄞州 海曙;合肥 蜀山 包河",
    ),
    (
        "华南大区",
        "广州 天河 海珠 番禺 白云;深圳 南山 福田 龙岗 宝安;佛山 禅城 顺德;厦门 思明 湖里;南宁 青秀",
    ),
    (
        "华北大区",
        "北京 朝阳 海淀 丰台 通州;天津 和平 河西;济南 历下;石家庄 长安;青岛 市南 崂山",
    ),
    (
        "西南大区",
        "成都 锦江 武侯 高新;重庆 渝中 江北 沙坪坝;昆明 盘龙;贵阳 观山湖",
    ),
    (
        "华中大区",
        "武汉 江汉 武昌 洪山;长沙 岳麓 雨花 开福;郑州 金水 二七;南昌 红谷滩 东湖",
    ),
];
const REGION_POSTS: &str = "大区总经理*1 渠道经理4 人事专员2 财务专员2 陈列督导3 物流协调员2";
const CITY_POSTS: &str = "城市经理*1 渠道专员1";
const STORE_POSTS: &str = "店长*1 副店长1 家居顾问10 软装设计师5 安装主管3 售后专员4";

/// Builds the company as it stands now.
pub(super) fn build(dice: &mut Dice, names: &Names, now_ms: i64) -> Company {
    let since_ms = day_before(now_ms, SINCE_DAYS) + 9 * 3_600_000;
    let mut company = Company::new(dice, NUMBER, "青禾家居", Settings::default(), since_ms);
    let mut posts = company.outline(OUTLINE);
    let stores = regions(&mut company, &mut posts);
    fill_up(&mut posts, &stores);
    staff(dice, names, now_ms, &mut company, &posts);
    second_places(&mut company, &stores);
    company
}

fn regions(company: &mut Company, posts: &mut Vec<Post>) -> Vec<DepartmentId> {
    for (region, cities) in REGIONS {
        let mut outline = format!("{region} {REGION_POSTS}\n");
        for city in cities.split(';') {
            let mut words = city.split(' ');
            let name = words.next().unwrap_or_default();
            outline.extend(["  ", name, " ", CITY_POSTS, "\n"]);
            for store in words {
                outline.extend(["    ", store, "门店 ", STORE_POSTS, "\n"]);
            }
        }
        posts.extend(company.outline(&outline));
    }
    let stores = company
        .departments
        .iter()
        .filter(|d| d.name.ends_with("门店"));
    stores.map(|d| d.id).collect()
}

/// Store after store gets one more adviser until the company has its size.
fn fill_up(posts: &mut Vec<Post>, stores: &[DepartmentId]) {
    let missing = MEMBERS.saturating_sub(posts.len());
    posts.extend(stores.iter().cycle().take(missing).map(|store| Post {
        department: *store,
        position: "家居顾问".into(),
        leads: false,
    }));
}

/// Puts people on all posts: the cast first, whoever else on the rest.
fn staff(dice: &mut Dice, names: &Names, now_ms: i64, company: &mut Company, posts: &[Post]) {
    let mut userids = Userids::default();
    // The cast come first, so that nobody takes their userids.
    let taken: Vec<String> = cast::QINGHE
        .iter()
        .map(|role| userids.take(role.userid))
        .collect();
    let mut roles: Vec<Option<usize>> = vec![None; posts.len()];
    for (number, role) in cast::QINGHE.iter().enumerate() {
        let department = company.place(role.department);
        let post = posts.iter().enumerate().position(|(at, post)| {
            roles[at].is_none() && post.department == department && post.position == role.position
        });
        if let Some(at) = post {
            roles[at] = Some(number);
        }
    }
    // The cast have been there from the beginning, so that whatever is told of them could have happened.
    let hired_ms: Vec<i64> = roles
        .iter()
        .map(|role| {
            day_before(
                now_ms,
                days_employed(dice) + role.map_or(0, |_| SINCE_DAYS + 1),
            )
        })
        .collect();
    let numbers = employee_numbers(&hired_ms, roles.iter().position(|role| *role == Some(0)));
    for (at, post) in posts.iter().enumerate() {
        let name = company.departments[post.department.0 as usize - 1]
            .name
            .clone();
        let is_store = name.ends_with("门店");
        let role = roles[at].map(|number| &cast::QINGHE[number]);
        let (name, userid) = if let Some(number) = roles[at] {
            (cast::QINGHE[number].name.to_owned(), taken[number].clone())
        } else {
            let name = somebody(dice, names, post);
            (name.full, userids.take(&name.spelled))
        };
        let alias = match role {
            Some(role) => role.alias.to_owned(),
            None if dice.percent(4) => names.alias(dice),
            None => String::new(),
        };
        let hire = Hire {
            name,
            userid,
            alias,
            mobile: cast::mobile(role.map_or(1000 + at as u64, |role| role.mobile)),
            extension: if is_store && !post.leads {
                String::new()
            } else {
                format!("{}", 6000 + at)
            },
            employee_no: format!("QH-{}", numbers[at]),
            custom: custom(dice, hired_ms[at], is_store),
            status: if role.is_some() || post.leads {
                Status::Active
            } else {
                status(dice)
            },
            since_ms: joined_ms(dice, now_ms, hired_ms[at].max(company.corp.created_at_ms)),
        };
        company.hire(dice, "qinghe.example", post, hire);
    }
    for member in &mut company.members {
        if member.status == Status::Left {
            member.left_at_ms =
                Some(day_before(now_ms, dice.between(2, 120)).max(member.created_at_ms));
        }
    }
}

/// Some time on that working day, or just now.
fn joined_ms(dice: &mut Dice, now_ms: i64, day_ms: i64) -> i64 {
    (day_ms + dice.between(8 * 60, 18 * 60) * 60_000).min(now_ms - 3_600_000)
}

/// Somebody who fits the post by the usual shares of men and women and by age.
fn somebody(dice: &mut Dice, names: &Names, post: &Post) -> Name {
    let has = |words: &[&str]| words.iter().any(|word| post.position.contains(word));
    let men = if has(&["安装", "调度员", "仓储", "工程师", "技师", "运维"]) {
        80
    } else if has(&["顾问", "设计师", "客服", "会计", "前台", "行政", "专员"]) {
        32
    } else {
        52
    };
    let decade = if post.leads {
        dice.pick(&[0, 0, 1, 1, 1])
    } else {
        dice.pick(&[0, 1, 1, 1, 2, 2, 2, 2, 3])
    };
    let is_man = dice.percent(men);
    let mut name = names.draw(dice, is_man, decade);
    // Whom the demo tells of should not be mixed up with anybody else.
    while cast::QINGHE.iter().any(|role| role.name == name.full) {
        name = names.draw(dice, is_man, decade);
    }
    name
}

/// Most have come in the last years, a few are there from the beginning.
fn days_employed(dice: &mut Dice) -> i64 {
    let (one, other) = (dice.between(0, 3_900), dice.between(0, 3_900));
    one.min(other)
}

/// Numbers in the order of entry; the first user of the demo has number 20417 for certain.
fn employee_numbers(hired_ms: &[i64], first_user: Option<usize>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..hired_ms.len()).collect();
    order.sort_by_key(|&at| (hired_ms[at], at));
    let mut numbers = vec![0; order.len()];
    for (rank, at) in order.into_iter().enumerate() {
        numbers[at] = 20_001 + rank;
    }
    let holder = numbers.iter().position(|&number| number == 20_417);
    if let (Some(first_user), Some(holder)) = (first_user, holder) {
        numbers.swap(first_user, holder);
    }
    numbers
}

fn custom(dice: &mut Dice, hired_ms: i64, is_store: bool) -> Vec<(String, String)> {
    let place = if is_store {
        ("班次", dice.pick(&["早班", "晚班", "轮班"]).to_owned())
    } else {
        let (wing, floor, desk) = (
            dice.pick(&["A", "B"]),
            dice.between(2, 19),
            dice.between(1, 120),
        );
        ("工位", format!("{wing}座{floor}F-{desk:03}"))
    };
    vec![
        ("入职日期".into(), date(hired_ms)),
        (place.0.into(), place.1),
    ]
}

fn status(dice: &mut Dice) -> Status {
    match dice.below(1000) {
        0..50 => Status::NotActivated,
        50..54 => Status::Disabled,
        54..70 => Status::Left,
        _ => Status::Active,
    }
}

/// Now and then a designer helps out in the next store as well.
fn second_places(company: &mut Company, stores: &[DepartmentId]) {
    let designers = company
        .members
        .iter_mut()
        .filter(|m| m.profile.position == "软装设计师");
    for member in designers.skip(11).step_by(17) {
        let own = member.profile.main_department().unwrap_or(ROOT);
        let next = stores
            .iter()
            .position(|id| *id == own)
            .map(|at| stores[(at + 1) % stores.len()]);
        member.profile.places.extend(next.map(|department| Place {
            department,
            leads: false,
            order: 0,
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// 2026-11-22T10:00 in Shanghai.
    const NOW_MS: i64 = 1_795_312_800_000;

    fn qinghe() -> Company {
        build(&mut Dice::new(7), &Names::new(), NOW_MS)
    }

    #[test]
    fn the_house_has_its_people() {
        let company = qinghe();
        assert_eq!(company.members.len(), MEMBERS);
        assert_eq!(
            company
                .departments
                .iter()
                .filter(|d| d.name.ends_with("门店"))
                .count(),
            60
        );
        for role in cast::QINGHE {
            let found = company
                .members
                .iter()
                .find(|m| m.profile.mobile == Some(cast::mobile(role.mobile)));
            let found = found.unwrap_or_else(|| panic!("{} has no post", role.name));
            assert_eq!(
                (found.profile.name.as_str(), found.status),
                (role.name, Status::Active)
            );
            assert_eq!(
                found.profile.main_department(),
                Some(company.place(role.department)),
                "{}",
                role.name
            );
        }
        assert_eq!(
            company.member("linzhixia").unwrap().profile.employee_no,
            "QH-20417"
        );
        let listed = company
            .members
            .iter()
            .filter(|m| m.status == Status::NotActivated)
            .count();
        assert!((60..140).contains(&listed), "{listed} not activated");
    }

    #[test]
    fn every_profile_passes_the_checks_of_the_form() {
        let company = qinghe();
        for member in &company.members {
            assert_eq!(
                member.profile.clone().checked().as_ref(),
                Ok(&member.profile)
            );
            assert!(member.created_at_ms <= NOW_MS, "{}", member.profile.name);
            assert_eq!(
                member.person.is_some(),
                member.status != Status::NotActivated
            );
        }
        let keys: HashSet<String> = company
            .members
            .iter()
            .map(|m| &m.profile)
            .flat_map(|p| {
                [
                    p.userid.clone(),
                    p.employee_no.clone(),
                    p.mobile.unwrap().to_string(),
                ]
            })
            .collect();
        assert_eq!(keys.len(), 3 * MEMBERS);
    }

    #[test]
    fn the_same_seed_makes_the_same_house() {
        let (one, other) = (qinghe(), qinghe());
        assert!(
            one.members
                .iter()
                .zip(&other.members)
                .all(|(a, b)| a.id == b.id && a.profile == b.profile)
        );
    }
}
