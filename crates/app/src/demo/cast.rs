//! The people with names of their own in the demo, and those whom a visitor can sign in as.

use guanxi_model::person::Phone;

/// Somebody with a fixed name, post and number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) userid: &'static str,
    pub(super) alias: &'static str,
    pub(super) department: &'static str,
    pub(super) position: &'static str,
    /// Last digits of the mobile number; 0 for any.
    pub(super) mobile: u64,
}

const fn role(
    name: &'static str,
    userid: &'static str,
    alias: &'static str,
    department: &'static str,
    position: &'static str,
    mobile: u64,
) -> Role {
    Role {
        name,
        userid,
        alias,
        department,
        position,
        mobile,
    }
}

/// Number of the person who works for two companies.
pub(super) const SHARED_MOBILE: u64 = 8;

/// Cast of 青禾家居. Each takes the first free post of this name in the department.
pub(super) const QINGHE: &[Role] = &[
    role("林知夏", "linzhixia", "小夏", "西湖门店", "家居顾问", 1),
    role("郑少军", "zhengshaojun", "", "华南大区", "渠道经理", 2),
    role("唐婉", "tangwan", "", "人力资源部", "人力资源总监", 3),
    role("欧阳磊", "ouyanglei", "Leo", "信息技术部", "目录管理员", 4),
    role("乐文静", "yuewenjing", "", "市场部", "渠道运营专员", 5),
    role("仇海波", "qiuhaibo", "", "内审部", "内审专员", 6),
    role("张思远", "zhangsiyuan", "", "滨江门店", "店长", 7),
    role(
        "何嘉明",
        "hejiaming",
        "",
        "质量部",
        "供应商质量工程师",
        SHARED_MOBILE,
    ),
    role("曾诗涵", "zengshihan", "涵涵", "西湖门店", "软装设计师", 9),
    role("章淑敏", "zhangshumin", "", "西湖门店", "店长", 10),
    role("张世豪", "zhangshihao", "", "滨江门店", "安装主管", 11),
    role("赵思琪", "zhaosiqi", "Suki", "徐汇门店", "软装设计师", 12),
    role(
        "Zara Stein",
        "zara.stein",
        "",
        "海外采购",
        "海外采购专员",
        13,
    ),
    role("单丽群", "shanliqun", "", "智能柜组", "智能柜组组长", 14),
    role("单立群", "shanliqun", "", "产品工程部", "产品工程师", 15),
    role("尉迟静", "yuchijing", "", "客户服务中心", "主管", 16),
    role("司马文澜", "simawenlan", "", "总裁办", "董事长", 17),
    role(
        "上官云帆",
        "shangguanyunfan",
        "",
        "华东大区",
        "大区总经理",
        18,
    ),
    role(
        "解春晓",
        "xiechunxiao",
        "",
        "信息技术部",
        "信息技术总监",
        19,
    ),
    role("查明月", "zhamingyue", "", "徐汇门店", "家居顾问", 20),
    role(
        "Marco Bellini",
        "marco.bellini",
        "",
        "海外采购",
        "海外采购专员",
        21,
    ),
    role(
        "Ingrid Solberg",
        "ingrid.solberg",
        "",
        "海外采购",
        "海外采购专员",
        22,
    ),
    role(
        "Thomas Becker",
        "thomas.becker",
        "",
        "海外采购",
        "海外采购经理",
        23,
    ),
    role("诸葛明轩", "zhugemingxuan", "", "物流部", "物流经理", 24),
    role("张伟", "zhangwei", "", "天河门店", "安装主管", 25),
    role("张伟", "zhangwei", "大伟", "朝阳门店", "家居顾问", 26),
    role("张伟", "zhangwei", "", "物流部", "调度员", 27),
    role("王静", "wangjing", "", "余杭门店", "售后专员", 28),
    role("王静", "wangjing", "", "财务部", "应收会计", 29),
];

/// Cast of 南岭木业.
pub(super) const NANLING: &[Role] = &[
    role("梁国栋", "liangguodong", "", "总经办", "总经理", 5001),
    role(
        "何嘉明",
        "hejiaming",
        "",
        "华东客户组",
        "客户经理",
        SHARED_MOBILE,
    ),
    role("覃素珍", "qinsuzhen", "", "质检部", "质检主管", 5002),
];

/// Persons without a company: name and last digits of the mobile number.
pub(super) const PERSONS: &[(&str, u64)] = &[("白露", 9001), ("孟小雨", 9002)];

