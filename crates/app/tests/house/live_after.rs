//! What follows a scan of a live code: the line of those who wait, answers that would be late, and customers who have themselves deleted.

use std::time::Duration;

use guanxi_app::{
    Cx, Result, conversation, customer, job,
    live_code::{visit::Added, waiting},
    person,
};
use guanxi_model::{
    conversation::{Note, Side},
    id::{LiveCodeId, MemberId, MessageId, PersonId},
    live_code::{plan::Plan, pool::Strategy},
    party::Party,
};
use guanxi_store::{self as store, testing::TestStore};

use crate::{
    live_desk::{add, ask, awake, person as person_of, publish, scan, seat},
    qr_code::visit_as,
    support::House,
};

guanxi_store::both_engines!(
    who_waited_is_served_as_at_the_page,
    a_late_answer_becomes_a_colleagues_unless_members_confirm,
    a_deleted_customer_leaves_no_words,
);

/// Lets the jobs of a node do what is due until it shows.
async fn until(
    house: &House,
    cx: &Cx,
    what: &str,
    is_so: impl Fn(&mut store::Tx<'_>) -> Result<bool> + Clone + Send + 'static,
) {
    let jobs = job::start(&house.env);
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..500 {
        let look = is_so.clone();
        if house.read(cx, move |tx, _| look(tx)).await.unwrap() {
            jobs.stop().await;
            return;
        }
        ticks.tick().await;
    }
    panic!("did not come about: {what}");
}

fn plan(house: &House, name: &str, userids: &[&str], confirm: bool) -> Plan {
    let seats = userids.iter().map(|userid| seat(house, userid, 1));
    let mut plan = Plan::simple(name, Strategy::RoundRobin, seats.collect());
    (plan.confirm, plan.marks.tags) = (confirm, vec!["排队".into()]);
    plan
}

/// The last add of a person with a member, and what the member calls him by.
async fn came(
    house: &House,
    cx: &Cx,
    member: MemberId,
    id: PersonId,
) -> (Option<LiveCodeId>, Option<Vec<String>>) {
    let corp = house.corp;
    let read = house.read(cx, move |tx, _| {
        let added = store::live_log::find_add(tx, corp, id, member)?;
        let owner = Party::Member { corp, id: member };
        let contact = store::contact::find(tx, owner, Party::Person { id })?;
        Ok((added.map(|(_, code)| code), contact.map(|one| one.tags)))
    });
    read.await.unwrap()
}

async fn who_waited_is_served_as_at_the_page(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang"]).await;
    let at_once = publish(&house, plan(&house, "直接", &["chen"], false)).await;
    let confirmed = publish(&house, plan(&house, "确认", &["wang"], true)).await;
    let corp = house.corp;
    let mut guests = Vec::new();
    for (number, code) in [(901, at_once), (902, confirmed)] {
        let guest = visit_as(&house, number, "排队的").await;
        let left = house.write(&guest, move |tx, cx| {
            waiting::leave(tx, cx, corp, code, "", "请回电")
        });
        left.await.unwrap();
        guests.push((guest, code));
    }
    let who: Vec<_> = guests
        .iter()
        .map(|(cx, code)| (person_of(cx).unwrap(), *code))
        .collect();
    let in_line = who.clone();
    until(&house, &guests[0].0, "nobody waits", move |tx| {
        for (id, code) in &in_line {
            if waiting::is_waiting(tx, corp, *code, *id)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
    .await;
    let tags = Some(vec!["排队".to_owned()]);
    assert_eq!(
        came(&house, &guests[0].0, house.id("chen"), who[0].0).await,
        (Some(at_once), tags)
    );
    // He who confirms each customer is asked.
    assert_eq!(
        came(&house, &guests[1].0, house.id("wang"), who[1].0).await,
        (Some(confirmed), None)
    );
}

async fn a_late_answer_becomes_a_colleagues_unless_members_confirm(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang", "lin", "zhao"]).await;
    let (corp, now_ms) = (house.corp, house.now_ms());
    let free = publish(&house, plan(&house, "直接", &["chen", "wang"], false)).await;
    let strict = publish(&house, plan(&house, "确认", &["lin", "zhao"], true)).await;
    let mut talks = Vec::new();
    for (number, code) in [(903, free), (904, strict)] {
        let guest = visit_as(&house, number, "等回复的").await;
        let visitor = u128::from(number);
        let shown = scan(&house.env, ask(corp, code, visitor)).await.unwrap();
        add(&house, &guest, code, visitor, shown.seq).await;
        let id = person_of(&guest).unwrap();
        let begun = house.write(&guest, move |tx, cx| {
            let (origin, due) = (Some((code, shown.seq)), Some(now_ms + 10_000));
            let id = conversation::open(tx, cx, corp, shown.member, id, None, None, None)?;
            let mut one = store::conversation::find(tx, corp, id)?.unwrap();
            (one.origin, one.promised_at_ms) = (origin, due);
            store::conversation::update(tx, corp, &one)?;
            Ok(id)
        });
        talks.push((begun.await.unwrap(), shown.member, id, guest));
    }
    let (talk, first) = (talks[0].0, talks[0].1);
    until(&house, &talks[0].3, "a colleague has it", move |tx| {
        Ok(store::conversation::find(tx, corp, talk)?.unwrap().member != first)
    })
    .await;
    let second = [house.id("chen"), house.id("wang")]
        .into_iter()
        .find(|one| *one != first)
        .unwrap();
    let (added, tags) = came(&house, &talks[0].3, second, talks[0].2).await;
    assert_eq!((added, tags.is_some()), (Some(free), true));
    // Both were due in the same round.
    let (talk, first) = (talks[1].0, talks[1].1);
    let kept = house.read(&talks[1].3, move |tx, _| {
        Ok(store::conversation::find(tx, corp, talk)?.unwrap())
    });
    assert_eq!(kept.await.unwrap().member, first);
}

async fn a_deleted_customer_leaves_no_words(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen"]).await;
    let code = publish(&house, plan(&house, "门店活码", &["chen"], false)).await;
    let shown = scan(&house.env, ask(house.corp, code, 5)).await.unwrap();
    let guest = visit_as(&house, 905, "何生").await;
    assert_eq!(
        add(&house, &guest, code, 5, shown.seq).await,
        Added::Contacts(shown.member)
    );
    let (corp, id, chen) = (
        house.corp,
        person_of(&guest).unwrap(),
        house.cx("chen").await,
    );
    // The list of customers names the code that he came by.
    let came_by = house.read(&chen, |tx, cx| {
        let me = cx.me(tx)?;
        Ok(customer::list(tx, &me)?.remove(0).code)
    });
    assert_eq!(came_by.await.unwrap(), "门店活码");
    let talk = house.read(&chen, move |tx, _| {
        Ok(store::conversation::find_between(
            tx,
            corp,
            shown.member,
            id,
        )?)
    });
    let talk = talk.await.unwrap().unwrap().id;
    house
        .write(&guest, move |tx, cx| {
            conversation::ask(tx, cx, talk, "我叫何生，住西湖边")
        })
        .await
        .unwrap();
    house
        .write(&chen, move |tx, cx| conversation::say(tx, cx, talk, "好的"))
        .await
        .unwrap();
    let left = house.write(&guest, move |tx, cx| {
        waiting::leave(tx, cx, corp, code, "", "何生请回电")
    });
    left.await.unwrap();
    house.write(&guest, person::delete).await.unwrap();
    let (said, one, waits) = house
        .read(&chen, move |tx, _| {
            let newest = MessageId::from_u128(u128::MAX);
            let said = store::conversation::messages(tx, corp, talk, newest, 100)?;
            let one = store::conversation::find(tx, corp, talk)?.unwrap();
            Ok((said, one, waiting::is_waiting(tx, corp, code, id)?))
        })
        .await
        .unwrap();
    let words: Vec<_> = said
        .iter()
        .filter(|one| Note::read(&one.body).is_none())
        .collect();
    assert!(
        words.len() == 1 && words[0].by == Side::Member && words[0].body == "好的",
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|one| Note::read(&one.body) == Some(Note::Erased))
    );
    assert!(!one.is_open() && !waits);
}
