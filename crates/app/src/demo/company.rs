//! A company in the making: departments and posts from an outline, people on the posts, everything that is then written.

use guanxi_model::{
    audit::{Entry, Named},
    corp::{self, DAY_MS, Settings},
    department::{Department, DepartmentId, ROOT},
    id::{AuditId, CorpId, MemberId, PersonId},
    member::{Place, Profile, Status},
    party::Party,
    person::{Email, Phone},
    request::Request,
    role::RoleGrant,
    visibility::{Grant, Rule},
};
use guanxi_store::{
    contact::Contact,
    corp::Corp,
    find_ask::Ask,
    live_code::{LiveCode, Version},
    member::Member,
    person::Person,
};
use serde_json::Value;

use super::dice::Dice;

/// Everything about one company, ready to be written.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) corp: Corp,
    pub(super) departments: Vec<Department>,
    pub(super) members: Vec<Member>,
    pub(super) persons: Vec<Person>,
    pub(super) roles: Vec<(MemberId, RoleGrant)>,
    pub(super) rules: Vec<Rule>,
    pub(super) grants: Vec<Grant>,
    pub(super) requests: Vec<Request>,
    pub(super) contacts: Vec<Contact>,
    pub(super) asks: Vec<Ask>,
    pub(super) audit: Vec<Entry>,
    /// Codes with what is live of them.
    pub(super) live_codes: Vec<(LiveCode, Version)>,
}

/// A post that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) department: DepartmentId,
    pub(super) position: String,
    pub(super) leads: bool,
}

/// Somebody who takes a post.
#[derive(Debug)]
pub(super) struct Hire {
    pub(super) name: String,
    pub(super) userid: String,
    pub(super) alias: String,
    pub(super) mobile: Phone,
    pub(super) extension: String,
    pub(super) employee_no: String,
    pub(super) custom: Vec<(String, String)>,
    pub(super) status: Status,
    pub(super) since_ms: i64,
}

impl Company {
    /// A company with its root department only.
    pub(super) fn new(
        dice: &mut Dice,
        number: u64,
        name: &str,
        settings: Settings,
        since_ms: i64,
    ) -> Self {
        let root = Department {
            id: ROOT,
            parent: None,
            name: name.to_owned(),
            order: 0,
        };
        Self {
            corp: Corp {
                id: dice.id(since_ms, CorpId::from_u128),
                corpid: corp::corpid(number),
                name: name.to_owned(),
                settings,
                version: since_ms << 20,
                created_at_ms: since_ms,
                logo: None,
            },
            departments: vec![root],
            members: Vec::new(),
            persons: Vec::new(),
            roles: Vec::new(),
            rules: Vec::new(),
            grants: Vec::new(),
            requests: Vec::new(),
            contacts: Vec::new(),
            asks: Vec::new(),
            audit: Vec::new(),
            live_codes: Vec::new(),
        }
    }

