//! Two smaller companies: the supplier 南岭木业, and Northwind Interiors of Berlin in English.

use guanxi_model::{
    corp::Settings,
    id::PersonId,
    member::Status,
    role::{Role, RoleGrant},
};
use guanxi_store::person::Person;

use super::{
    cast,
    company::{Company, Hire, Post, day_before},
    dice::Dice,
    history::History,
    name::{Name, Names, Userids},
    policy,
};

const NANLING_NUMBER: u64 = 0x6e61_6e6c_696e_0002;
const NANLING: &str = "
总经办 总经理*1 总经理助理1
销售部 销售总监*1
  华东客户组 客户经理6
  华南客户组 客户经理5
  外贸组 外贸专员4
生产部 生产厂长*1 计划员3
  开料车间 车间主任*1 操作工18
  封边车间 车间主任*1 操作工14
  涂装车间 车间主任*1 技师12
  包装车间 车间主任*1 操作工14
质检部 质检主管1 质检员9
打样室 打样师傅*1 打样员6
仓储物流部 仓储经理*1 仓管员8 叉车司机4
财务人事部 财务经理*1 出纳2 人事专员3
";

const NORTHWIND_NUMBER: u64 = 0x6e6f_7274_6877_0003;
const NORTHWIND: &str = "
Management Managing_director*1 Assistant2
Design_studio Head_of_design*1 Interior_designer7
Sales Head_of_sales*1
  Berlin_showroom Showroom_manager*1 Consultant8
  Hamburg_showroom Showroom_manager*1 Consultant6
Purchasing Head_of_purchasing*1 Buyer4
Installation Head_of_installation*1 Fitter7
Finance_and_people Head_of_finance*1 Accountant2 People_partner1
";

/// Builds the supplier. One of its people works for the customer as well and is the same person there.
pub(super) fn nanling(dice: &mut Dice, names: &Names, now_ms: i64, known: &[Person]) -> Company {
    let since_ms = day_before(now_ms, 300);
    let mut company = Company::new(
        dice,
        NANLING_NUMBER,
        "南岭木业",
        Settings::default(),
        since_ms,
    );
    let posts = company.outline(NANLING);
    let mut userids = Userids::default();
    let taken: Vec<String> = cast::NANLING
        .iter()
        .map(|role| userids.take(role.userid))
        .collect();
    let mut free: Vec<usize> = (0..cast::NANLING.len()).collect();
    for (at, post) in posts.iter().enumerate() {
        let role = free.iter().position(|&number| {
            let role = &cast::NANLING[number];
            company.place(role.department) == post.department && role.position == post.position
        });
        let role = role.map(|place| free.remove(place));
        let (name, userid, mobile) = if let Some(number) = role {
            let role = &cast::NANLING[number];
            (role.name.to_owned(), taken[number].clone(), role.mobile)
        } else {
            let (is_man, decade) = (dice.percent(65), dice.pick(&[0, 0, 1, 1, 2]));
            let name = names.draw(dice, is_man, decade);
            (name.full, userids.take(&name.spelled), 5100 + at as u64)
        };
        let status = if role.is_some() || dice.percent(93) {
            Status::Active
        } else {
            Status::NotActivated
        };
        let hire = Hire {
            name,
            userid,
            alias: String::new(),
            mobile: cast::mobile(mobile),
            extension: String::new(),
            employee_no: format!("NL{:04}", 1 + at),
            custom: Vec::new(),
            status,
            since_ms: since_ms + at as i64 * 61_000,
        };
        company.hire(dice, "nanling.example", post, hire);
    }
    share_persons(&mut company, known);
    own(&mut company, dice, "liangguodong");
    History::new(&mut company, dice, now_ms).fill(160);
    company
}

/// Ties accounts to persons who are known already.
fn share_persons(company: &mut Company, known: &[Person]) {
    company.persons.retain(|person| {
        let same = known.iter().find(|other| other.mobile == person.mobile);
        let Some(same) = same else {
            return true;
        };
        for member in company
            .members
            .iter_mut()
            .filter(|m| m.person == Some(person.id))
        {
            member.person = Some(same.id);
        }
        false
    });
}

/// Builds the house in Berlin.
pub(super) fn northwind(dice: &mut Dice, now_ms: i64) -> Company {
    let since_ms = day_before(now_ms, 220);
    let settings = Settings {
        language: "en".into(),
        time_zone: "Europe/Berlin".into(),
        region: "DE".into(),
        ..Settings::default()
    };
    let mut company = Company::new(
        dice,
        NORTHWIND_NUMBER,
        "Northwind Interiors",
        settings,
        since_ms,
    );
    let posts = company.outline(NORTHWIND);
    for (at, post) in posts.iter().enumerate() {
        let name = if at == 0 {
            Name {
                full: "Hannah Vogt".into(),
                spelled: "hannah.vogt".into(),
            }
        } else {
            Names::latin(at)
        };
        let hire = latin_hire(dice, at, post, name, since_ms);
        company.hire(dice, "northwind.example", post, hire);
    }
    own(&mut company, dice, "hannah.vogt");
    History::new(&mut company, dice, now_ms).fill(70);
    company
}

fn latin_hire(dice: &mut Dice, at: usize, post: &Post, name: Name, since_ms: i64) -> Hire {
    Hire {
        name: name.full,
        userid: name.spelled,
        alias: String::new(),
        mobile: cast::german_mobile(at as u64),
        extension: format!("{}", 200 + at),
        employee_no: format!("NW-{:03}", 100 + at),
        custom: Vec::new(),
        status: if post.leads || dice.percent(92) {
            Status::Active
        } else {
            Status::NotActivated
        },
        since_ms: since_ms + at as i64 * 47_000,
    }
}

fn own(company: &mut Company, dice: &mut Dice, userid: &str) {
    let (at_ms, role) = (company.corp.created_at_ms, Role::Owner);
    let grant = RoleGrant {
        role,
        department: None,
    };
    policy::give(company, dice, at_ms, userid, grant);
}

/// Persons who belong to no company.
pub(super) fn persons(dice: &mut Dice, now_ms: i64) -> Vec<Person> {
    let days = [40, 3];
    let people = cast::PERSONS.iter().zip(days).map(|(&(name, last), days)| {
        let created_at_ms = day_before(now_ms, days);
        Person {
            id: dice.id(created_at_ms, PersonId::from_u128),
            mobile: Some(cast::mobile(last)),
            name: name.into(),
            language: None,
            theme: None,
            created_at_ms,
        }
    });
    people.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_houses_have_their_size() {
        let (mut dice, now_ms) = (Dice::new(3), 1_795_312_800_000);
        let company = nanling(&mut dice, &Names::new(), now_ms, &[]);
        assert_eq!(company.members.len(), 120);
        assert!(company.contacts.len() > 200);
        let company = northwind(&mut dice, now_ms);
        assert_eq!(company.members.len(), 45);
        for member in &company.members {
            assert_eq!(
                member.profile.clone().checked().as_ref(),
                Ok(&member.profile)
            );
        }
    }
}
