//! Who is behind a request. A route of the table is guarded by its [`Access`]; a handler gets at the data only through one
//! of the extractors here, and a handler that changes something only through [`Posted`], which has checked the form's token.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use guanxi_app::{Cx, Error, once, session::Identity};
use guanxi_model::{
    audit,
    id::{CorpId, MemberId, OnceId},
    role::Right,
};
use guanxi_store::Tx;
use jiff::tz::TimeZone;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{
    cookie, csrf, error::Failure, forwarded, locale::Locale, page::Theme, preference, state::App,
};

/// Name of the session's cookie.
pub const COOKIE: &str = "session";
/// Largest form, in bytes; a longer one is refused with 413.
pub(crate) const FORM_MAX: usize = 256 * 1024;

/// Who may use a route. The one table of routes says it for each, and tests try each with everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// A signed-in person, with a company or without.
    Person,
    /// A member who works with an account.
    Member,
    /// A member who has the right, at least for a part of the tree.
    Right(Right),
}

/// Checks a route's access before its handler runs, and leaves the identity for the extractors.
pub async fn guard(
    State((app, access)): State<(App, Access)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let Some(identity) = identify(&app, request.headers()).await? else {
        return match access {
            Access::Public => Ok(next.run(request).await),
            _ => Err(Error::SignedOut.into()),
        };
    };
    let mut response = match permit(&app, &identity, access).await {
        Ok(()) => {
            request.extensions_mut().insert(Arc::clone(&identity));
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    };
    // Whoever renders a failure speaks the person's language.
    response.extensions_mut().insert(identity);
    Ok(response)
}

async fn permit(app: &App, identity: &Identity, access: Access) -> Result<(), Failure> {
    let account = identity.session.account.ok_or(Failure::NoCompany);
    match access {
        Access::Public | Access::Person => Ok(()),
        Access::Member => account.map(drop),
        Access::Right(right) => check_right(app, account?, right).await,
    }
}

async fn check_right(
    app: &App,
    (corp, member): (CorpId, MemberId),
    right: Right,
) -> Result<(), Failure> {
    let corp = guanxi_app::corp::current(&app.env, corp).await?;
    if corp.roles_of(member).allow_somewhere(right) {
        Ok(())
    } else {
        Err(Error::Forbidden { right }.into())
    }
}

/// The zone of the corp that a person works for, as far as it is in memory.
pub(crate) fn zone(app: &App, identity: &Identity) -> TimeZone {
    let corp = identity.session.account;
    let corp = corp.and_then(|(corp, _)| app.env.corps.peek(corp));
    corp.map_or(TimeZone::UTC, |corp| corp.settings.zone())
}

async fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Identity>>, Failure> {
    match cookie::find(headers, COOKIE) {
        Some(token) if token.len() == 64 => {
            Ok(guanxi_app::session::authenticate(&app.env, token).await?)
        }
        _ => Ok(None),
    }
}

/// Somebody on a page that needs no session: language, theme, address.
#[derive(Debug)]
pub struct Guest {
    /// What handlers share.
    pub app: App,
    /// Context without an actor.
    pub cx: Cx,
    /// Language of the page.
    pub l: Locale,
    /// Theme of the page.
    pub theme: Theme,
    /// Path and query, to come back to.
    pub path: String,
    /// The session, should there be one.
    pub identity: Option<Arc<Identity>>,
    /// Headers of the request.
    pub headers: HeaderMap,
}

/// A signed-in person and what a page for him needs to know.
#[derive(Debug)]
pub struct Actor {
    /// What handlers share.
    pub app: App,
    /// Context with the actor.
    pub cx: Cx,
    /// The session and its person.
    pub identity: Arc<Identity>,
    /// Language of the page.
    pub l: Locale,
    /// Theme of the page.
    pub theme: Theme,
    /// Path and query of the request.
    pub path: String,
    /// Ids of the parts that a script asked for.
    pub fragments: Vec<String>,
    /// Key of this session's form tokens and notes to the next page.
    pub secret: [u8; 32],
    /// Number of the form that was sent, as it was shown and filled in; a page that is only read has none.
    once: Option<OnceId>,
    headers: HeaderMap,
}

impl Actor {
    /// A new token for a form.
    pub fn csrf(&self) -> String {
        csrf::token(&self.secret, self.app.env.chance.number() as u64)
    }

    /// The zone in which his corp counts its days.
    pub fn zone(&self) -> TimeZone {
        zone(&self.app, &self.identity)
    }

    /// Reads in one transaction, as this actor.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&mut Tx<'_>, &Cx) -> guanxi_app::Result<T> + Send + 'static,
    ) -> guanxi_app::Result<T> {
        let cx = self.cx.clone();
        self.app.env.store.read(move |tx| read(tx, &cx)).await
    }

    /// Writes in one transaction, as this actor; it may run twice.
    pub async fn write<T: Send + 'static>(
        &self,
        write: impl Fn(&mut Tx<'_>, &Cx) -> guanxi_app::Result<T> + Send + 'static,
    ) -> guanxi_app::Result<T> {
        let cx = self.cx.clone();
        self.app.env.store.write(move |tx| write(tx, &cx)).await
    }

    /// Writes what a form makes: the same form sent twice makes it once, and is answered with the first result.
    pub async fn write_once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        write: impl Fn(&mut Tx<'_>, &Cx) -> guanxi_app::Result<T> + Send + 'static,
    ) -> guanxi_app::Result<T> {
        let once = self.once;
        let write = move |tx: &mut Tx<'_>, cx: &Cx| match once {
            Some(id) => once::first(tx, cx, id, |tx| write(tx, cx)),
            None => write(tx, cx),
        };
        self.write(write).await
    }

    /// The same person on a page that needs no session.
    pub fn into_guest(self) -> Guest {
        Guest {
            cx: self.cx,
            app: self.app,
            l: self.l,
            theme: self.theme,
            path: self.path,
            identity: Some(self.identity),
            headers: self.headers,
        }
    }

    /// What the page before left to say.
    pub fn flash(&self) -> Option<crate::page::Flash> {
        crate::page::Flash::take(&self.headers, &self.secret)
    }
}

