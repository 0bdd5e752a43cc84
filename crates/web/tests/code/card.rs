//! The card as a file, read by a parser of somebody else's: whatever stands in a name comes back as it was.

use calcard::vcard::{VCard, VCardProperty, VCardValue};
use guanxi_model::qr_code::{Shown, Terms};
use guanxi_testkit::world::World;

use crate::{Phone, code_of};

/// Names with everything that means something in such a file, or is long, or lies outside the first plane.
const NAMES: [&str; 9] = [
    "林知夏",
    "曾,诗;涵",
    "Ada, Countess; of Lovelace",
    "back\\slash\\n O'Neil",
    "two\nlines here",
    "林知夏🌿👩‍👩‍👧",
    "END:VCARD",
    ";;;",
    "一个很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的名字",
];

fn texts(card: &VCard, property: &VCardProperty) -> Vec<String> {
    let entry = card.property(property).expect("the property is there");
    let text = |value: &VCardValue| match value {
        VCardValue::Text(text) => text.clone(),
        other => panic!("{property:?} holds {other:?}"),
    };
    entry.values.iter().map(text).collect()
}

#[tokio::test]
async fn every_name_comes_back_from_a_parser_as_it_was() {
    let world = World::sqlite().await;
    let corp_name = "青禾, R&D; \\ Söhne 🌿";
    let (corp, _) = world.corp(corp_name, "13800000001").await;
    let shown = Shown {
        mobile: true,
        employee_no: true,
        custom: vec!["工位,座".into()],
        ..Shown::default()
    };
    for name in NAMES {
        let someone = world.member(corp, name, 2).await;
        let id = someone.id;
        let write = world.env.store.write(move |tx| {
            let mut member = guanxi_store::member::find(tx, corp.id, id)?.expect("a member");
            member.profile.position = "销售; 客户, 经理".into();
            member.profile.employee_no = "QH;1,2".into();
            let custom = ("工位,座".to_owned(), "A1; B2\n三楼".to_owned());
            member.profile.custom.push(custom);
            guanxi_store::member::update(tx, corp.id, id, &member.profile, 1)
        });
        write.await.expect("the member is written");
        let terms = Terms {
            shown: shown.clone(),
            ..Terms::default()
        };
        let (_, path) = code_of(&world, &someone, terms).await;
        let file = Phone::of(&world).get(&format!("{path}/card.vcf")).await;
        assert!(
            file.body.split("\r\n").all(|line| line.len() <= 75),
            "{}",
            file.body
        );
        let card = VCard::parse(&file.body)
            .unwrap_or_else(|entry| panic!("{name}: {entry:?} in {}", file.body));
        assert_eq!(texts(&card, &VCardProperty::Fn), [name]);
        let parts = texts(&card, &VCardProperty::N);
        let (family, given) = (&parts[0], &parts[1]);
        let is_whole = format!("{family}{given}") == name || format!("{given} {family}") == name;
        assert!(
            is_whole && parts[2..].iter().all(String::is_empty),
            "{parts:?}"
        );
        assert_eq!(texts(&card, &VCardProperty::Org), [corp_name]);
        assert_eq!(texts(&card, &VCardProperty::Title), ["销售; 客户, 经理"]);
        let note = texts(&card, &VCardProperty::Note).concat();
        assert!(note.contains("QH;1,2"), "{note}");
        assert!(note.contains("工位,座: A1; B2\n三楼"), "{note}");
        assert!(texts(&card, &VCardProperty::Tel)[0].starts_with("+86138"));
        assert!(texts(&card, &VCardProperty::Url)[0].ends_with(&path));
        assert_eq!(
            card.entries.len(),
            8,
            "nothing was made of a name: {card:?}"
        );
    }
}
