//! The goals, and whether the results reach them.

use std::fmt::Write as _;

use crate::{
    live::{NAIVE, REDIS, TWO_NODES},
    page,
    report::{Report, Row, figure},
};

const REQUEST: &str = "contact request and acceptance";
const CODE: &str = "code page with durable scan record";
const LIVE: &str = crate::live::HOT;
const QR: &str = "QR code";
const PHONE: &str = "phone number to E.164";
const IMPORT: &str = "import of members";

/// A bound, and the figure that is held against it.
struct Goal {
    what: &'static str,
    bound: Bound,
    unit: &'static str,
    figure: fn(&Report) -> Option<f64>,
}

#[derive(Clone, Copy)]
enum Bound {
    Least(f64),
    Most(f64),
}

use Bound::{Least, Most};

const fn goal(
    what: &'static str,
    bound: Bound,
    unit: &'static str,
    figure: fn(&Report) -> Option<f64>,
) -> Goal {
    Goal {
        what,
        bound,
        unit,
        figure,
    }
}

const GOALS: [Goal; 34] = [
    goal(
        "code page, SQLite / bare axum redirect",
        Least(0.35),
        "×",
        |r| r.ratio(CODE, "guanxi, SQLite", "bare axum redirect"),
    ),
    goal(
        "code page, SQLite, p99 with 64 clients",
        Most(5.0),
        "ms",
        |r| r.largest(CODE, "guanxi, SQLite")?.median_p99_ms(),
    ),
    goal(
        "live code, SQLite / naive allocation on PostgreSQL",
        Least(20.0),
        "×",
        |r| r.to_naive("guanxi, SQLite"),
    ),
    goal(
        "the same / Redis, append-only always",
        Least(1.0),
        "×",
        |r| r.ratio(LIVE, "guanxi, SQLite", REDIS),
    ),
    goal("the same / bare axum redirect", Least(0.35), "×", |r| {
        r.ratio(LIVE, "guanxi, SQLite", "bare axum redirect")
    }),
    goal("the same, p99 with 64 clients", Most(5.0), "ms", |r| {
        r.largest(LIVE, "guanxi, SQLite")?.median_p99_ms()
    }),
    goal(
        "live code, two nodes on PostgreSQL / naive allocation",
        Least(8.0),
        "×",
        |r| r.to_naive(TWO_NODES),
    ),
    goal("the same / bare axum redirect", Least(0.2), "×", |r| {
        r.ratio(LIVE, TWO_NODES, "bare axum redirect")
    }),
    goal(
        "request and acceptance, SQLite / ejabberd",
        Least(20.0),
        "×",
        |r| r.ratio(REQUEST, "guanxi, SQLite", "ejabberd"),
    ),
    goal(
        "the same / half of the near-limit scan program",
        Least(0.3),
        "×",
        |r| {
            r.ratio(
                REQUEST,
                "guanxi, SQLite",
                "near-limit scan program, two for an act",
            )
        },
    ),
    goal("the same, p99 with 50 clients", Most(12.0), "ms", |r| {
        r.largest(REQUEST, "guanxi, SQLite")?.median_p99_ms()
    }),
    goal(
        "the same with 1,000 pages live / ejabberd",
        Least(20.0),
        "×",
        |r| r.ratio(REQUEST, "guanxi, SQLite, 1000 pages live", "ejabberd"),
    ),
    goal(
        "search, two Han characters / the better of slapd and pg_trgm, name alone",
        Least(3.0),
        "×",
        |r| r.to_peers("search, two Han characters", "name alone"),
    ),
    goal(
        "the same / the better of them, one box over all fields",
        Least(300.0),
        "×",
        |r| r.to_peers("search, two Han characters", "one box"),
    ),
    goal(
        "search, employee number / the better of them",
        Least(3.0),
        "×",
        |r| r.to_peers("search, employee number", "one box"),
    ),
    goal(
        "search, no hit / the better of them",
        Least(3.0),
        "×",
        |r| r.to_peers("search, no hit", "one box"),
    ),
    goal(
        "search, the slowest kind / axum and one SELECT",
        Least(0.4),
        "×",
        |r| {
            let ratios = r.search_groups();
            let ratios = ratios.iter().filter_map(|group| {
                r.ratio(
                    group,
                    "guanxi, 32 clients",
                    "axum and one SELECT, 32 clients",
                )
            });
            ratios.min_by(f64::total_cmp)
        },
    ),
    goal(
        "search, the slowest kind, one client, p99",
        Most(0.7),
        "ms",
        |r| {
            let groups = r.search_groups();
            let slowest = groups
                .iter()
                .filter_map(|group| Some(r.largest(group, "guanxi, one client, p99")?.median()));
            slowest.max_by(f64::total_cmp)
        },
    ),
    goal("search, memory of the server", Most(400.0), "MiB", |r| {
        Some(r.largest("search", "memory of the server")?.median())
    }),
    goal("search, start to ready", Most(3.0), "s", |r| {
        Some(r.largest("search", "start to ready")?.median())
    }),
    goal(
        "import, SQLite / phonenumbers, pypinyin, COPY",
        Least(10.0),
        "×",
        |r| {
            r.ratio(
                IMPORT,
                "phonenumbers, pypinyin, COPY (python)",
                "guanxi, SQLite",
            )
        },
    ),
    goal("QR svg / segno", Least(40.0), "×", |r| {
        r.ratio(QR, "guanxi svg", "segno svg")
    }),
    goal("QR png / segno", Least(40.0), "×", |r| {
        r.ratio(QR, "guanxi png", "segno png")
    }),
    goal("QR svg / fast_qr matrix", Least(0.65), "×", |r| {
        r.ratio(QR, "guanxi svg", "fast_qr, matrix alone")
    }),
    goal("QR png / fast_qr matrix", Least(0.65), "×", |r| {
        r.ratio(QR, "guanxi png", "fast_qr, matrix alone")
    }),
    goal("QR svg", Most(4000.0), "bytes", |r| {
        Some(r.largest(QR, "largest svg")?.median())
    }),
    goal("QR png", Most(1500.0), "bytes", |r| {
        Some(r.largest(QR, "largest png, 1 bit, 512 pixels")?.median())
    }),
    goal("phone number / python", Least(45.0), "×", |r| {
        r.ratio(PHONE, "guanxi", "python phonenumbers")
    }),
    goal(
        "phone number / rlibphonenumber alone",
        Least(0.9),
        "×",
        |r| r.ratio(PHONE, "guanxi", "rlibphonenumber alone"),
    ),
    goal(
        "phone number, differing from Google's examples",
        Most(0.0),
        "numbers",
        |r| {
            Some(
                r.largest(PHONE, "guanxi, differing from Google's examples")?
                    .median(),
            )
        },
    ),
    goal("the slowest console page, p99", Most(5.0), "ms", |r| {
        r.most(page::TIMES)
    }),
    goal(
        "the heaviest first visit of a console page",
        Most(50.0),
        "KB",
        |r| r.most(page::VISITS),
    ),
    goal("empty folder to ready demo", Most(3.0), "s", |r| {
        Some(r.largest("start", "empty folder to ready demo")?.median())
    }),
    goal(
        "corp of 2,000 members, memory at rest",
        Most(80.0),
        "MiB",
        |r| Some(r.largest("start", "memory at rest")?.median()),
    ),
];