/// A text in both languages of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Somebody whom a visitor of the demo can sign in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    /// Name.
    pub name: &'static str,
    /// Post and company.
    pub post: Text,
    /// Mobile number to sign in with.
    pub mobile: Phone,
    /// What is worth trying.
    pub task: Text,
}

/// A number from a block that is used as a placeholder in China and given to nobody.
pub(super) fn mobile(last: u64) -> Phone {
    number(&format!("+861380000{last:04}"))
}

/// A number from the block that the German regulator keeps for films.
pub(super) fn german_mobile(last: u64) -> Phone {
    number(&format!("+49171392{last:04}"))
}

fn number(text: &str) -> Phone {
    text.parse().expect("digits behind a plus sign are E.164")
}

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

/// Name, number, post, task.
const GUESTS: [(&str, &str, Text, Text); 10] = [
    (
        "林知夏",
        "+8613800000001",
        text(
            "家居顾问 · 青禾家居 西湖门店",
            "home adviser, Qinghe Home, Xihu store",
        ),
        text(
            "有四位同事在等你通过；搜 zsh、曾、单丽群，看看谁找得到、谁找不到",
            "four colleagues wait for your answer; search zsh, 曾, 单丽群 and see who can be found",
        ),
    ),
    (
        "郑少军",
        "+8613800000002",
        text(
            "渠道经理 · 青禾家居 华南大区",
            "channel manager, Qinghe Home, South China",
        ),
        text(
            "另开一个浏览器：看林知夏通过申请的那一刻",
            "in a second browser: watch the moment at which Lin Zhixia accepts",
        ),
    ),
    (
        "唐婉",
        "+8613800000003",
        text("人力资源总监，所有者", "head of HR, owner"),
        text(
            "分配角色，改企业设置",
            "hand out roles, change the company's settings",
        ),
    ),
    (
        "欧阳磊",
        "+8613800000004",
        text("目录管理员 · 信息技术部", "directory administrator, IT"),
        text(
            "回答「找不到单丽群」，查看是哪条可见规则；调整部门和成员",
            "answer “cannot find 单丽群”, see which rule hides her; change departments and members",
        ),
    ),
    (
        "乐文静",
        "+8613800000005",
        text(
            "渠道运营，渠道管理员 · 市场部",
            "channel operations, channel manager",
        ),
        text(
            "设置每日申请额度、有效期和验证信息模板",
            "set budgets, expiry and the template of requests",
        ),
    ),
    (
        "仇海波",
        "+8613800000006",
        text("审计员 · 内审部", "auditor"),
        text(
            "翻阅并校验近 90 天的审计日志",
            "read and verify the audit log of 90 days",
        ),
    ),
    (
        "张思远",
        "+8613800000007",
        text(
            "店长 · 滨江门店，华东大区目录管理员",
            "store manager, administrator of East China only",
        ),
        text(
            "只能管理华东大区的部门和成员",
            "may manage people of East China and nobody else",
        ),
    ),
    (
        "何嘉明",
        "+8613800000008",
        text(
            "青禾家居 与 南岭木业",
            "Qinghe Home and its supplier Nanling",
        ),
        text(
            "一个人，两家企业：来回切换",
            "one person, two companies: switch between them",
        ),
    ),
    (
        "Hannah Vogt",
        "+491713920000",
        text(
            "总经理 · Northwind Interiors",
            "managing director, Northwind Interiors",
        ),
        text("英文界面，柏林时间", "a company in English, on Berlin time"),
    ),
    (
        "白露",
        "+8613800009001",
        text("没有加入任何企业", "not part of any company"),
        text(
            "看看个人账号现在能做什么",
            "see what a personal account can do",
        ),
    ),
];

/// Whom a visitor can sign in as, the best first.
pub fn guests() -> Vec<Guest> {
    let guests = GUESTS.iter().map(|&(name, mobile, post, task)| Guest {
        name,
        post,
        mobile: number(mobile),
        task,
    });
    guests.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_valid_by_the_standard_metadata() {
        let german = [0, 17, 99].map(german_mobile);
        for phone in guests()
            .iter()
            .map(|guest| guest.mobile)
            .chain(german)
            .chain([mobile(2999), mobile(9002)])
        {
            assert_eq!(Phone::parse(&phone.to_string(), "CN"), Ok(phone));
            assert!(phone.is_mobile(), "{phone}");
        }
    }
}
