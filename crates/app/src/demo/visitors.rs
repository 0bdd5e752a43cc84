//! Who came to the live codes of 青禾家居 in the last two weeks. Scans, adds and conversations are made by the operations themselves,
//! each at its time, so that receipts, figures and turns agree with each other as they do in a real company.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use guanxi_model::{
    conversation::Side,
    id::{ConversationId, CorpId, LiveCodeId, MemberId, PersonId, SessionId},
    party::Party,
};
use guanxi_store::{self as store, Tx, person::Person};

use super::{
    cast,
    company::{Company, day_before},
    dice::Dice,
    name::Names,
};
use crate::{
    Actor, Env, Result, audit, conversation,
    live_code::{
        desk::{Alone, Answer, Ask},
        visit,
    },
    outside::{Chance, Clock},
};

/// Days that are told.
const DAYS: i64 = 13;
/// Hours at which people walk through shops, the busy ones more often.
const HOURS: &[i64] = &[
    9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 19, 19, 20, 20, 21,
];
/// Minutes before now at which somebody came, so that today is never empty.
const LATELY: [i64; 5] = [190, 140, 95, 52, 14];
/// What was chosen on the page of the layered code.
const PATHS: &[&[&str]] = &[
    &["buy", "whole"],
    &["buy", "whole"],
    &["buy", "soft"],
    &["service"],
];
const MINUTE_MS: i64 = 60_000;
const FIRST_MOBILE: u64 = 7000;

const QUESTIONS: &[&str] = &[
    "你好，想了解全屋定制的价格",
    "请问周末可以看样板间吗？",
    "三室两厅大概多少钱起？",
    "沙发有现货吗？",
    "柜门有点异响，可以上门看看吗？",
    "店里现在有什么活动？",
    "量尺需要提前几天约？",
    "窗帘可以只做客厅的吗？",
];
const ANSWERS: &[&str] = &[
    "您好，可以的，方便说一下户型和面积吗？",
    "您好，周末全天都在，我给您留个时间。",
    "好的，我先把这一季的报价发您参考。",
    "已经帮您查了，这款有现货，三天内能送到。",
    "收到，我马上安排同事和您约上门时间。",
    "您好，满两万减一千五，到月底结束。",
];

/// The clock of the past, set from step to step.
#[derive(Debug, Default)]
struct Then(AtomicI64);

impl Clock for Then {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Chance that falls alike each time.
#[derive(Debug)]
struct Fallen(Mutex<Dice>);

impl Chance for Fallen {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            *byte = dice.below(256) as u8;
        }
    }
}

/// A node that lives in the past, over the same database.
#[derive(Debug)]
pub(super) struct Past {
    clock: Arc<Then>,
    env: Arc<Env>,
}

impl Past {
    pub(super) async fn of(env: &Arc<Env>, seed: u64) -> Result<Self> {
        let clock = Arc::new(Then::default());
        let told = Arc::clone(&clock);
        let chance = Arc::new(Fallen(Mutex::new(Dice::new(seed))));
        let env = Env::new(env.store.clone(), told, chance, Arc::clone(&env.sms)).await?;
        Ok(Self { clock, env })
    }
}

/// What comes next for a visitor; of what is due together this is the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Scan,
    Add,
    Ask,
    Answer,
    Settle,
}

/// One who came.
#[derive(Debug)]
struct Visitor {
    code: LiveCodeId,
    path: Vec<String>,
    number: u128,
    person: PersonId,
    /// Number of his scan, and whose card he was shown.
    shown: Option<(i64, MemberId)>,
    talk: Option<ConversationId>,
}

#[derive(Debug)]
struct Story<'a> {
    past: &'a Past,
    corp: CorpId,
    dice: Dice,
    names: Names,
    visitors: Vec<Visitor>,
    /// What is to come: when, to whom, what.
    ahead: BinaryHeap<Reverse<(i64, usize, Step)>>,
}

/// Tells everything up to now.
pub(super) fn come(tx: &mut Tx<'_>, past: &Past, company: &Company, now_ms: i64) -> Result<()> {
    let mut story = Story {
        past,
        corp: company.corp.id,
        dice: Dice::new(super::SEED + 1),
        names: Names::new(),
        visitors: Vec::new(),
        ahead: BinaryHeap::new(),
    };
    let codes: Vec<LiveCodeId> = company.live_codes.iter().map(|(code, _)| code.id).collect();
    let mut desk = Alone::new(story.corp);
    let published_at = company
        .live_codes
        .iter()
        .map(|(code, _)| code.created_at_ms);
    story.at(published_at.max().unwrap_or(now_ms));
    desk.decide(tx, &past.env, &[], true)?;
    story.plan(&codes, now_ms);
    while let Some(Reverse((at_ms, who, step))) = story.ahead.pop() {
        if at_ms >= now_ms {
            break;
        }
        story.at(at_ms);
        story.act(tx, &mut desk, who, step, at_ms)?;
    }
    story.at(now_ms);
    desk.decide(tx, &past.env, &[], true)?;
    // Where entries are not sealed as they are written, the sealer need not come for them.
    audit::seal(tx, story.corp)?;
    Ok(())
}