/// A form that was sent from a page of ours by a signed-in person.
#[derive(Debug)]
pub struct Posted {
    /// Who.
    pub actor: Actor,
    /// What.
    pub form: Form,
}

/// Fields of a form in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Form {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl Form {
    /// Reads `name=value&…`, from a body or a query.
    pub fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// Reads the query of a path.
    pub fn query(path: &str) -> Self {
        Self::read(
            path.split_once('?')
                .map_or("", |(_, query)| query)
                .as_bytes(),
        )
    }

    /// The first value of a field, or nothing.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a field; empty if it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether a checkbox was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The value of a field in another type; None if it was not sent or does not read.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.find(name)?.trim().parse().ok()
    }

    /// All values of a field that read as this type.
    pub fn parse_all<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.all(name)
            .filter_map(|value| value.trim().parse().ok())
            .collect()
    }
}

impl FromRequestParts<App> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let identity = parts.extensions.get::<Arc<Identity>>().cloned();
        let l = preference::locale(&parts.headers, None);
        Ok(Self {
            app: Arc::clone(app),
            cx: app.env.cx(
                guanxi_app::Actor::Nobody,
                address(parts, app),
                l.tag().to_owned(),
            ),
            l,
            theme: Theme::chosen(&parts.headers),
            path: path(parts),
            identity,
            headers: parts.headers.clone(),
        })
    }
}

impl Actor {
    pub(crate) fn from_parts(parts: &Parts, app: &App) -> Result<Self, Failure> {
        let identity = parts
            .extensions
            .get::<Arc<Identity>>()
            .cloned()
            .ok_or(Error::SignedOut)?;
        let l = preference::locale(&parts.headers, identity.person.language.as_deref());
        let token = cookie::find(&parts.headers, COOKIE).unwrap_or_default();
        let theme = identity
            .person
            .theme
            .as_deref()
            .map_or_else(|| Theme::chosen(&parts.headers), Theme::named);
        Ok(Self {
            cx: app
                .env
                .cx(identity.actor(), address(parts, app), l.tag().to_owned()),
            app: Arc::clone(app),
            l,
            theme,
            path: path(parts),
            fragments: crate::page::fragments(&parts.headers),
            secret: csrf::session_key(&app.env.pepper, token),
            once: None,
            headers: parts.headers.clone(),
            identity,
        })
    }
}

impl FromRequestParts<App> for Actor {
    type Rejection = Failure;

    /// For pages only: what changes something takes [`Posted`], so that no handler can forget the form's token.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return Err(Failure::Forged);
        }
        Self::from_parts(parts, app)
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let mut actor = Actor::from_parts(&parts, app)?;
        let form = read_form(&parts.headers, body).await?;
        let header = parts
            .headers
            .get(csrf::HEADER)
            .and_then(|value| value.to_str().ok());
        let token = header.unwrap_or_else(|| form.text(csrf::FIELD));
        if csrf::is_from_here(&parts.headers) && csrf::is_valid(&actor.secret, token) {
            actor.once = Some(once_id(&actor.path, token, &form));
            Ok(Self { actor, form })
        } else {
            Err(Failure::Forged)
        }
    }
}

/// Number of a form as it was shown and filled in. Its token is another on each page that is shown, so it stands for that page.
fn once_id(path: &str, token: &str, form: &Form) -> OnceId {
    let mut hash = Sha256::new();
    let own = form.fields().filter(|(name, _)| *name != csrf::FIELD);
    let texts = own.flat_map(|(name, value)| [name, value]);
    for text in [path, token].into_iter().chain(texts) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let mut start = [0; 16];
    start.copy_from_slice(&hash.finalize()[..16]);
    OnceId::from_u128(u128::from_be_bytes(start))
}

/// A form of somebody who has not signed in; checked by the site it comes from, since there is no session to tie it to.
#[derive(Debug)]
pub struct GuestPosted {
    /// Who.
    pub guest: Guest,
    /// What.
    pub form: Form,
}

impl FromRequest<App> for GuestPosted {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let guest = Guest::from_request_parts(&mut parts, app).await?;
        let form = read_form(&parts.headers, body).await?;
        if csrf::is_from_here(&parts.headers) {
            Ok(Self { guest, form })
        } else {
            Err(Failure::Forged)
        }
    }
}

async fn read_form(headers: &HeaderMap, body: axum::body::Body) -> Result<Form, Failure> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let bytes = axum::body::to_bytes(body, FORM_MAX)
        .await
        .map_err(|_| Failure::Status(StatusCode::PAYLOAD_TOO_LARGE))?;
    if !is_form && !bytes.is_empty() {
        return Err(Failure::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    Ok(Form::read(&bytes))
}

fn path(parts: &Parts) -> String {
    parts
        .uri
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Shortened address of the caller; behind a trusted proxy the one that the proxy names.
pub(crate) fn address(parts: &Parts, app: &App) -> String {
    let named = if app.trust_proxy {
        forwarded::caller(&parts.headers)
    } else {
        None
    };
    let direct = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(socket)| socket.ip());
    named.or(direct).map(audit::shortened).unwrap_or_default()
}
