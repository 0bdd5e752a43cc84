//! Closures share transactions and do not notice.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use guanxi_store::{Engine, Error, both_engines, params, testing::TestStore};

use crate::{COUNT, INSERT, count, insert, schema};

both_engines!(
    schema = schema;
    a_failed_closure_takes_nothing_with_it,
    a_panic_is_an_error,
    a_caller_may_leave,
    a_full_queue_refuses,
    effects_follow_the_commit,
    an_ignored_error_does_not_commit,
    a_part_may_fail,
    what_is_posted_is_part_of_the_transaction,
    counting_loses_nothing,
    a_read_sees_one_state,
    blocking_calls_work,
    the_last_clone_may_die_in_a_closure,
);

/// Keeps the writers busy until all of the following work is queued.
fn hold(store: &TestStore) -> Arc<Barrier> {
    let writers = if store.engine() == Engine::Sqlite {
        1
    } else {
        store.options().writers
    };
    let gate = Arc::new(Barrier::new(writers + 1));
    let inside = Arc::new(Barrier::new(writers + 1));
    for _ in 0..writers {
        let (gate, inside) = (Arc::clone(&gate), Arc::clone(&inside));
        let store = (**store).clone();
        tokio::spawn(async move {
            let held = store.write(move |_| {
                inside.wait();
                gate.wait();
                Ok::<_, Error>(())
            });
            held.await.unwrap();
        });
    }
    tokio::task::block_in_place(|| inside.wait());
    gate
}

async fn a_failed_closure_takes_nothing_with_it(store: TestStore) {
    let gate = hold(&store);
    let calls: Vec<_> = (1..=60_u128)
        .map(|id| {
            let store = (*store).clone();
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        insert(tx, id)?;
                        match id % 3 {
                            0 => Err(Error::Missing),
                            1 => insert(tx, id),
                            _ => Ok(()),
                        }
                    })
                    .await
            })
        })
        .collect();
    while store.stats().waiting_writes < 60 {
        tokio::task::yield_now().await;
    }
    gate.wait();
    for (id, call) in (1..).zip(calls) {
        let result = call.await.unwrap();
        match id % 3 {
            0 => assert_eq!(result, Err(Error::Missing)),
            1 => assert!(result.unwrap_err().is_unique_on("thing_pkey")),
            _ => assert_eq!(result, Ok(())),
        }
    }
    let ids = store.read(|tx| {
        tx.list("SELECT id FROM thing ORDER BY id", &[], |row| {
            row.get::<u128>(0)
        })
    });
    assert_eq!(
        ids.await.unwrap(),
        (1..=60).filter(|id| id % 3 == 2).collect::<Vec<_>>()
    );
    if store.engine() == Engine::Sqlite {
        assert!(store.stats().largest_batch > 20, "{:?}", store.stats());
    }
}

async fn a_panic_is_an_error(store: TestStore) {
    for round in 0..3_u128 {
        let panicked = store.write(move |tx| {
            insert(tx, round)?;
            assert!(round > 9, "on purpose");
            Ok::<_, Error>(())
        });
        assert!(matches!(panicked.await, Err(Error::Internal(_))));
        let panicked = store.read(|_| -> Result<(), Error> { panic!("on purpose") });
        assert!(matches!(panicked.await, Err(Error::Internal(_))));
    }
    let effect = store.write(|tx| {
        tx.on_commit(|| panic!("on purpose"));
        insert(tx, 7)
    });
    assert_eq!(effect.await, Ok(()));
    assert_eq!(count(&store).await, 1);
}

async fn a_caller_may_leave(store: TestStore) {
    let gate = hold(&store);
    for id in 1..=10 {
        let call = store.write(move |tx| insert(tx, id));
        let left = tokio::time::timeout(Duration::from_millis(1), call).await;
        assert!(left.is_err(), "the writers are held");
    }
    gate.wait();
    // The queue is served in order on SQLite; on PostgreSQL by several.
    while count(&store).await < 10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.write(|tx| insert(tx, 11)).await, Ok(()));
}

