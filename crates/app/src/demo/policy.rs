//! Roles, visibility rules and questions of 青禾家居, with what the audit log says of them.

use guanxi_model::{
    audit::Named,
    corp::DAY_MS,
    id::{AskId, MemberId, RuleId},
    role::{Role, RoleGrant},
    visibility::{Extent, Grant, Kind, Rule, Subject},
};
use guanxi_store::find_ask::Ask;
use serde_json::json;

use super::{
    company::{Company, day_before},
    dice::Dice,
};

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// Gives out roles and sets rules, the oldest first.
pub(super) fn set(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let since_ms = company.corp.created_at_ms;
    let detail = json!({ "name": company.corp.name });
    let object = ("corp", company.corp.id.to_string());
    company.record(
        dice,
        since_ms,
        Named::new("system", "demo"),
        "corp.created",
        object,
        &detail,
    );
    let east = company.place("华东大区");
    for (userid, role, department) in [
        ("tangwan", Role::Owner, None),
        ("ouyanglei", Role::DirectoryAdmin, None),
        ("yuewenjing", Role::ChannelManager, None),
        ("qiuhaibo", Role::Auditor, None),
        ("zhangsiyuan", Role::DirectoryAdmin, Some(east)),
    ] {
        give(
            company,
            dice,
            since_ms + 2 * DAY_MS + HOUR_MS,
            userid,
            RoleGrant { role, department },
        );
    }
    rules(company, dice, now_ms);
    grant(company, dice, now_ms);
    asks(company, dice, now_ms);
}

fn id_of(company: &Company, userid: &str) -> MemberId {
    let member = company.member(userid);
    member.map_or(MemberId::from_u128(0), |member| member.id)
}

/// Gives a role; the owner's comes with the company.
pub(super) fn give(
    company: &mut Company,
    dice: &mut Dice,
    at_ms: i64,
    userid: &str,
    grant: RoleGrant,
) {
    let id = id_of(company, userid);
    company.roles.push((id, grant));
    let owner = company.roles[0].0;
    if id != owner {
        let detail = json!({ "before": { "roles": [] }, "after": { "roles": [grant] } });
        let actor = Named::new("member", owner);
        company.record(
            dice,
            at_ms,
            actor,
            "role.replaced",
            ("member", id.to_string()),
            &detail,
        );
    }
}

fn rules(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let department = |name| Subject::Department(company.place(name));
    let member = |userid| Subject::Member(id_of(company, userid));
    let leaders = company.members.iter().filter(|m| {
        let position = m.profile.position.as_str();
        position.ends_with("大区总经理")
            || position.ends_with("总监")
            || position.ends_with("中心总经理")
    });
    let leaders: Vec<Subject> = leaders.map(|m| Subject::Member(m.id)).collect();
    let drafts = [
        (
            210,
            Kind::Hide,
            department("研发中心"),
            vec![
                department("信息技术部"),
                department("总裁办"),
                member("shanliqun2"),
            ],
            "新品发布前研发中心对全公司隐藏；信息技术部维护账号、产品工程对接人除外",
        ),
        (
            180,
            Kind::Hide,
            member("simawenlan"),
            [vec![department("总裁办")], leaders].concat(),
            "董事长只对总裁办、大区总经理和各中心负责人可见",
        ),
        (
            95,
            Kind::Limit {
                extent: Extent::OwnDepartment,
                listed: vec![department("华南大区"), department("售后调度组")],
            },
            department("佛山"),
            vec![member(&leader_of(company, "佛山"))],
            "佛山为加盟门店：只看本店、华南大区和售后调度组",
        ),
    ];
    for (days, kind, subject, exceptions, note) in drafts {
        let at_ms = day_before(now_ms, days) + 10 * HOUR_MS + 20 * MINUTE_MS;
        let admin = id_of(company, "ouyanglei");
        let rule = Rule {
            id: dice.id(at_ms, RuleId::from_u128),
            kind,
            subject,
            exceptions,
            note: note.into(),
            created_at_ms: at_ms,
            created_by: Some(admin),
        };
        let (object, detail) = (("rule", rule.id.to_string()), json!(rule));
        let actor = Named::new("member", admin);
        company.record(
            dice,
            at_ms,
            actor,
            "visibility.rule_created",
            object,
            &detail,
        );
        company.rules.push(rule);
    }
}

fn leader_of(company: &Company, department: &str) -> String {
    let department = company.place(department);
    let leader = company
        .members
        .iter()
        .find(|m| m.profile.places[0].department == department && m.profile.places[0].leads);
    leader.map(|m| m.profile.userid.clone()).unwrap_or_default()
}

/// The manager of the pilot store may see the team that makes the smart cabinets, until the pilot ends.
fn grant(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let at_ms = day_before(now_ms, 12) + 15 * HOUR_MS;
    let grant = Grant {
        id: dice.id(at_ms, RuleId::from_u128),
        viewer: Subject::Member(id_of(company, "zhangshumin")),
        target: Subject::Department(company.place("智能柜组")),
        expires_at_ms: Some(day_before(now_ms, 0) + 18 * DAY_MS),
    };
    let (object, detail) = (("rule", grant.id.to_string()), json!(grant));
    let actor = Named::new("member", id_of(company, "ouyanglei"));
    company.record(
        dice,
        at_ms,
        actor,
        "visibility.grant_created",
        object,
        &detail,
    );
    company.grants.push(grant);
}

fn asks(company: &mut Company, dice: &mut Dice, now_ms: i64) {
    let earlier_ms = day_before(now_ms, 6) + 11 * HOUR_MS;
    let drafts = [
        (
            "zhamingyue",
            "欧阳雷",
            "电脑登录不上，想找信息部的欧阳老师，名字不确定",
            earlier_ms,
            Some("他叫欧阳磊，磊是三个石头；已经请他联系你了。"),
        ),
        (
            "linzhixia",
            "单丽群",
            "西湖店要展示智能柜样品，供应链的同事说对接人是单丽群，我搜不到她，麻烦帮忙看一下",
            now_ms - 95 * MINUTE_MS,
            None,
        ),
    ];
    for (userid, query, message, at_ms, answer) in drafts {
        let (member, admin) = (id_of(company, userid), id_of(company, "ouyanglei"));
        let ask = Ask {
            id: dice.id(at_ms, AskId::from_u128),
            member,
            query: query.into(),
            message: message.into(),
            is_open: answer.is_none(),
            answer: answer.unwrap_or_default().into(),
            answered_by: answer.map(|_| admin),
            created_at_ms: at_ms,
            answered_at_ms: answer.map(|_| at_ms + 40 * MINUTE_MS),
        };
        let object = ("find_ask", ask.id.to_string());
        let detail = json!({ "query": query });
        company.record(
            dice,
            at_ms,
            Named::new("member", member),
            "find_ask.sent",
            object.clone(),
            &detail,
        );
        if let Some(answered_ms) = ask.answered_at_ms {
            let detail = json!({ "answer": ask.answer, "grant": null });
            company.record(
                dice,
                answered_ms,
                Named::new("member", admin),
                "find_ask.answered",
                object,
                &detail,
            );
        }
        company.asks.push(ask);
    }
}
