//! What a visitor of a live code has typed before his number is proved; kept in a cookie, so that the page for the code can be loaded again.

use axum::http::HeaderValue;
use guanxi_model::person::Phone;

use crate::{
    auth::{Form, Guest},
    cookie,
    page::encoded,
};

/// Name of the cookie.
pub(super) const PENDING: &str = "live_visit";
/// How long it is kept, in seconds: as long as a code counts, and a little more to ask for another.
const PENDING_S: u64 = 15 * 60;

/// What a visitor says of himself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Who {
    pub name: String,
    pub mobile: String,
    pub message: String,
    /// Number of the scan that keeps his place; 0 where nobody was free, and he leaves his number.
    pub seq: i64,
}

impl Who {
    pub(super) fn of(form: &Form) -> Self {
        let text = |name| form.text(name).trim().to_owned();
        Self {
            name: text("name"),
            mobile: text("mobile"),
            message: text("message"),
            seq: form.parse("seq").unwrap_or_default(),
        }
    }
}

/// A visit that has got as far as its code. What it says is shown to the one who sent it, and trusted for nothing.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub who: Who,
    pub mobile: Phone,
    /// When another code may be asked for.
    pub again_at_ms: i64,
    /// The code itself, in a demo.
    pub shown: Option<String>,
}

impl Pending {
    pub(super) fn find(guest: &Guest) -> Option<Self> {
        let form = Form::read(cookie::find(&guest.headers, PENDING)?.as_bytes());
        let who = Who::of(&form);
        let mobile = who.mobile.parse().ok()?;
        let is_code =
            |code: &&str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let shown = form.find("code").filter(is_code).map(str::to_owned);
        Some(Self {
            who,
            mobile,
            again_at_ms: form.parse("again").unwrap_or_default(),
            shown: shown.filter(|_| guest.app.env.sms.shows_codes()),
        })
    }

    pub(super) fn cookie(&self, guest: &Guest) -> HeaderValue {
        let value = format!(
            "name={}&mobile={}&message={}&seq={}&again={}&code={}",
            encoded(&self.who.name),
            encoded(&self.mobile.to_string()),
            encoded(&self.who.message),
            self.who.seq,
            self.again_at_ms,
            self.shown.as_deref().unwrap_or_default(),
        );
        cookie::set(PENDING, &value, PENDING_S, guest.app.is_secure())
    }
}
