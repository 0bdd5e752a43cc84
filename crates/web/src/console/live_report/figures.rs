//! Figures in words and pictures, as pages show them.

use std::{borrow::Cow, sync::Arc};

use guanxi_app::{
    directory::Directory,
    live_report::{Asked, Named, Part, Period, Report, Totals},
};
use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::receipt::Filter,
};
use guanxi_store::live_report::{BINS_MS, Last};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    chart::{self, Bar, Distance, Point},
    locale::Locale,
    page::Shell,
};

/// Members on a page; the file has all.
const MEMBERS: usize = 20;
/// Members in the chart of shares: those who are farthest from what was due, on each side.
const SIDE: usize = 4;

/// A line of a table of sums.
pub(super) struct Line {
    pub(super) name: String,
    /// Where it leads, or empty.
    pub(super) path: String,
    pub(super) totals: Totals,
}

/// A report for a reader.
pub(super) struct Figures {
    pub(super) l: Locale,
    tz: TimeZone,
    now_ms: i64,
    pub(super) asked: Asked,
    pub(super) report: Report,
    directory: Arc<Directory>,
}

/// A share in percent with one digit, or nothing where there is no whole.
pub(super) fn percent(part: i64, whole: i64) -> Option<String> {
    (whole > 0).then(|| {
        let tenths = (part * 1000 + whole / 2) / whole;
        match tenths % 10 {
            0 => format!("{}", tenths / 10),
            rest => format!("{}.{rest}", tenths / 10),
        }
    })
}

impl Figures {
    pub(super) fn new(
        shell: &Shell,
        asked: Asked,
        report: Report,
        directory: Arc<Directory>,
    ) -> Self {
        Self {
            l: shell.l,
            tz: shell.tz.clone(),
            now_ms: shell.now_ms,
            asked,
            report,
            directory,
        }
    }

    /// Whether there is nothing to count yet.
    pub(super) fn is_empty(&self) -> bool {
        self.report.codes.is_empty()
    }

    /// The page with another stretch.
    pub(super) fn path_of(&self, period: Period) -> String {
        self.address("/admin/live", period, self.asked.code)
    }

    fn address(&self, page: &str, period: Period, code: Option<LiveCodeId>) -> String {
        let code = code.map_or_else(String::new, |code| format!("&code={code}"));
        format!("{page}?period={}{code}", period.word())
    }

    /// A page beside this one, with the same question.
    pub(super) fn beside(&self, page: &str) -> String {
        self.address(page, self.asked.period, self.asked.code)
    }

    pub(super) fn is_of(&self, code: &Named) -> bool {
        self.asked.code == Some(code.id)
    }

    pub(super) fn is_over(&self, period: Period) -> bool {
        self.asked.period == period
    }

    pub(super) fn clock(&self) -> String {
        self.time(self.now_ms)
    }

