//! What happened in a company before the demo began: requests of 90 days and the contacts that came of them.
//!
//! Every pair here could have met: who asks sees whom he asks, under the company's own rules.

use std::sync::Arc;

use guanxi_model::{
    audit::Named,
    corp::DAY_MS,
    department::{DepartmentId, ROOT, Tree},
    id::{MemberId, RequestId},
    member::Status,
    request::{AddWay, Request, State},
    visibility::{Policy, Target, Viewer},
};
use guanxi_store::contact::Contact;
use rustc_hash::FxHashSet;
use serde_json::json;

use super::{
    company::{Company, day_before},
    dice::Dice,
    text,
};

const MINUTE_MS: i64 = 60_000;
/// How far the story goes back.
const DAYS: i64 = 90;

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Accepted { after_ms: i64 },
    Declined { after_ms: i64, reason: &'static str },
    Withdrawn { after_ms: i64 },
    Expired,
    Pending,
}

/// One request of the story.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) sender: MemberId,
    pub(super) recipient: MemberId,
    pub(super) sent_ms: i64,
    pub(super) add_way: AddWay,
    pub(super) message: String,
    pub(super) end: End,
}

/// Tells the past of one company.
#[derive(Debug)]
pub(super) struct History<'a> {
    company: &'a mut Company,
    dice: &'a mut Dice,
    now_ms: i64,
    tree: Arc<Tree>,
    policy: Policy,
    met: FxHashSet<(MemberId, MemberId)>,
    /// Positions of active members by department.
    by_department: Vec<Vec<usize>>,
    active: Vec<usize>,
}

impl<'a> History<'a> {
    pub(super) fn new(company: &'a mut Company, dice: &'a mut Dice, now_ms: i64) -> Self {
        let tree = Arc::new(Tree::new(company.departments.clone()));
        let (rules, grants) = (company.rules.clone(), company.grants.clone());
        let policy = Policy::new(
            Arc::clone(&tree),
            rules,
            grants,
            company.corp.settings.leaders_see_below,
        );
        let mut by_department = vec![Vec::new(); company.departments.len() + 1];
        let members = company.members.iter().enumerate();
        let active: Vec<usize> = members
            .filter(|(_, m)| m.status == Status::Active)
            .map(|(at, _)| at)
            .collect();
        for &at in &active {
            by_department[main_department(company, at).0 as usize].push(at);
        }
        Self {
            company,
            dice,
            now_ms,
            tree,
            policy,
            met: FxHashSet::default(),
            by_department,
            active,
        }
    }

    /// The member of this userid.
    pub(super) fn id(&self, userid: &str) -> MemberId {
        let member = self.company.member(userid);
        member.map_or(MemberId::from_u128(0), |member| member.id)
    }

    /// Adds a request with everything that came of it; false if the two have met before.
    pub(super) fn tell(&mut self, scene: Scene) -> bool {
        let (low, high) = (
            scene.sender.min(scene.recipient),
            scene.sender.max(scene.recipient),
        );
        if low == high || !self.met.insert((low, high)) {
            return false;
        }
        let settings = &self.company.corp.settings;
        let expires_at_ms = scene.sent_ms + i64::from(settings.request_ttl_days) * DAY_MS;
        let (state, decided_at_ms, reason) = match scene.end {
            End::Accepted { after_ms } => (State::Accepted, Some(scene.sent_ms + after_ms), ""),
            End::Declined { after_ms, reason } => {
                (State::Declined, Some(scene.sent_ms + after_ms), reason)
            }
            End::Withdrawn { after_ms } => (State::Withdrawn, Some(scene.sent_ms + after_ms), ""),
            End::Expired => (State::Expired, Some(expires_at_ms), ""),
            End::Pending => (State::Pending, None, ""),
        };
        let request = Request {
            id: self.dice.id(scene.sent_ms, RequestId::from_u128),
            sender: self.company.party(scene.sender),
            recipient: self.company.party(scene.recipient),
            add_way: scene.add_way,
            code: None,
            message: scene.message,
            state,
            silenced: false,
            created_at_ms: scene.sent_ms,
            expires_at_ms,
            decided_at_ms,
            reason: reason.into(),
        };
        self.record(&request);
        if let (State::Accepted, Some(since_ms)) = (state, decided_at_ms) {
            self.make_contact(&request, since_ms);
        }
        self.company.requests.push(request);
        true
    }

    fn record(&mut self, request: &Request) {
        let (sender, recipient) = (request.sender.member(), request.recipient.member());
        let by = |member: Option<MemberId>| {
            member.map_or(Named::new("system", "expiry"), |id| {
                Named::new("member", id)
            })
        };
        let object = ("request", request.id.to_string());
        let detail =
            json!({ "recipient": recipient, "add_way": request.add_way, "silenced": false });
        self.company.record(
            self.dice,
            request.created_at_ms,
            by(sender),
            "request.sent",
            object.clone(),
            &detail,
        );
        let (actor, action) = match request.state {
            State::Accepted => (by(recipient), "request.accepted"),
            State::Declined => (by(recipient), "request.declined"),
            State::Withdrawn => (by(sender), "request.withdrawn"),
            State::Expired => (by(None), "request.expired"),
            State::Pending => return,
        };
        let detail = json!({ "sender": sender, "recipient": recipient, "state": request.state });
        let at_ms = request.decided_at_ms.unwrap_or(request.created_at_ms);
        self.company
            .record(self.dice, at_ms, actor, action, object, &detail);
    }

    fn make_contact(&mut self, request: &Request, since_ms: i64) {
        for (owner, peer) in [
            (request.recipient, request.sender),
            (request.sender, request.recipient),
        ] {
            self.company.contacts.push(Contact {
                owner,
                peer,
                add_way: request.add_way,
                remark: String::new(),
                tags: Vec::new(),
                starred: false,
                since_ms,
                ended_at_ms: None,
            });
        }
    }