async fn a_full_queue_refuses(mut store: TestStore) {
    store.open(|options| options.write_queue = 4);
    let gate = hold(&store);
    let waiting: Vec<_> = (1..=4)
        .map(|id| {
            let store = (*store).clone();
            tokio::spawn(async move { store.write(move |tx| insert(tx, id)).await })
        })
        .collect();
    while store.stats().waiting_writes < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.write(|tx| insert(tx, 99)).await, Err(Error::Busy));
    assert_eq!(store.stats().refusals, 1);
    assert_eq!(count(&store).await, 0, "reads have a queue of their own");
    gate.wait();
    for call in waiting {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
    assert_eq!(count(&store).await, 4);
}

async fn effects_follow_the_commit(store: TestStore) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let gate = hold(&store);
    let calls: Vec<_> = (0..20_u128)
        .map(|id| {
            let (store, seen) = ((*store).clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        for word in ["first", "second"] {
                            let seen = Arc::clone(&seen);
                            tx.on_commit(move || seen.lock().unwrap().push((id, word)));
                        }
                        insert(tx, id)?;
                        if id % 4 == 0 {
                            Err(Error::Missing)
                        } else {
                            Ok(())
                        }
                    })
                    .await
            })
        })
        .collect();
    while store.stats().waiting_writes < 20 {
        tokio::task::yield_now().await;
    }
    gate.wait();
    for (id, call) in (0..).zip(calls) {
        let done = call.await.unwrap().is_ok();
        let effects = seen
            .lock()
            .unwrap()
            .iter()
            .filter(|(of, _)| *of == id)
            .map(|(_, word)| *word)
            .collect::<Vec<_>>();
        assert_eq!(
            effects,
            if done {
                vec!["first", "second"]
            } else {
                vec![]
            },
            "before the answer"
        );
    }
    if store.engine() == Engine::Sqlite {
        const ORDER: &str = "SELECT id FROM thing ORDER BY rowid";
        let order = store
            .read(|tx| tx.list(ORDER, &[], |row| row.get::<u128>(0)))
            .await
            .unwrap();
        let firsts = seen
            .lock()
            .unwrap()
            .iter()
            .step_by(2)
            .map(|(id, _)| *id)
            .collect::<Vec<_>>();
        assert_eq!(firsts, order, "in the order of the commits");
    }
}

async fn an_ignored_error_does_not_commit(store: TestStore) {
    let ignored = store.write(|tx| {
        insert(tx, 1)?;
        let _ = insert(tx, 1);
        Ok::<_, Error>(())
    });
    assert!(matches!(ignored.await, Err(Error::Internal(_))));
    assert_eq!(count(&store).await, 0);
}

async fn a_part_may_fail(store: TestStore) {
    let effects = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&effects);
    let outcome = store.write(move |tx| {
        insert(tx, 1)?;
        let mut results = Vec::new();
        for id in [2, 1, 3] {
            let seen = Arc::clone(&seen);
            results.push(tx.attempt(|tx| {
                tx.on_commit(move || {
                    seen.fetch_add(1, SeqCst);
                });
                tx.execute("UPDATE counter SET value = value + 1", &[])?;
                insert(tx, id)
            }));
        }
        let inner = tx.attempt(|tx| {
            insert(tx, 4)?;
            let deep: Result<(), Error> = tx.attempt(|tx| insert(tx, 4));
            assert!(deep.is_err());
            insert(tx, 5)
        });
        results.push(inner);
        Ok::<_, Error>(results.iter().map(Result::is_ok).collect::<Vec<_>>())
    });
    assert_eq!(outcome.await, Ok(vec![true, false, true, true]));
    assert_eq!(count(&store).await, 5);
    assert_eq!(effects.load(SeqCst), 2);
    let value = store.read(|tx| tx.get("SELECT value FROM counter", &[], |row| row.get::<i64>(0)));
    assert_eq!(value.await, Ok(2));
}

