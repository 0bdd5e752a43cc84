//! A company with a log of any length, and its owner, who is signed in.

use std::time::Duration;

use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_model::{
    audit::{Entry, Head, Named},
    id::{AuditId, MemberId, time_ordered},
};
use guanxi_store::{self as store, Options, Store, params};
use guanxi_testkit::{
    http,
    process::Process,
    world::{Someone, World},
};

const PATIENCE: Duration = Duration::from_mins(1);
const BATCH: i64 = 5000;
/// Members who did what the log tells.
const PEOPLE: usize = 20;
/// Acts of the log, so that an index has something to choose from.
const ACTIONS: [&str; 6] = [
    "request.sent",
    "request.accepted",
    "code.scanned",
    "session.opened",
    "member.updated",
    "contact.noted",
];

pub(crate) struct Log {
    pub(crate) owner: Someone,
    /// A member of whom the log says next to nothing.
    pub(crate) rare: MemberId,
    people: Vec<MemberId>,
    /// Number of the last entry.
    pub(crate) last: i64,
    options: Options,
    first: i64,
    from_ms: i64,
}

impl Log {
    /// Makes the company and seals so many entries.
    pub(crate) fn fill(options: &Options, entries: i64) -> Self {
        let now_ms = SystemClock.now_ms();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (owner, rare, people) = runtime.block_on(async {
            let world = World::at(options, now_ms).await;
            let (corp, owner) = world.corp("青禾", "13900000001").await;
            let rare = world.member(corp, "仇海波", 2).await.id;
            let mut people = Vec::new();
            for number in 0..PEOPLE {
                let someone = world.member(corp, &format!("员工{number}"), 3).await;
                people.push(someone.id);
            }
            let seal = world
                .env
                .store
                .write(move |tx| guanxi_app::audit::seal(tx, corp.id));
            seal.await.unwrap();
            (owner, rare, people)
        });
        drop(runtime);
        let store = Store::open(options).unwrap();
        let corp = owner.corp;
        let head = store.read_blocking(move |tx| store::audit::head(tx, corp));
        let mut head = head.unwrap().unwrap_or_default();
        let mut log = Self {
            owner,
            rare,
            people,
            last: head.seq + entries,
            options: options.clone(),
            first: head.seq + 1,
            from_ms: now_ms - entries,
        };
        while head.seq < log.last {
            head = log.write(&store, head);
        }
        let put = store.write_blocking(move |tx| store::audit::put_head(tx, corp, head));
        put.unwrap();
        log.last = head.seq;
        log
    }

    /// Writes some entries behind a head.
    fn write(&self, store: &Store, head: Head) -> Head {
        let mut end = head;
        let count = BATCH.min(self.last - head.seq);
        let rows: Vec<_> = (head.seq + 1..=head.seq + count)
            .map(|seq| {
                let row = end.seal(self.make(seq));
                end = row.head();
                row
            })
            .collect();
        let written = store.write_blocking(move |tx| store::audit::insert_sealed(tx, &rows));
        written.unwrap();
        end
    }

    fn make(&self, seq: i64) -> Entry {
        let (id, at_ms) = self.entry(seq);
        let number = seq as usize;
        Entry {
            corp: self.owner.corp,
            id,
            at_ms,
            actor: Named::new("member", self.people[number % PEOPLE]),
            action: ACTIONS[number % ACTIONS.len()].into(),
            object: Some(Named::new("request", format!("{:032x}", number % 4999))),
            from: Some("203.0.113.0/24".into()),
            detail: format!(
                r#"{{"before":{{"state":"pending"}},"after":{{"state":"accepted","remark":"西湖门店的第{seq}位客户"}}}}"#
            ),
        }
    }

    /// Id and time of an entry.
    pub(crate) fn entry(&self, seq: i64) -> (AuditId, i64) {
        let at_ms = self.from_ms + (seq - self.first);
        (AuditId::from_u128(time_ordered(at_ms, 7)), at_ms)
    }

    /// Runs statements behind the server's back, each with its number where it takes one.
    pub(crate) fn run(&self, statements: &[(&'static str, i64)]) {
        let store = Store::open(&self.options).unwrap();
        let statements = statements.to_vec();
        let done = store.write_blocking(move |tx| -> store::Result<()> {
            for &(sql, number) in &statements {
                if sql.contains("$1") {
                    tx.execute(sql, params![number])?;
                } else {
                    tx.execute(sql, &[])?;
                }
            }
            Ok(())
        });
        done.unwrap();
    }

    /// Asks for a page as the owner.
    pub(crate) fn page(&self, server: &Process, path: &str) -> String {
        let answer = http::call(server.port(), path, &self.owner.cookie(), None, PATIENCE);
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }
}
