//! A sign-in on its way: the number as somebody typed it, and what the number page leaves for the code page.

use axum::http::{HeaderValue, header};
use guanxi_model::{field::Invalid, person::Phone};

use crate::{auth::Guest, cookie};

/// Region of numbers without a country code where nothing else is known.
const REGION: &str = "CN";

/// Reads a number before anybody's company is known: as a Chinese mobile number, else as one of the reader's region.
pub(crate) fn read_number(guest: &Guest, typed: &str) -> Result<Phone, Invalid> {
    let home = Phone::parse(typed, REGION);
    if home.as_ref().is_ok_and(|phone| phone.is_mobile()) {
        return home;
    }
    let accept = guest
        .headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let abroad =
        regions(accept.unwrap_or_default()).find_map(|region| Phone::parse(typed, &region).ok());
    abroad.map_or(home, Ok)
}

/// Regions that a browser names with its languages: `de-AT, en-GB;q=0.7` is Austria, then Britain.
fn regions(accept: &str) -> impl Iterator<Item = String> {
    accept.split(',').take(8).filter_map(|language| {
        let tag = language.split(';').next()?.trim();
        let region = tag.rsplit_once('-')?.1;
        (region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic()))
            .then(|| region.to_ascii_uppercase())
    })
}

/// What the number page leaves for the code page. In a cookie rather than the address, which ends up in logs.
pub(super) const PENDING: &str = "sign_in";
/// How long the cookie is kept, in seconds: as long as a code counts, and a little more to ask for another.
const PENDING_S: u64 = 15 * 60;

/// A sign-in that has got as far as its code. What it says is shown to the one who sent it, and trusted for nothing.
pub(super) struct Pending {
    pub mobile: Phone,
    /// When another code may be asked for.
    pub again_at_ms: i64,
    /// The code itself, in a demo.
    pub shown: Option<String>,
}

impl Pending {
    pub(super) fn find(guest: &Guest) -> Option<Self> {
        let mut parts = cookie::find(&guest.headers, PENDING)?.split('~');
        let mobile = parts.next()?.parse().ok()?;
        let again_at_ms = parts.next()?.parse().ok()?;
        let is_code =
            |code: &&str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let shown = parts.next().filter(is_code).map(str::to_owned);
        Some(Self {
            mobile,
            again_at_ms,
            shown: shown.filter(|_| guest.app.env.sms.shows_codes()),
        })
    }

    pub(super) fn cookie(&self, guest: &Guest) -> HeaderValue {
        let shown = self.shown.as_deref().unwrap_or_default();
        let value = format!("{}~{}~{shown}", self.mobile, self.again_at_ms);
        cookie::set(PENDING, &value, PENDING_S, guest.app.is_secure())
    }
}

/// Tells browsers apart that ask for a code: it counts only in the one that asked. Handed out with the page for the number,
/// so that a code whose answer is lost on a bad connection still counts after a reload.
const BROWSER: &str = "sign_in_browser";

/// Number of the guest's browser, if it has got one.
pub(crate) fn browser(guest: &Guest) -> Option<u128> {
    let text = cookie::find(&guest.headers, BROWSER)?;
    u128::from_str_radix(text, 16)
        .ok()
        .filter(|_| text.len() == 32)
}

/// The cookie that keeps the number of a browser.
pub(crate) fn browser_cookie(guest: &Guest, browser: u128) -> HeaderValue {
    const DAY_S: u64 = 24 * 60 * 60;
    let value = format!("{browser:032x}");
    cookie::set(BROWSER, &value, DAY_S, guest.app.is_secure())
}