    /// Hours, minutes and seconds.
    pub(super) fn time(&self, ms: i64) -> String {
        let at = Timestamp::from_millisecond(ms).unwrap_or_default();
        at.to_zoned(self.tz.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }

    pub(super) fn code(&self, id: LiveCodeId) -> String {
        let found = self.report.codes.iter().find(|code| code.id == id);
        let name = found.map(|code: &Named| code.name.as_str());
        name.filter(|name| !name.is_empty())
            .map_or_else(|| self.l.t("report-code-gone").into_owned(), str::to_owned)
    }

    pub(super) fn member(&self, id: MemberId) -> String {
        let found = self.directory.entry(id);
        found.map_or_else(
            || self.l.t("report-member-gone").into_owned(),
            |entry| entry.name,
        )
    }

    fn step(&self, at: i64) -> String {
        if self.asked.period == Period::Today {
            return self.l.t1("report-hour", "n", at).into_owned();
        }
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        at.to_zoned(self.tz.clone()).strftime("%m-%d").to_string()
    }

    /// What this stretch is called.
    pub(super) fn now_name(&self) -> String {
        let key = format!("report-now-{}", self.asked.period.word());
        self.l.t(&key).into_owned()
    }

    /// What the stretch before is called.
    pub(super) fn before_name(&self) -> String {
        let key = format!("report-before-{}", self.asked.period.word());
        let at = Timestamp::from_millisecond(self.report.from_ms).unwrap_or_default();
        let weekday = at.to_zoned(self.tz.clone()).weekday();
        let weekday = self
            .l
            .t(&format!("time-weekday-{}", weekday.to_monday_one_offset()));
        self.l.t1(&key, "weekday", weekday).into_owned()
    }

    /// A number of the stretch before.
    pub(super) fn before(&self, text: &str) -> String {
        let name = self.before_name();
        self.l
            .with(
                "report-before",
                [("name", name.into()), ("n", text.into())].as_slice(),
            )
            .into_owned()
    }

    pub(super) fn scans_before(&self) -> String {
        self.before(&self.l.number(self.report.before.scans))
    }

    /// Which part of scans became contacts.
    pub(super) fn added_part(&self) -> Option<String> {
        percent(self.report.totals.added, self.report.totals.scans)
    }

    pub(super) fn added_before(&self) -> String {
        let before = &self.report.before;
        let part = percent(before.added, before.scans);
        let count = self.l.number(before.added);
        self.before(&part.map_or(count.clone(), |part| format!("{count} ({part}%)")))
    }

    pub(super) fn kept_part(&self) -> Option<String> {
        percent(self.report.totals.kept, self.report.totals.promised())
    }

    pub(super) fn kept_before(&self) -> String {
        let before = &self.report.before;
        let part = percent(before.kept, before.promised());
        self.before(&part.map_or_else(|| "–".to_owned(), |part| format!("{part}%")))
    }

    /// Since when the first one waits.
    pub(super) fn longest(&self) -> Option<String> {
        let since = self.report.waiting.1?;
        Some(self.l.duration(self.now_ms - since).into_owned())
    }

    /// Why the others may not receive anybody.
    pub(super) fn why(&self) -> String {
        let sentences: Vec<String> = self
            .report
            .room
            .why
            .iter()
            .map(|(filter, n)| self.l.n(why_key(*filter), *n).into_owned())
            .collect();
        let comma = if self.l.tag() == "en" { ", " } else { "，" };
        sentences.join(comma)
    }

    /// What the chart of scans says.
    pub(super) fn scans_say(&self) -> String {
        let (now, before) = (self.report.totals.scans, self.report.before.scans);
        let key = match now.cmp(&before) {
            _ if before == 0 => return self.before(&self.l.number(before)),
            std::cmp::Ordering::Equal => "report-same",
            std::cmp::Ordering::Greater => "report-more",
            std::cmp::Ordering::Less => "report-less",
        };
        let by = ((now - before).abs() * 100 + before / 2) / before;
        let name = self.before_name();
        self.l
            .with(key, [("name", name.into()), ("n", by.into())].as_slice())
            .into_owned()
    }

    pub(super) fn scans_chart(&self) -> String {
        let points: Vec<Point> = self
            .report
            .steps
            .iter()
            .map(|step| Point {
                label: self.step(step.at),
                now: step.now,
                before: step.before,
            })
            .collect();
        let label = format!("{}: {}", self.l.t("report-scans-chart"), self.scans_say());
        chart::lines(&points, (&self.now_name(), &self.before_name()), &label)
    }

    /// Rows behind the chart of scans.
    pub(super) fn scans_table(&self) -> Vec<(String, String, String)> {
        let l = self.l;
        let steps = self.scans_steps().into_iter();
        steps
            .map(|(name, now, before)| {
                let now = now.map_or_else(|| "–".to_owned(), |now| l.number(now));
                (name, now, l.number(before))
            })
            .collect()
    }

    /// Hours or days by name, with their scans and those before.
    pub(super) fn scans_steps(&self) -> Vec<(String, Option<i64>, i64)> {
        let steps = self.report.steps.iter();
        steps
            .map(|step| (self.step(step.at), step.now, step.before))
            .collect()
    }

    /// Names of the bins of first answers: where they end, in minutes.
    fn bins() -> Vec<String> {
        let ends = BINS_MS.iter().map(|end| format!("≤{}", end / 60_000));
        let last = BINS_MS.last().map(|end| format!(">{}", end / 60_000));
        ends.chain(last).collect()
    }

    pub(super) fn first_say(&self) -> String {
        let answered = self.report.first.answered();
        if answered == 0 {
            return self.l.t("report-first-none").into_owned();
        }
        match self.report.first.half_ms() {
            Some(ms) => {
                let time = self.l.duration(ms);
                self.l.t1("report-first-half", "time", time).into_owned()
            }
            None => self.l.t("report-first-slow").into_owned(),
        }
    }

    pub(super) fn first_chart(&self) -> String {
        let bars: Vec<Bar> = Self::bins()
            .into_iter()
            .zip(self.report.first.bins)
            .map(|(label, (good, late))| Bar { label, good, late })
            .collect();
        let label = format!("{}: {}", self.l.t("report-first-chart"), self.first_say());
        chart::bars(&bars, &label)
    }

    pub(super) fn first_table(&self) -> Vec<(String, String, String)> {
        let (l, bins) = (self.l, Self::bins().into_iter().zip(self.report.first.bins));
        bins.map(|(label, (good, late))| (label, l.number(good), l.number(late)))
            .collect()
    }

    /// Members with what they were due, the one who got least of it first.
    fn distances(&self) -> Vec<(f64, &Part)> {
        let mut all: Vec<(f64, &Part)> = self
            .report
            .by_member
            .iter()
            .filter_map(|part| Some((part.turns as f64 - part.due?, part)))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.member.cmp(&b.1.member)));
        all
    }

    /// The chart of shares; None where nobody was due anything.
    pub(super) fn share_chart(&self) -> Option<String> {
        let mut all = self.distances();
        if all.is_empty() {
            return None;
        }
        if all.len() > 2 * SIDE {
            all.drain(SIDE..all.len() - SIDE);
        }
        let rows: Vec<Distance> = all
            .iter()
            .map(|(by, part)| Distance {
                name: self.member(part.member),
                by: *by,
            })
            .collect();
        let words =
            ["report-share-less", "report-share-due", "report-share-more"].map(|key| self.l.t(key));
        let label = self.l.t("report-share-title");
        Some(chart::distances(
            &rows,
            (&words[0], &words[1], &words[2]),
            &label,
        ))
    }

    pub(super) fn codes(&self) -> Vec<Line> {
        let line = |(id, totals): &(LiveCodeId, Totals)| Line {
            name: self.code(*id),
            path: self.address("/admin/live", self.asked.period, Some(*id)),
            totals: *totals,
        };
        self.report.by_code.iter().map(line).collect()
    }

    pub(super) fn states(&self) -> Vec<Line> {
        let line = |(state, totals): &(String, Totals)| Line {
            name: if state.is_empty() {
                self.l.t("report-state-none").into_owned()
            } else {
                state.clone()
            },
            path: String::new(),
            totals: *totals,
        };
        self.report.by_state.iter().map(line).collect()
    }

    pub(super) fn hours(&self) -> Vec<(String, String)> {
        let hours = self.report.hours.iter().enumerate();
        hours
            .filter(|(_, scans)| **scans > 0)
            .map(|(hour, scans)| {
                (
                    self.l.t1("report-hour", "n", hour).into_owned(),
                    self.l.number(*scans),
                )
            })
            .collect()
    }

    /// What scans came to, and how often.
    pub(super) fn outcomes(&self) -> Vec<(Cow<'static, str>, i64)> {
        let t = &self.report.totals;
        [
            ("report-outcome-shown", t.scans - t.returning - t.nobody),
            ("report-outcome-returning", t.returning),
            ("report-outcome-nobody", t.nobody),
            ("report-outcome-again", t.again),
            ("report-outcome-added", t.added),
        ]
        .map(|(key, n)| (self.l.t(key), n))
        .to_vec()
    }

    /// The busiest members.
    pub(super) fn members(&self) -> &[Part] {
        let all = &self.report.by_member;
        &all[..all.len().min(MEMBERS)]
    }

    /// What is due to somebody, with one digit.
    pub(super) fn due(&self, part: &Part) -> String {
        part.due
            .map_or_else(|| "–".to_owned(), |due| format!("{due:.1}"))
    }

    pub(super) fn added_of(&self, totals: &Totals) -> String {
        or_dash(percent(totals.added, totals.scans))
    }

    pub(super) fn kept_of(&self, totals: &Totals) -> String {
        or_dash(percent(totals.kept, totals.promised()))
    }

    pub(super) fn name_of(&self, part: &Part) -> String {
        self.member(part.member)
    }

    /// Who was chosen, if somebody was.
    pub(super) fn chosen(&self, last: &Last) -> Option<String> {
        last.member.map(|member| self.member(member))
    }

    pub(super) fn at(&self, last: &Last) -> String {
        self.time(last.at_ms)
    }

    pub(super) fn code_of(&self, last: &Last) -> String {
        self.code(last.code)
    }

    /// Kind and words of the tag of a scan.
    pub(super) fn came_to(&self, last: &Last) -> (&'static str, String) {
        let l = self.l;
        if last.member.is_none() {
            return ("bad", l.t("report-last-nobody").into_owned());
        }
        if last.person.is_none() {
            return ("", l.t("report-last-shown").into_owned());
        }
        if let Some(since) = last.waits_since_ms {
            let time = l.duration(self.now_ms - since);
            return ("wait", l.t1("report-last-waits", "time", time).into_owned());
        }
        match last.answered_ms {
            Some(ms) => ("ok", l.duration(ms).into_owned()),
            None => ("ok", l.t("report-last-added").into_owned()),
        }
    }

    pub(super) fn visitor(&self, last: &Last) -> String {
        match &last.person {
            Some((_, name)) if !name.is_empty() => name.clone(),
            _ => self.l.t("report-visitor").into_owned(),
        }
    }
}

fn or_dash(part: Option<String>) -> String {
    part.map_or_else(|| "–".to_owned(), |part| format!("{part}%"))
}

/// Key of the sentence for members against whom a filter stands.
const fn why_key(filter: Filter) -> &'static str {
    match filter {
        Filter::Inactive => "report-why-inactive",
        Filter::OffDuty => "report-why-off-duty",
        Filter::SwitchedOff => "report-why-switched-off",
        Filter::DailyCap | Filter::LifetimeCap => "report-why-full",
        Filter::NoShare => "report-why-no-share",
        _ => "report-why-other",
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn parts_have_one_digit_where_they_need_it() {
        let parts = [(179, 190), (1, 2), (0, 7), (2, 3), (0, 0)];
        let parts = parts.map(|(part, whole)| percent(part, whole).unwrap_or_default());
        assert_eq!(parts, ["94.2", "50", "0", "66.7", ""]);
    }
}