async fn what_is_posted_is_part_of_the_transaction(store: TestStore) {
    let seen = store.write(|tx| {
        tx.post(INSERT, params![1_u128, 0])?;
        tx.get(COUNT, &[], |row| row.get::<i64>(0))
    });
    assert_eq!(seen.await, Ok(1), "what follows sees it");
    let alone = store.write(|tx| tx.post(INSERT, params![2_u128, 0]));
    assert_eq!(alone.await, Ok(()));
    assert_eq!(count(&store).await, 2, "the commit takes it along");
    let refused = store.write(|tx| {
        insert(tx, 3)?;
        tx.post(INSERT, params![1_u128, 0])
    });
    assert!(refused.await.unwrap_err().is_unique_on("thing_pkey"));
    let fails = store.write(|tx| {
        tx.post(INSERT, params![3_u128, 0])?;
        Err::<(), _>(Error::Missing)
    });
    assert_eq!(fails.await, Err(Error::Missing));
    assert_eq!(count(&store).await, 2);
    let part = store.write(|tx| {
        let part = tx.attempt(|tx| tx.post(INSERT, params![2_u128, 0]));
        tx.post(INSERT, params![4_u128, 0])?;
        Ok::<_, Error>(part)
    });
    let part = part.await.unwrap();
    assert!(part.unwrap_err().is_unique_on("thing_pkey"));
    assert_eq!(count(&store).await, 3, "a part fails alone");
}

async fn counting_loses_nothing(store: TestStore) {
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let store = (*store).clone();
            std::thread::spawn(move || {
                for _ in 0..25 {
                    let counted = store.write_blocking(|tx| {
                        let value: i64 =
                            tx.get("SELECT value FROM counter WHERE id = 1", &[], |row| {
                                row.get(0)
                            })?;
                        tx.execute(
                            "UPDATE counter SET value = $1 WHERE id = 1",
                            params![value + 1],
                        )
                    });
                    assert_eq!(counted, Ok(1));
                }
            })
        })
        .collect();
    tokio::task::block_in_place(|| calls.into_iter().for_each(|call| call.join().unwrap()));
    let value = store.read(|tx| tx.get("SELECT value FROM counter", &[], |row| row.get::<i64>(0)));
    assert_eq!(value.await, Ok(400));
    if store.engine() == Engine::Postgres {
        assert!(store.stats().retries > 0, "{:?}", store.stats());
    }
}

async fn a_read_sees_one_state(store: TestStore) {
    let writer = (*store).clone();
    let counts = store.read(move |tx| {
        let before: i64 = tx.get(crate::COUNT, &[], |row| row.get(0))?;
        writer.write_blocking(|tx| insert(tx, 1))?;
        let after: i64 = tx.get(crate::COUNT, &[], |row| row.get(0))?;
        Ok::<_, Error>((before, after))
    });
    assert_eq!(counts.await, Ok((0, 0)));
    assert_eq!(count(&store).await, 1);
}

async fn blocking_calls_work(store: TestStore) {
    let clone = (*store).clone();
    let thread = std::thread::spawn(move || {
        clone.write_blocking(|tx| insert(tx, 1)).unwrap();
        clone.read_blocking(|tx| tx.get(crate::COUNT, &[], |row| row.get::<i64>(0)))
    });
    assert_eq!(
        tokio::task::block_in_place(|| thread.join().unwrap()),
        Ok(1)
    );
}

async fn the_last_clone_may_die_in_a_closure(store: TestStore) {
    let gate = Arc::new(Barrier::new(2));
    let (clone, pass) = ((*store).clone(), Arc::clone(&gate));
    let asking = (*store).clone();
    tokio::spawn(async move {
        let _ = asking
            .write(move |tx| {
                pass.wait();
                let _ = &clone;
                insert(tx, 1)
            })
            .await;
    });
    tokio::task::block_in_place(|| {
        gate.wait();
        drop(store);
    });
}