    /// Writes what one side of a contact has noted.
    pub(super) fn note(
        &mut self,
        owner: MemberId,
        peer: MemberId,
        remark: &str,
        tags: &[&str],
        starred: bool,
    ) {
        let side =
            self.company.contacts.iter_mut().find(|side| {
                side.owner.member() == Some(owner) && side.peer.member() == Some(peer)
            });
        if let Some(side) = side {
            side.remark = remark.into();
            side.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            side.starred = starred;
        }
    }

    /// Lets so many pairs of colleagues meet at random, near ones more often than far ones.
    pub(super) fn fill(&mut self, contacts: usize) {
        let (mut made, mut tries) = (0, contacts * 6);
        while made < contacts && tries > 0 && self.active.len() > 1 {
            tries -= 1;
            let sender = self.dice.pick(&self.active);
            let recipient = self.peer(sender);
            if sender == recipient || !self.sees(sender, recipient) {
                continue;
            }
            let scene = self.scene(sender, recipient);
            let joined = |at: usize| self.company.members[at].created_at_ms;
            if scene.sent_ms < joined(sender).max(joined(recipient)) {
                continue;
            }
            let is_accepted = matches!(scene.end, End::Accepted { .. });
            if self.tell(scene) && is_accepted {
                made += 1;
            }
        }
    }

    /// Somebody of the same department, of a near one, or from anywhere.
    fn peer(&mut self, sender: usize) -> usize {
        let own = main_department(self.company, sender);
        let path: Vec<DepartmentId> = self.tree.path(own).iter().map(|d| d.id).collect();
        let up = match self.dice.below(100) {
            0..46 => 0,
            46..66 => 1,
            66..80 => 2,
            _ => path.len(),
        };
        let top = if up < path.len() {
            path[path.len() - 1 - up]
        } else {
            ROOT
        };
        let departments = &self.tree.all()[self.tree.subtree(top)];
        for _ in 0..8 {
            let department = departments[self.dice.below(departments.len())].id;
            let people = &self.by_department[department.0 as usize];
            if !people.is_empty() {
                return people[self.dice.below(people.len())];
            }
        }
        sender
    }

    fn sees(&self, viewer: usize, target: usize) -> bool {
        let places = |at: usize| self.company.members[at].profile.places.iter();
        let departments =
            |at: usize| -> Vec<DepartmentId> { places(at).map(|place| place.department).collect() };
        let viewer = Viewer {
            id: self.company.members[viewer].id,
            departments: departments(viewer),
            leads: places(viewer)
                .filter(|place| place.leads)
                .map(|place| place.department)
                .collect(),
        };
        self.policy.scope(&viewer, self.now_ms).sees(&Target {
            id: self.company.members[target].id,
            departments: &departments(target),
        })
    }

    fn scene(&mut self, sender: usize, recipient: usize) -> Scene {
        let sent_ms = self.some_time();
        let end = self.end(sent_ms);
        let near =
            main_department(self.company, sender) == main_department(self.company, recipient);
        let department =
            &self.company.departments[main_department(self.company, sender).0 as usize - 1].name;
        let profile = &self.company.members[sender].profile;
        let is_chinese = self.company.corp.settings.language.starts_with("zh");
        let message = text::message(self.dice, is_chinese, near, department, &profile.name);
        Scene {
            sender: self.company.members[sender].id,
            recipient: self.company.members[recipient].id,
            sent_ms,
            add_way: if self.dice.percent(14) {
                AddWay::Batch
            } else {
                AddWay::Colleague
            },
            message,
            end,
        }
    }

    /// Some moment of the last 90 days between nine and half past eight, and past by at least an hour.
    fn some_time(&mut self) -> i64 {
        let day_ms = day_before(self.now_ms, self.dice.between(0, DAYS));
        let minute = self.dice.between(9 * 60, 20 * 60 + 30);
        let at_ms = day_ms + minute * MINUTE_MS + self.dice.between(0, MINUTE_MS);
        if at_ms < self.now_ms - 60 * MINUTE_MS {
            at_ms
        } else {
            at_ms - DAY_MS
        }
    }

    /// Most are accepted within minutes or hours; of the rest a part is still open.
    fn end(&mut self, sent_ms: i64) -> End {
        let age_ms = self.now_ms - sent_ms;
        let hours = self.dice.pick(&[0, 0, 0, 1, 1, 3, 20, 44]);
        let after_ms = (self.dice.between(1, 59) + hours * 60) * MINUTE_MS;
        let after_ms = awake(sent_ms + after_ms) - sent_ms;
        let after_ms = if after_ms < age_ms - MINUTE_MS {
            after_ms
        } else {
            age_ms / 2
        };
        match self.dice.below(100) {
            0..86 => End::Accepted { after_ms },
            86..90 => End::Declined {
                after_ms,
                reason: self.dice.pick(text::REASONS),
            },
            90..92 => End::Withdrawn { after_ms },
            _ if age_ms > 31 * DAY_MS => End::Expired,
            _ => End::Pending,
        }
    }
}

/// The same moment, or the next morning if people sleep then.
const fn awake(at_ms: i64) -> i64 {
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    match (at_ms - day_before(at_ms, 0)) / HOUR_MS {
        0..8 => at_ms + 8 * HOUR_MS,
        22.. => at_ms + 10 * HOUR_MS,
        _ => at_ms,
    }
}

fn main_department(company: &Company, at: usize) -> DepartmentId {
    company.members[at]
        .profile
        .main_department()
        .unwrap_or(ROOT)
}
