//! What is not well with a live code, so that somebody should look: when it begins to count, and when it is over.
//!
//! Each reason begins at one mark and ends at a lower one, and only after a while of quiet, so that it does not come and go.

use crate::id::{AlertId, LiveCodeId, MemberId};

/// How long a reason has to be gone before its alert closes, in milliseconds.
pub const CALM_MS: i64 = 60_000;
/// An answer that is due within this time is nearly late, in milliseconds.
pub const NEARLY_MS: i64 = 60_000;
/// Promises of this long count for how often they are broken, in milliseconds.
pub const PROMISES_MS: i64 = 3_600_000;

/// Used part of the caps of the day at which a code is nearly full, and below which it no longer is, in percent.
const FULL: (i64, i64) = (90, 80);
/// Broken part of promises at which an alert opens, and below which it is over, in percent; of fewer promises nothing is said.
const BROKEN: (i64, i64) = (20, 10);
const PROMISES_MIN: i64 = 5;

/// Why somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Nobody with an active account is behind the code.
    Empty,
    /// Members are within their hours, but none of them can be chosen.
    Deserted,
    /// Little is left of what the caps of the day allow.
    NearlyFull,
    /// Visitors have left a number and wait to be served.
    LinedUp,
    /// Customers wait whose answer is late, or nearly.
    Overdue,
    /// Many answers of late came later than promised.
    Broken,
}

impl Kind {
    /// All, the most urgent first.
    pub const ALL: [Self; 6] = [
        Self::Empty,
        Self::Deserted,
        Self::Overdue,
        Self::LinedUp,
        Self::Broken,
        Self::NearlyFull,
    ];

    /// Stable name, as stored and told outside.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "no_members",
            Self::Deserted => "nobody_free",
            Self::NearlyFull => "nearly_full",
            Self::LinedUp => "lined_up",
            Self::Overdue => "overdue",
            Self::Broken => "promises_broken",
        }
    }

    /// Reads the stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Number.
    pub id: AlertId,
    /// Of which code.
    pub code: LiveCodeId,
    /// Why.
    pub kind: Kind,
    /// How many, as it was when it opened; see [`Standing::measure`].
    pub count: i64,
    /// Of how many.
    pub whole: i64,
    /// When it opened.
    pub opened_at_ms: i64,
    /// Since when the reason is gone, while nobody knows yet whether for good.
    pub calm_since_ms: Option<i64>,
    /// When it closed.
    pub closed_at_ms: Option<i64>,
    /// Who has seen it first, and when.
    pub seen: Option<(MemberId, i64)>,
}

/// How it stands with a code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether it serves visitors: published, and neither paused nor expired nor deleted.
    pub is_open: bool,
    /// Members with an active account.
    pub active: i64,
    /// Who of them is within his hours.
    pub on_duty: i64,
    /// Who of them may receive somebody.
    pub free: i64,
    /// Customers of today and the caps of the day; None where somebody has none.
    pub caps: Option<(i64, i64)>,
    /// Visitors who have left a number.
    pub lined_up: i64,
    /// Customers who wait for an answer that is late, or nearly.
    pub overdue: i64,
    /// Promises of late that were kept, and those that were broken.
    pub promises: (i64, i64),
}

impl Standing {
    /// Whether a reason is there; once its alert is open it is judged by the lower mark.
    pub fn holds(&self, kind: Kind, has_alert: bool) -> bool {
        let mark = |(high, low): (i64, i64)| if has_alert { low } else { high };
        let (kept, broken) = self.promises;
        match kind {
            Kind::Empty => self.is_open && self.active == 0,
            Kind::Deserted => self.is_open && self.on_duty > 0 && self.free == 0,
            Kind::NearlyFull => {
                let caps = self.caps.filter(|(_, cap)| self.is_open && *cap > 0);
                caps.is_some_and(|(used, cap)| used * 100 >= cap * mark(FULL))
            }
            Kind::LinedUp => self.lined_up > 0,
            Kind::Overdue => self.overdue > 0,
            Kind::Broken => {
                let all = kept + broken;
                all >= PROMISES_MIN && broken * 100 >= all * mark(BROKEN)
            }
        }
    }

    /// The numbers that say how bad it is: how many, of how many; 0 of 0 where there is nothing to count.
    pub fn measure(&self, kind: Kind) -> (i64, i64) {
        match kind {
            Kind::Empty => (0, 0),
            Kind::Deserted => (self.on_duty, self.on_duty),
            Kind::NearlyFull => self.caps.unwrap_or_default(),
            Kind::LinedUp => (self.lined_up, self.lined_up),
            Kind::Overdue => (self.overdue, self.overdue),
            Kind::Broken => (self.promises.1, self.promises.0 + self.promises.1),
        }
    }
}

