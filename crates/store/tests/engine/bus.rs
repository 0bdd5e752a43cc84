//! Nodes on one PostgreSQL hear each other.

use std::{
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use guanxi_store::{Engine, Error, Signal, Store, both_engines, testing::TestStore};

use crate::schema;

both_engines!(schema = schema; nodes_hear_each_other, odd_messages_are_refused, a_lost_line_is_told);

const PATIENCE: Duration = Duration::from_secs(10);

fn ear(store: &Store) -> Receiver<Signal> {
    let (heard, ear) = channel();
    store.listen(move |signal| drop(heard.send(signal.clone())));
    ear
}

/// Waits until the other node hears, which takes a moment after the start.
fn meet(from: &Store, ear: &Receiver<Signal>) {
    for _ in 0..100 {
        from.broadcast("hello").unwrap();
        if ear.recv_timeout(Duration::from_millis(100)).is_ok() {
            break;
        }
    }
    while ear.recv_timeout(Duration::from_millis(200)).is_ok() {}
}

async fn nodes_hear_each_other(store: TestStore) {
    let own = ear(&store);
    if store.engine() == Engine::Sqlite {
        assert_eq!(store.broadcast("nobody hears"), Ok(()));
        return;
    }
    let other = Store::open_with(&store.options(), &schema()).unwrap();
    let ear = ear(&other);
    meet(&store, &ear);
    let messages: Vec<String> = (0..500)
        .map(|n| format!("message {n} {}", "好".repeat(20)))
        .collect();
    for message in &messages {
        store.broadcast(message).unwrap();
    }
    for message in messages {
        assert_eq!(ear.recv_timeout(PATIENCE), Ok(Signal::Message(message)));
    }
    other.broadcast("and back").unwrap();
    assert_eq!(
        own.recv_timeout(PATIENCE),
        Ok(Signal::Message("and back".into()))
    );
    assert!(own.try_recv().is_err(), "a node does not hear itself");
}

async fn odd_messages_are_refused(store: TestStore) {
    if store.engine() == Engine::Postgres {
        for message in ["", "two\nlines", &"x".repeat(7_900)] {
            assert!(matches!(store.broadcast(message), Err(Error::Internal(_))));
        }
    }
}

async fn a_lost_line_is_told(store: TestStore) {
    let Some(name) = store.database() else { return };
    let other = Store::open_with(&store.options(), &schema()).unwrap();
    let ear = ear(&other);
    meet(&store, &ear);
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    store.administrate(&[&end]);
    assert_eq!(ear.recv_timeout(PATIENCE), Ok(Signal::Resync));
    meet(&store, &ear);
    store.broadcast("again").unwrap();
    assert_eq!(
        ear.recv_timeout(PATIENCE),
        Ok(Signal::Message("again".into()))
    );
}
