//! Policies of contact requests and settings of the company, for those who may change them.

use std::collections::BTreeMap;

use guanxi_app::{Error, Me, Result, corp};
use guanxi_model::{
    corp::{MobileShown, Settings},
    role::Right,
};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::Item,
    call::Call,
    shape::{Empty, words},
};
use crate::locale::Locale;

words! {
    /// Who sees mobile numbers.
    MobileWord of MobileShown {
        /// Every colleague who can see the card.
        Colleagues,
        /// Confirmed contacts only.
        Contacts,
        /// Administrators only.
        Nobody,
    }
}

/// Policies of contact requests.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Policies {
    /// Contact requests that a member may send in one day.
    requests_per_day: u32,
    /// Days until an unanswered request expires.
    request_ttl_days: u32,
    /// Days that a sender waits after a decline.
    cool_down_days: u32,
    /// Verification message by language; `{department}`, `{name}` and `{position}` are filled in.
    templates: BTreeMap<String, String>,
    /// Who sees mobile numbers.
    mobile_shown: MobileWord,
    /// Whether colleagues are found by mobile number.
    mobile_search: bool,
    /// Highest share of members, in percent, that one bulk act may disable without a second confirmation.
    bulk_guard_percent: u32,
    /// Longest life of a QR code, in days; 0 allows permanent ones.
    code_days_max: u32,
}

fn policies(me: &Me) -> Policies {
    let settings = &me.corp.settings;
    Policies {
        requests_per_day: settings.requests_per_day,
        request_ttl_days: settings.request_ttl_days,
        cool_down_days: settings.cool_down_days,
        templates: settings.templates.clone(),
        mobile_shown: settings.mobile_shown.into(),
        mobile_search: settings.mobile_search,
        bulk_guard_percent: settings.bulk_guard_percent,
        code_days_max: settings.code_days_max,
    }
}

/// `GET /admin/policies`
pub(crate) fn get_policies(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Policies>> {
    Ok(Item(policies(&call.cx.me_with(tx, Right::EditPolicies)?)))
}

/// All policies of contact requests.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPolicies {
    /// Contact requests that a member may send in one day.
    #[schemars(range(min = 1, max = 10_000))]
    requests_per_day: u32,
    /// Days until an unanswered request expires.
    #[schemars(range(min = 1, max = 365))]
    request_ttl_days: u32,
    /// Days that a sender waits after a decline.
    #[schemars(range(min = 0, max = 365))]
    cool_down_days: u32,
    /// Verification message by language; `{department}`, `{name}` and `{position}` are filled in.
    templates: BTreeMap<String, String>,
    /// Who sees mobile numbers.
    mobile_shown: MobileWord,
    /// Whether colleagues are found by mobile number.
    mobile_search: bool,
    /// Highest share of members, in percent, that one bulk act may disable without a second confirmation.
    #[schemars(range(min = 1, max = 100))]
    bulk_guard_percent: u32,
    /// Longest life of a QR code, in days; 0 allows permanent ones.
    #[schemars(range(min = 0, max = 3650))]
    code_days_max: u32,
}

/// `PUT /admin/policies`
pub(crate) fn replace_policies(
    tx: &mut Tx<'_>,
    call: &Call<Empty, NewPolicies>,
) -> Result<Item<Policies>> {
    call.cx.me_with(tx, Right::EditPolicies)?;
    let new = &call.body;
    let is_spoken = |tag: &String| Locale::all().any(|locale| locale.tag() == tag);
    if !new.templates.keys().all(is_spoken) {
        return Err(Error::invalid("templates", "unknown_language"));
    }
    corp::change(tx, &call.cx, |old| {
        let settings = Settings {
            requests_per_day: new.requests_per_day,
            request_ttl_days: new.request_ttl_days,
            cool_down_days: new.cool_down_days,
            templates: new.templates.clone(),
            mobile_shown: new.mobile_shown.into(),
            mobile_search: new.mobile_search,
            bulk_guard_percent: new.bulk_guard_percent,
            code_days_max: new.code_days_max,
            ..old.settings.clone()
        };
        Ok((old.name.clone(), settings))
    })?;
    Ok(Item(policies(&call.cx.acting(tx)?)))
}

/// Settings of the company.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SettingsView {
    /// Its public id, which never changes.
    corpid: String,
    /// Its name.
    name: String,
    /// Language of pages for those who chose none.
    language: String,
    /// IANA time zone in which its days begin and end.
    time_zone: String,
    /// Region of phone numbers without a country code.
    region: String,
    /// Days that entries of the audit log are kept; 0 keeps them for good.
    audit_days: u32,
    /// Days that scans of QR codes are kept; 0 keeps them for good.
    scan_days: u32,
    /// Whether the logo, where there is one, stands in the middle of QR codes.
    logo_in_codes: bool,
}

fn settings(me: &Me) -> SettingsView {
    let settings = &me.corp.settings;
    SettingsView {
        corpid: me.corp.corpid.clone(),
        name: me.corp.name.clone(),
        language: settings.language.clone(),
        time_zone: settings.time_zone.clone(),
        region: settings.region.clone(),
        audit_days: settings.audit_days,
        scan_days: settings.scan_days,
        logo_in_codes: settings.logo_in_codes,
    }
}

/// `GET /admin/settings`
pub(crate) fn get_settings(tx: &mut Tx<'_>, call: &Call) -> Result<Item<SettingsView>> {
    Ok(Item(settings(&call.cx.me_with(tx, Right::EditSettings)?)))
}

/// All settings of the company.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSettings {
    /// Its name.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// Language of pages for those who chose none, such as `en`.
    #[schemars(length(min = 1, max = 16))]
    language: String,
    /// IANA time zone in which its days begin and end, such as `Europe/Berlin`.
    #[schemars(length(min = 1, max = 64))]
    time_zone: String,
    /// Region of phone numbers without a country code, such as `DE`.
    #[schemars(regex(pattern = r"^[A-Z]{2}$"))]
    region: String,
    /// Days that entries of the audit log are kept, 180 at least; 0 keeps them for good.
    #[serde(default)]
    audit_days: u32,
    /// Days that scans of QR codes are kept; 0 keeps them for good.
    #[serde(default)]
    scan_days: u32,
    /// Whether the logo, where there is one, stands in the middle of QR codes; as it is, if it is left out.
    #[serde(default)]
    logo_in_codes: Option<bool>,
}

/// `PUT /admin/settings`
pub(crate) fn replace_settings(
    tx: &mut Tx<'_>,
    call: &Call<Empty, NewSettings>,
) -> Result<Item<SettingsView>> {
    call.cx.me_with(tx, Right::EditSettings)?;
    let new = &call.body;
    if !Locale::all().any(|locale| locale.tag() == new.language) {
        return Err(Error::invalid("language", "unknown_language"));
    }
    corp::change(tx, &call.cx, |old| {
        let settings = Settings {
            language: new.language.clone(),
            time_zone: new.time_zone.clone(),
            region: new.region.clone(),
            audit_days: new.audit_days,
            scan_days: new.scan_days,
            logo_in_codes: new.logo_in_codes.unwrap_or(old.settings.logo_in_codes),
            ..old.settings.clone()
        };
        Ok((new.name.clone(), settings))
    })?;
    Ok(Item(settings(&call.cx.acting(tx)?)))
}