/// What is to be done about one reason of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An alert opens.
    Open,
    /// The reason is gone; it is waited whether for good.
    Calm,
    /// The reason is back.
    Again,
    /// The alert closes.
    Close,
}

/// What is to be done, if anything. `open` is the alert that is open, if one is. Of a code that serves nobody any more it closes at
/// once: whoever paused it wants no waiting.
pub fn step(kind: Kind, standing: &Standing, open: Option<&Alert>, now_ms: i64) -> Option<Step> {
    let holds = standing.holds(kind, open.is_some());
    match open.map(|alert| alert.calm_since_ms) {
        None => holds.then_some(Step::Open),
        Some(None) if holds => None,
        Some(Some(_)) if holds => Some(Step::Again),
        Some(_) if !standing.is_open => Some(Step::Close),
        Some(None) => Some(Step::Calm),
        Some(Some(since)) => (now_ms >= since + CALM_MS).then_some(Step::Close),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(kind: Kind, calm_since_ms: Option<i64>) -> Alert {
        Alert {
            id: AlertId::from_u128(1),
            code: LiveCodeId::from_u128(2),
            kind,
            count: 0,
            whole: 0,
            opened_at_ms: 0,
            calm_since_ms,
            closed_at_ms: None,
            seen: None,
        }
    }

    fn well() -> Standing {
        Standing {
            is_open: true,
            active: 3,
            on_duty: 2,
            free: 2,
            caps: Some((10, 100)),
            ..Standing::default()
        }
    }

    #[test]
    fn names_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("moon"), None);
    }

    #[test]
    fn a_code_that_is_well_has_none() {
        for kind in Kind::ALL {
            assert_eq!(step(kind, &well(), None, 0), None, "{kind:?}");
        }
        let closed = Standing::default();
        for kind in Kind::ALL {
            assert_eq!(step(kind, &closed, None, 0), None, "{kind:?}");
        }
    }

    #[test]
    fn each_reason_opens_one() {
        let cases = [
            (
                Kind::Empty,
                Standing {
                    active: 0,
                    on_duty: 0,
                    free: 0,
                    ..well()
                },
                (0, 0),
            ),
            (Kind::Deserted, Standing { free: 0, ..well() }, (2, 2)),
            (
                Kind::NearlyFull,
                Standing {
                    caps: Some((90, 100)),
                    ..well()
                },
                (90, 100),
            ),
            (
                Kind::LinedUp,
                Standing {
                    lined_up: 4,
                    ..well()
                },
                (4, 4),
            ),
            (
                Kind::Overdue,
                Standing {
                    overdue: 1,
                    ..well()
                },
                (1, 1),
            ),
            (
                Kind::Broken,
                Standing {
                    promises: (4, 1),
                    ..well()
                },
                (1, 5),
            ),
        ];
        for (kind, standing, measure) in cases {
            for other in Kind::ALL {
                let expected = (other == kind).then_some(Step::Open);
                assert_eq!(
                    step(other, &standing, None, 0),
                    expected,
                    "{kind:?} {other:?}"
                );
            }
            assert_eq!(standing.measure(kind), measure);
        }
        // Off duty is no reason, nor are four promises.
        let night = Standing {
            on_duty: 0,
            free: 0,
            ..well()
        };
        assert_eq!(step(Kind::Deserted, &night, None, 0), None);
        let few = Standing {
            promises: (0, 4),
            ..well()
        };
        assert_eq!(step(Kind::Broken, &few, None, 0), None);
    }

    #[test]
    fn it_ends_at_a_lower_mark_and_after_a_while_of_quiet() {
        let at = |used| Standing {
            caps: Some((used, 100)),
            ..well()
        };
        let full = Kind::NearlyFull;
        assert_eq!(step(full, &at(89), None, 0), None);
        assert_eq!(step(full, &at(90), None, 0), Some(Step::Open));
        let open = alert(full, None);
        assert_eq!(step(full, &at(85), Some(&open), 5), None);
        assert_eq!(step(full, &at(79), Some(&open), 5), Some(Step::Calm));
        let calm = alert(full, Some(5));
        assert_eq!(step(full, &at(80), Some(&calm), 6), Some(Step::Again));
        assert_eq!(step(full, &at(79), Some(&calm), 4 + CALM_MS), None);
        assert_eq!(
            step(full, &at(79), Some(&calm), 5 + CALM_MS),
            Some(Step::Close)
        );
        // A pause ends it at once.
        let paused = Standing {
            is_open: false,
            ..at(95)
        };
        assert_eq!(step(full, &paused, Some(&open), 5), Some(Step::Close));
        let waits = Standing {
            is_open: false,
            lined_up: 1,
            ..well()
        };
        let open = alert(Kind::LinedUp, None);
        assert_eq!(step(Kind::LinedUp, &waits, Some(&open), 5), None);
    }
}
