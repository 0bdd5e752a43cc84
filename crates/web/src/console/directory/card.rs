//! The card of a colleague as the page shows it, with the form of a request.

use guanxi_app::{
    Cx, Me, Result,
    contact::{Standing, pipeline},
    directory::{self, Directory, Leader, Lens, Mobile},
};
use guanxi_model::{id::MemberId, member::Status};
use guanxi_store::Tx;

use super::{row::State, view::View};
use crate::{
    locale::Locale,
    page::{Errors, Face},
};

/// What stands beside the list.
#[derive(Debug)]
pub(super) enum Side {
    /// Nobody was chosen.
    Empty,
    /// There is no such colleague for the viewer, or no longer.
    Gone(String),
    /// Somebody's card.
    Card(Box<Card>),
}

/// A card.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) face: Face,
    pub(super) name: String,
    /// Pinyin, alias, position: what follows the name.
    pub(super) under: Vec<String>,
    pub(super) departments: Vec<String>,
    /// Label and value of what else is known.
    pub(super) facts: Vec<(String, String)>,
    pub(super) email: String,
    /// For `tel:`; the text of it stands beside.
    pub(super) mobile: Option<(String, String)>,
    pub(super) is_mobile_for_contacts: bool,
    pub(super) leaders: Vec<(String, String)>,
    pub(super) has_not_signed_in: bool,
    pub(super) state: State,
    pub(super) standing: Standing,
    pub(super) form: Form,
    /// The view with this card open.
    pub(super) view: View,
}

/// The form of a request, with the budget that it draws on.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    pub(super) message: String,
    pub(super) left: u32,
    pub(super) limit: u32,
    pub(super) errors: Errors,
    /// Why the last act on the card did not happen.
    pub(super) problem: String,
}

impl Form {
    /// A form to start with: the corp's template, and what is left of today's budget.
    pub(super) fn new(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Self> {
        let budget = pipeline::budget(tx, cx, me)?;
        Ok(Self {
            message: pipeline::template(cx, me),
            left: budget.left(),
            limit: budget.limit,
            ..Self::default()
        })
    }
}

/// What a page knows of a colleague before it is put into words.
pub(super) struct Read {
    pub(super) card: directory::Card,
    pub(super) form: Form,
}

impl Read {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        cx: &Cx,
        me: &Me,
        directory: &Directory,
        lens: &Lens,
        id: MemberId,
    ) -> Result<Self> {
        Ok(Self {
            card: directory::card(tx, cx, me, directory, lens, id)?,
            form: Form::new(tx, cx, me)?,
        })
    }

    /// The card in the reader's language.
    pub(super) fn shown(self, l: Locale, lens: &Lens, view: &View) -> Card {
        let directory::Card {
            member,
            mobile,
            leaders,
            standing,
            is_me,
        } = self.card;
        let profile = member.profile.clone();
        let under = [
            guanxi_search::reading_of(&profile.name),
            profile.alias,
            profile.position,
        ];
        let places = profile.places.iter();
        let mut facts = vec![
            (l.t("directory-extension").into_owned(), profile.extension),
            (
                l.t("directory-employee-no").into_owned(),
                profile.employee_no,
            ),
        ];
        facts.extend(profile.custom);
        if let Some(contact) = &standing.contact {
            facts.insert(
                0,
                (l.t("directory-remark").into_owned(), contact.remark.clone()),
            );
        }
        facts.retain(|(_, value)| !value.is_empty());
        let card_of = |leader: Leader| (leader.name, view.with_member(leader.id).card_url());
        Card {
            face: Face::of(&member),
            under: under.into_iter().filter(|text| !text.is_empty()).collect(),
            departments: places
                .map(|place| {
                    let title = lens.title(place.department);
                    if place.leads {
                        l.t1("directory-leads", "department", title).into_owned()
                    } else {
                        title
                    }
                })
                .collect(),
            facts,
            email: profile
                .email
                .map(|email| email.as_str().to_owned())
                .unwrap_or_default(),
            mobile: match mobile {
                Mobile::Shown(number) => Some((number.to_string(), number.readable())),
                Mobile::ForContacts | Mobile::Hidden => None,
            },
            is_mobile_for_contacts: mobile == Mobile::ForContacts,
            leaders: leaders.into_iter().map(card_of).collect(),
            has_not_signed_in: member.status == Status::NotActivated,
            state: State::of(&standing, is_me),
            standing,
            form: self.form,
            view: view.with_member(member.id),
            name: profile.name,
        }
    }
}

impl Card {
    pub(super) fn is_me(&self) -> bool {
        self.state == State::Me
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.state == State::Blocked
    }

    pub(super) fn is_contact(&self) -> bool {
        self.state == State::Contacts
    }

    pub(super) fn has_received(&self) -> bool {
        self.state == State::Received
    }

    pub(super) fn has_sent(&self) -> bool {
        self.state == State::Sent
    }

    /// When the request of the viewer's was sent.
    pub(super) fn sent_at_ms(&self) -> i64 {
        let sent = self.standing.sent.as_ref();
        sent.map_or(0, |request| request.created_at_ms)
    }

    /// What the viewer wrote in it.
    pub(super) fn sent_message(&self) -> &str {
        let sent = self.standing.sent.as_ref();
        sent.map_or("", |request| request.message.as_str())
    }

    /// What the colleague wrote in the request that waits for the viewer.
    pub(super) fn received_message(&self) -> &str {
        let received = self.standing.received.as_ref();
        received.map_or("", |request| request.message.as_str())
    }

    /// The address of an act on that request.
    pub(super) fn received_act(&self, verb: &str) -> String {
        let received = self.standing.received.as_ref();
        received
            .map(|request| self.view.act_on(verb, request.id))
            .unwrap_or_default()
    }

    /// The address of an act on the request that the viewer sent.
    pub(super) fn sent_act(&self, verb: &str) -> String {
        let sent = self.standing.sent.as_ref();
        sent.map(|request| self.view.act_on(verb, request.id))
            .unwrap_or_default()
    }

    /// Since when they are contacts.
    pub(super) fn since_ms(&self) -> i64 {
        self.standing
            .contact
            .as_ref()
            .map_or(0, |contact| contact.since_ms)
    }
}