    /// Adds departments by an outline: a line is a name and its posts with their numbers, two spaces lead one level down,
    /// a star marks who leads, and `_` stands for a space in a name.
    pub(super) fn outline(&mut self, text: &str) -> Vec<Post> {
        let mut posts = Vec::new();
        let mut path = vec![ROOT];
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let level = line.len() - line.trim_start().len();
            path.truncate(1 + level / 2);
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().replace('_', " ");
            let id = self.department(path.last().copied(), &name);
            path.push(id);
            posts.extend(words.flat_map(|word| posts_of(id, word)));
        }
        posts
    }

    /// Adds a department below another, behind its siblings.
    pub(super) fn department(&mut self, parent: Option<DepartmentId>, name: &str) -> DepartmentId {
        let id = DepartmentId(self.departments.len() as i64 + 1);
        let siblings = self
            .departments
            .iter()
            .filter(|d| d.parent == parent)
            .count();
        self.departments.push(Department {
            id,
            parent,
            name: name.to_owned(),
            order: 1000 - siblings as i64,
        });
        id
    }

    /// The department of this name; names that are used twice are not asked for.
    pub(super) fn place(&self, name: &str) -> DepartmentId {
        let found = self.departments.iter().find(|d| d.name == name);
        found.map_or(ROOT, |department| department.id)
    }

    /// The member of this userid.
    pub(super) fn member(&self, userid: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.profile.userid == userid)
    }

    /// Puts somebody on a post. Who has signed in before is known as a person.
    pub(super) fn hire(&mut self, dice: &mut Dice, domain: &str, post: &Post, hire: Hire) {
        let email = Email::parse(&format!("{}@{domain}", hire.userid)).ok();
        let has_signed_in = hire.status != Status::NotActivated;
        let person = has_signed_in.then(|| dice.id(hire.since_ms, PersonId::from_u128));
        if let Some(id) = person {
            self.persons.push(Person {
                id,
                mobile: Some(hire.mobile),
                name: hire.name.clone(),
                language: None,
                theme: None,
                created_at_ms: hire.since_ms,
            });
        }
        let place = Place {
            department: post.department,
            leads: post.leads,
            order: if post.leads { 100 } else { 0 },
        };
        self.members.push(Member {
            id: dice.id(hire.since_ms, MemberId::from_u128),
            profile: Profile {
                userid: hire.userid,
                name: hire.name,
                alias: hire.alias,
                mobile: Some(hire.mobile),
                email,
                position: post.position.clone(),
                extension: hire.extension,
                employee_no: hire.employee_no,
                places: vec![place],
                custom: hire.custom,
            },
            status: hire.status,
            person,
            created_at_ms: hire.since_ms,
            updated_at_ms: hire.since_ms,
            left_at_ms: None,
            avatar: None,
        });
    }

    /// A member as a party.
    pub(super) fn party(&self, id: MemberId) -> Party {
        Party::Member {
            corp: self.corp.id,
            id,
        }
    }

    /// Adds an entry to the audit log, as [`crate::audit::record`] would have written it at that time.
    pub(super) fn record(
        &mut self,
        dice: &mut Dice,
        at_ms: i64,
        actor: Named,
        action: &'static str,
        object: (&'static str, String),
        detail: &Value,
    ) {
        // The address follows the actor, so that everybody works from one network.
        let network = actor
            .id
            .bytes()
            .last()
            .map(|b| format!("10.{}.{}.0/24", 20 + b % 8, b));
        self.audit.push(Entry {
            corp: self.corp.id,
            id: dice.id(at_ms, AuditId::from_u128),
            at_ms,
            from: network.filter(|_| actor.kind == "member"),
            actor,
            action: action.into(),
            object: Some(Named::new(object.0, object.1)),
            detail: detail.to_string(),
        });
    }
}

/// `店长*1` or `家居顾问10`.
fn posts_of(department: DepartmentId, word: &str) -> impl Iterator<Item = Post> {
    let text = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let count = word[text.len()..].parse().unwrap_or(1);
    let position = text.trim_end_matches('*');
    let post = Post {
        department,
        position: position.replace('_', " "),
        leads: position.len() < text.len(),
    };
    std::iter::repeat_n(post, count)
}

/// The beginning of the day in Shanghai that lies so many days before.
pub(super) const fn day_before(now_ms: i64, days: i64) -> i64 {
    const OFFSET_MS: i64 = 8 * 3_600_000;
    let today = (now_ms + OFFSET_MS) / DAY_MS;
    (today - days) * DAY_MS - OFFSET_MS
}

/// A date as lists show it.
pub(super) fn date(at_ms: i64) -> String {
    let day = Settings::default().day(at_ms);
    format!("{}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_makes_departments_and_posts() {
        let mut dice = Dice::new(1);
        let mut company = Company::new(&mut dice, 1, "青禾", Settings::default(), 0);
        let posts = company.outline("总部\n  财务部 财务总监*1 会计2\n门店 Sales_manager1\n");
        let names: Vec<(&str, Option<i64>)> = company
            .departments
            .iter()
            .map(|d| (d.name.as_str(), d.parent.map(|p| p.0)))
            .collect();
        assert_eq!(
            names,
            [
                ("青禾", None),
                ("总部", Some(1)),
                ("财务部", Some(2)),
                ("门店", Some(1))
            ]
        );
        let posts: Vec<(&str, i64, bool)> = posts
            .iter()
            .map(|p| (p.position.as_str(), p.department.0, p.leads))
            .collect();
        assert_eq!(
            posts,
            [
                ("财务总监", 3, true),
                ("会计", 3, false),
                ("会计", 3, false),
                ("Sales manager", 4, false)
            ]
        );
    }

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let now_ms = 1_784_044_799_999; // 2026-07-14T23:59:59.999+08:00
        assert_eq!(date(day_before(now_ms, 0)), "2026-07-14");
        assert_eq!(date(day_before(now_ms, 0) - 1), "2026-07-13");
        assert_eq!(date(day_before(now_ms + 1, 0)), "2026-07-15");
    }
}