impl Story<'_> {
    fn at(&self, now_ms: i64) {
        self.past.clock.0.store(now_ms, Ordering::Relaxed);
    }

    /// When who scans which code.
    fn plan(&mut self, codes: &[LiveCodeId], now_ms: i64) {
        let mut times: Vec<i64> = LATELY
            .iter()
            .map(|minutes| now_ms - minutes * MINUTE_MS)
            .collect();
        for day in 0..=DAYS {
            let count = self.dice.between(7, 16);
            for _ in 0..count {
                let hour = self.dice.pick(HOURS);
                let within = self.dice.between(0, 60 * MINUTE_MS);
                times.push(day_before(now_ms, day) + hour * 60 * MINUTE_MS + within);
            }
        }
        times.retain(|at_ms| *at_ms < now_ms - 5 * MINUTE_MS);
        times.sort_unstable();
        for at_ms in times {
            let is_layered = self.dice.percent(60);
            let path = if is_layered {
                self.dice.pick(PATHS)
            } else {
                &[]
            };
            let who = self.visitors.len();
            self.visitors.push(Visitor {
                code: codes[usize::from(!is_layered)],
                path: path.iter().map(|key| (*key).to_owned()).collect(),
                number: self.dice.id(at_ms, |id| id),
                person: self.dice.id(at_ms, PersonId::from_u128),
                shown: None,
                talk: None,
            });
            self.ahead.push(Reverse((at_ms, who, Step::Scan)));
        }
    }

    /// What comes after a while.
    fn then(&mut self, who: usize, step: Step, from_ms: i64, (low, high): (i64, i64)) {
        let at_ms = from_ms + self.dice.between(low * 1000, high * 1000);
        self.ahead.push(Reverse((at_ms, who, step)));
    }

    fn act(
        &mut self,
        tx: &mut Tx<'_>,
        desk: &mut Alone,
        who: usize,
        step: Step,
        at_ms: i64,
    ) -> Result<()> {
        match step {
            Step::Scan => self.scan(tx, desk, who, at_ms),
            Step::Add => self.add(tx, who, at_ms),
            Step::Ask => {
                let text = self.dice.pick(QUESTIONS);
                self.say(tx, who, Side::Customer, text)?;
                let is_late = self.dice.percent(8);
                let wait = if is_late { (600, 2400) } else { (20, 150) };
                self.then(who, Step::Answer, at_ms, wait);
                Ok(())
            }
            Step::Answer => {
                let text = self.dice.pick(ANSWERS);
                self.say(tx, who, Side::Member, text)?;
                if self.dice.percent(90) {
                    self.then(who, Step::Settle, at_ms, (1200, 14_400));
                }
                Ok(())
            }
            Step::Settle => {
                let Some(id) = self.visitors[who].talk else {
                    return Ok(());
                };
                let cx = self.past.env.job("demo");
                match store::conversation::find(tx, self.corp, id)? {
                    Some(one) => conversation::settle(tx, &cx, self.corp, one),
                    None => Ok(()),
                }
            }
        }
    }

    fn scan(&mut self, tx: &mut Tx<'_>, desk: &mut Alone, who: usize, at_ms: i64) -> Result<()> {
        let visitor = &self.visitors[who];
        let ask = Ask {
            code: visitor.code,
            corp: self.corp,
            visitor: visitor.number,
            path: visitor.path.clone(),
            from: None,
            person: None,
            except: Vec::new(),
            address: String::new(),
        };
        let answers = desk.decide(tx, &self.past.env, &[ask], false)?;
        if let Some(Ok(Answer::Shown(shown))) = answers.into_iter().next() {
            self.visitors[who].shown = Some((shown.seq, shown.member));
            if self.dice.percent(64) {
                self.then(who, Step::Add, at_ms, (20, 150));
            }
        }
        Ok(())
    }

    fn add(&mut self, tx: &mut Tx<'_>, who: usize, at_ms: i64) -> Result<()> {
        let visitor = &self.visitors[who];
        let Some((seq, member)) = visitor.shown else {
            return Ok(());
        };
        let (is_man, decade) = (self.dice.percent(45), self.dice.below(4));
        let person = Person {
            id: visitor.person,
            mobile: Some(cast::mobile(FIRST_MOBILE + who as u64)),
            name: self.names.draw(&mut self.dice, is_man, decade).full,
            language: None,
            theme: None,
            created_at_ms: at_ms,
        };
        store::person::insert_many(tx, std::slice::from_ref(&person))?;
        let actor = Actor::Person {
            person: person.id,
            session: SessionId::from_u128(0),
            account: None,
        };
        let cx = self.past.env.cx(actor, String::new(), "zh-Hans".to_owned());
        let by = (Party::Person { id: person.id }, person.id);
        let visitor = &self.visitors[who];
        visit::add_as(
            tx,
            &cx,
            by,
            (self.corp, visitor.code),
            (visitor.number, seq),
            String::new(),
        )?;
        let begun = store::conversation::find_between(tx, self.corp, member, person.id)?;
        self.visitors[who].talk = begun.map(|one| one.id);
        // Some say nothing, and are spoken to.
        if self.dice.percent(88) {
            self.then(who, Step::Ask, at_ms, (10, 90));
        } else {
            self.then(who, Step::Answer, at_ms, (60, 240));
        }
        Ok(())
    }

    fn say(&mut self, tx: &mut Tx<'_>, who: usize, side: Side, text: &str) -> Result<()> {
        let Some(id) = self.visitors[who].talk else {
            return Ok(());
        };
        let Some(mut one) = store::conversation::find(tx, self.corp, id)? else {
            return Ok(());
        };
        let cx = self.past.env.job("demo");
        let by = Some(one.member).filter(|_| side == Side::Member);
        conversation::put(tx, &cx, self.corp, &mut one, side, by, text.to_owned())?;
        Ok(())
    }
}
