//! What somebody has typed into the form of a member, right or wrong.

use guanxi_model::{
    department::{DepartmentId, PER_MEMBER_MAX},
    member::{Place, Profile},
    person::{Email, Phone},
};
use guanxi_store::member::Member;

use super::super::Choice;
use crate::{auth::Form, locale::Locale, page::Errors};

/// Most rows of the corp's own fields.
const CUSTOM_MAX: usize = 20;

/// The fields as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) userid: String,
    pub(super) alias: String,
    pub(super) mobile: String,
    pub(super) email: String,
    pub(super) position: String,
    pub(super) extension: String,
    pub(super) employee_no: String,
    pub(super) places: Vec<Row>,
    /// Which row is the main department.
    pub(super) main: usize,
    pub(super) custom: Vec<(String, String)>,
    /// When the member was last changed as the form was opened.
    pub(super) seen: Option<i64>,
}

/// One department.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) department: Option<i64>,
    pub(super) leads: bool,
    pub(super) order: String,
}

impl Row {
    /// Whether this department is chosen in it.
    pub(super) fn is(&self, choice: &Choice) -> bool {
        self.department == Some(choice.id)
    }
}

impl Draft {
    /// An empty form, with room for a department.
    pub(super) fn new(department: Option<i64>) -> Self {
        let row = Row {
            department,
            ..Row::default()
        };
        Self {
            places: vec![row],
            ..Self::default()
        }
    }

    /// The form of a member, with room for one more department.
    pub(super) fn of(member: &Member) -> Self {
        let profile = &member.profile;
        let order = |order: i64| {
            if order == 0 {
                String::new()
            } else {
                order.to_string()
            }
        };
        let places = profile.places.iter().map(|place| Row {
            department: Some(place.department.0),
            leads: place.leads,
            order: order(place.order),
        });
        let optional = profile.mobile.map(|mobile| mobile.to_string());
        Self {
            name: profile.name.clone(),
            userid: profile.userid.clone(),
            alias: profile.alias.clone(),
            mobile: optional.unwrap_or_default(),
            email: profile
                .email
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            position: profile.position.clone(),
            extension: profile.extension.clone(),
            employee_no: profile.employee_no.clone(),
            places: places.collect(),
            main: 0,
            custom: profile.custom.clone(),
            seen: Some(member.updated_at_ms),
        }
    }

    /// Reads the form that was sent.
    pub(super) fn read(form: &Form) -> Self {
        let text = |name| form.text(name).to_owned();
        let leads: Vec<usize> = form.parse_all("leads");
        let mut orders = form.all("order");
        let places = form.all("department").take(PER_MEMBER_MAX + 1).enumerate();
        let places = places.map(|(at, department)| Row {
            department: department.trim().parse().ok(),
            leads: leads.contains(&at),
            order: orders.next().unwrap_or_default().trim().to_owned(),
        });
        let places = places.collect();
        let pairs = form.all("custom_key").zip(form.all("custom_value"));
        let custom = pairs
            .take(CUSTOM_MAX + 1)
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            name: text("name"),
            userid: text("userid"),
            alias: text("alias"),
            mobile: text("mobile"),
            email: text("email"),
            position: text("position"),
            extension: text("extension"),
            employee_no: text("employee_no"),
            places,
            main: form.parse("main").unwrap_or_default(),
            custom: custom.collect(),
            seen: form.parse("seen"),
        }
    }

    /// Adds an empty row.
    pub(super) fn widen(&mut self, what: &str) {
        match what {
            "custom" if self.custom.len() < CUSTOM_MAX => self.custom.push(<_>::default()),
            "department" if self.places.len() < PER_MEMBER_MAX => self.places.push(Row::default()),
            _ => {}
        }
    }

    /// The fields as a profile, or a sentence for each that needs correction.
    pub(super) fn profile(&self, l: Locale, region: &str) -> Result<Profile, Errors> {
        let mut errors = Errors::default();
        let mut profile = Profile {
            userid: self.userid.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
            position: self.position.clone(),
            extension: self.extension.clone(),
            employee_no: self.employee_no.clone(),
            places: self.placed(l, &mut errors),
            ..Profile::default()
        };
        let is_filled =
            |(key, value): &&(String, String)| !key.trim().is_empty() || !value.trim().is_empty();
        profile.custom = self.custom.iter().filter(is_filled).cloned().collect();
        if !self.mobile.trim().is_empty() {
            match Phone::parse(&self.mobile, region) {
                Ok(mobile) => profile.mobile = Some(mobile),
                Err(invalid) => errors.refuse("mobile", l, &invalid),
            }
        }
        if !self.email.trim().is_empty() {
            match Email::parse_of_member(&self.email) {
                Ok(email) => profile.email = Some(email),
                Err(invalid) => errors.refuse("email", l, &invalid),
            }
        }
        match profile.checked() {
            Ok(profile) if errors.is_empty() => Ok(profile),
            Ok(_) => Err(errors),
            Err(refused) => {
                let has_bad_email = !errors.on("email").is_empty();
                for invalid in refused {
                    // One who has typed an e-mail is told what is wrong with it, not that he needs one.
                    if !(has_bad_email && invalid.code == "mobile_or_email_required") {
                        errors.refuse(invalid.field, l, &invalid);
                    }
                }
                Err(errors)
            }
        }
    }

    /// The departments, the main one first; rows without one are left out.
    fn placed(&self, l: Locale, errors: &mut Errors) -> Vec<Place> {
        let mut places = Vec::new();
        for (at, row) in self.places.iter().enumerate() {
            let Some(department) = row.department.map(DepartmentId) else {
                continue;
            };
            let order = if row.order.is_empty() {
                Ok(0)
            } else {
                row.order.parse()
            };
            let order = order.unwrap_or_else(|_| {
                errors.add("department", l.t("people-order-number"));
                0
            });
            let place = Place {
                department,
                leads: row.leads,
                order,
            };
            if at == self.main {
                places.insert(0, place);
            } else {
                places.push(place);
            }
        }
        places
    }
}