impl Report {
    /// The row at the largest size at which it was measured.
    fn largest(&self, group: &str, name: &str) -> Option<&Row> {
        let rows = self.rows.iter();
        rows.filter(|row| row.group == group && row.name == name)
            .max_by_key(|row| row.size)
    }

    /// One median by another, at the largest size of the first.
    fn ratio(&self, group: &str, name: &str, by: &str) -> Option<f64> {
        let row = self.largest(group, name)?;
        let mut others = self.rows.iter();
        let other = others
            .find(|other| other.group == group && other.name == by && other.size == row.size)?;
        Some(row.median() / other.median())
    }

    /// The server by the better of the peers that were asked the same.
    fn to_peers(&self, group: &str, place: &str) -> Option<f64> {
        let ratios = ["slapd", "pg_trgm"].iter().filter_map(|peer| {
            self.ratio(group, "guanxi, 32 clients", &format!("{peer}, {place}"))
        });
        ratios.min_by(f64::total_cmp)
    }

    /// One side of the hot live code by the better of the naive ones.
    fn to_naive(&self, name: &str) -> Option<f64> {
        let ratios = NAIVE
            .iter()
            .filter_map(|(naive, _)| self.ratio(LIVE, name, naive));
        ratios.min_by(f64::total_cmp)
    }

    fn search_groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self.rows.iter().map(|row| row.group.as_str()).collect();
        groups.retain(|group| group.starts_with("search, "));
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The largest median of a group.
    fn most(&self, group: &str) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| row.group == group);
        rows.map(Row::median).max_by(f64::total_cmp)
    }
}

/// All goals for which there are results, as a table.
pub(crate) fn table(report: &Report) -> Result<String, std::fmt::Error> {
    let mut text =
        "| goal, at the largest size | wanted | measured | |\n| --- | ---: | ---: | --- |\n"
            .to_owned();
    for goal in &GOALS {
        let Some(value) = (goal.figure)(report) else {
            continue;
        };
        let (sign, bound, is_reached) = match goal.bound {
            Least(bound) => ("≥", bound, value >= bound),
            Most(bound) => ("≤", bound, value <= bound),
        };
        let unit = goal.unit;
        let (wanted, measured) = (figure(bound), figure(value));
        let verdict = if is_reached { "reached" } else { "**missed**" };
        writeln!(
            text,
            "| {} | {sign} {wanted} {unit} | {measured} {unit} | {verdict} |",
            goal.what
        )?;
    }
    Ok(text)
}
