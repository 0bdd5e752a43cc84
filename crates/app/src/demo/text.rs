//! What people of the demo write to each other.

use super::dice::Dice;

/// Reasons for a decline.
pub(super) const REASONS: &[&str] = &[
    "",
    "不负责这块业务",
    "请走采购部统一接口",
    "请联系本区域的同事",
    "",
];

/// To somebody of the same department.
const NEAR: &[&str] = &[
    "我是{d}新来的{n}，请多关照",
    "{d}{n}，加一下方便排班",
    "{n}，同店的，以后多联系",
    "我是{d}的{n}",
    "{d}{n}，换了新账号，重新加一下",
];

/// To somebody elsewhere.
const FAR: &[&str] = &[
    "我是{d}的{n}",
    "{d}{n}，想请教样板间的报价方式",
    "{d}{n}，有客户约安装，想对一下时间",
    "{d}{n}，咨询一批沙发的到货时间",
    "{d}{n}，客户投诉柜门异响，想请您看下照片",
    "{d}{n}，大区培训一起的，加个联系",
    "{d}{n}，核对上月的盘点差异",
    "{d}{n}，国庆活动物料的事想跟您确认",
    "{d}{n}，有个整屋定制的单子想请您支持",
    "{d}{n}，退换货流程想请教一下",
];

const ENGLISH: &[&str] = &[
    "This is {n} from {d}",
    "Hi, {n} from {d}. Could we talk about the Q4 samples?",
    "{n}, {d}: a question on the oak delivery",
    "{n} here, {d}. We met at the showroom last week",
];

/// A verification message as the sender would write it.
pub(super) fn message(
    dice: &mut Dice,
    is_chinese: bool,
    near: bool,
    department: &str,
    name: &str,
) -> String {
    let texts = match (is_chinese, near) {
        (false, _) => ENGLISH,
        (true, true) => NEAR,
        (true, false) => FAR,
    };
    dice.pick(texts)
        .replace("{d}", department)
        .replace("{n}", name)
}
