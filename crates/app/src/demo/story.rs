//! The days of 林知夏, the first user of the demo: who waits for her, whom she has asked, and what she has noted.

use guanxi_model::{id::MemberId, request::AddWay};

use super::{
    company::{Company, day_before},
    dice::Dice,
    history::{End, History, Scene},
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const HER: &str = "linzhixia";

/// A moment, told from now.
#[derive(Debug, Clone, Copy)]
enum When {
    MinutesAgo(i64),
    /// Days back, hour and minute in Shanghai.
    Day(i64, i64, i64),
}

impl When {
    const fn ms(self, now_ms: i64) -> i64 {
        match self {
            Self::MinutesAgo(minutes) => now_ms - minutes * MINUTE_MS,
            Self::Day(days, hour, minute) => {
                day_before(now_ms, days) + hour * HOUR_MS + minute * MINUTE_MS
            }
        }
    }
}

/// Requests to her that wait: from whom, when, what he wrote.
const WAITING: &[(&str, When, &str)] = &[
    (
        "zhengshaojun",
        When::MinutesAgo(5),
        "华南大区郑少军，想请教样板间的报价方式",
    ),
    (
        "zhaosiqi",
        When::MinutesAgo(52),
        "徐汇门店赵思琪，周末一起跟的那单想对一下软装方案",
    ),
    (
        "hejiaming",
        When::Day(1, 17, 5),
        "质量部何嘉明，回访一下上周那批胡桃木柜门",
    ),
    (
        "yuchijing",
        When::Day(2, 10, 40),
        "客户服务中心尉迟静，您的客户提了表扬，想当面谢谢",
    ),
];

/// Requests of hers that wait.
const SENT: &[(&str, When, &str)] = &[
    (
        "zhangsiyuan",
        When::MinutesAgo(130),
        "西湖门店林知夏，想借一下滨江店的样品沙发",
    ),
    (
        "zara.stein",
        When::Day(1, 14, 30),
        "Lin Zhixia, Xihu store: a customer asks for the Oslo chair",
    ),
];

/// A contact that she has made.
struct Friend {
    userid: &'static str,
    days_ago: i64,
    she_asked: bool,
    remark: &'static str,
    tags: &'static [&'static str],
}

const fn friend(
    userid: &'static str,
    days_ago: i64,
    she_asked: bool,
    remark: &'static str,
    tags: &'static [&'static str],
) -> Friend {
    Friend {
        userid,
        days_ago,
        she_asked,
        remark,
        tags,
    }
}

const FRIENDS: &[Friend] = &[
    friend("zengshihan", 84, false, "", &["同店", "软装"]),
    friend("zhangshumin", 88, false, "章店长", &["同店"]),
    friend("zhangshihao", 61, true, "滨江安装张工", &["安装"]),
    friend("zhamingyue", 33, false, "", &["上海"]),
    friend(
        "zhugemingxuan",
        27,
        true,
        "物流诸葛经理",
        &["供应链", "到货"],
    ),
    friend("shangguanyunfan", 19, true, "", &["大区"]),
    friend("wangjing", 12, true, "余杭售后王静", &["售后"]),
    friend("xiechunxiao", 6, true, "", &["系统问题"]),
];
/// Whom she keeps at the top.
const STARRED: [&str; 2] = ["zengshihan", "zhangshumin"];

/// Tells her story. Comes before chance, so that nobody has met her yet.
pub(super) fn tell(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let mut history = History::new(company, dice, now_ms);
    let her = history.id(HER);
    for &(from, when, message) in WAITING {
        let from = history.id(from);
        history.tell(scene((from, her), when.ms(now_ms), message, End::Pending));
    }
    for &(to, when, message) in SENT {
        let to = history.id(to);
        history.tell(scene((her, to), when.ms(now_ms), message, End::Pending));
    }
    for friend in FRIENDS {
        let (with, days) = (history.id(friend.userid), friend.days_ago);
        let (pair, message) = if friend.she_asked {
            ((her, with), "我是西湖门店的林知夏")
        } else {
            ((with, her), "以后多联系")
        };
        let sent_ms = day_before(now_ms, days) + 10 * HOUR_MS + days * MINUTE_MS;
        let after_ms = (days % 7 + 1) * 11 * MINUTE_MS;
        history.tell(scene(pair, sent_ms, message, End::Accepted { after_ms }));
        let is_starred = STARRED.contains(&friend.userid);
        history.note(her, with, friend.remark, friend.tags, is_starred);
    }
    settled(&mut history, her, now_ms);
    history.fill(3_000);
}

/// What did not come to a contact.
fn settled(history: &mut History<'_>, her: MemberId, now_ms: i64) {
    let at = |days: i64, hour: i64| day_before(now_ms, days) + hour * HOUR_MS;
    let after_ms = 35 * MINUTE_MS;
    let reason = "这块由杭州渠道专员负责，请联系她";
    let declined = End::Declined { after_ms, reason };
    let from = history.id("zhangwei2");
    history.tell(scene(
        (from, her),
        at(9, 14),
        "朝阳门店张伟，问下贵店的促销价",
        declined,
    ));
    let reason = "请走采购部统一接口";
    let declined = End::Declined { after_ms, reason };
    let to = history.id("marco.bellini");
    history.tell(scene(
        (her, to),
        at(3, 16),
        "西湖门店林知夏，想了解意大利面料的打样周期",
        declined,
    ));
    let to = history.id("ingrid.solberg");
    history.tell(scene(
        (her, to),
        at(47, 11),
        "西湖门店林知夏，北欧系列的目录可以发我吗",
        End::Expired,
    ));
    let (to, after_ms) = (history.id("zhangwei3"), 3 * MINUTE_MS);
    history.tell(scene(
        (her, to),
        at(1, 15),
        "我是西湖门店的林知夏",
        End::Withdrawn { after_ms },
    ));
}

fn scene(
    (sender, recipient): (MemberId, MemberId),
    sent_ms: i64,
    message: &str,
    end: End,
) -> Scene {
    Scene {
        sender,
        recipient,
        sent_ms,
        add_way: AddWay::Colleague,
        message: message.to_owned(),
        end,
    }
}
