//! The way of a call: token, limit, scope, right, what is accepted and sent; then its transaction, and the headers of the answer.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::any,
};
use guanxi_app::{Cx, Error, token::Identity};
use guanxi_model::role::Roles;
use guanxi_store::Tx;
use sha2::{Digest as _, Sha256};

use super::{
    answer::{Answer, JSON},
    call::Raw,
    limit::Left,
    negotiate::{accepts, is_json, names_tag},
    operation::{Door, Operation, ROOT, Run, Work},
    problem::Fault,
};
use crate::{auth::FORM_MAX, edge::RequestId, locale::Locale, preference, state::App};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key of a request that may be sent twice.
const KEY_MAX: usize = 255;

/// The operations of one address.
type Here = Arc<Vec<Operation>>;

/// The router of all operations.
pub(crate) fn routes(table: Vec<Operation>) -> Router<App> {
    let mut places: BTreeMap<&'static str, Vec<Operation>> = BTreeMap::new();
    for operation in table {
        places.entry(operation.path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, here) in places {
        let here: Here = Arc::new(here);
        let serve = move |State(app): State<App>, parts: RawPathParams, request: Request| {
            let part = parts.iter().next().map(|(_, part)| part.to_owned());
            serve(app, Arc::clone(&here), part, request)
        };
        router = router.route(&format!("{ROOT}{path}"), any(serve));
    }
    let unknown = |request: Request| async move {
        let caller = Caller::of(&request);
        caller.refuse(Fault::new(StatusCode::NOT_FOUND, "address_unknown"))
    };
    router
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
}

/// Who reads the answer.
struct Caller {
    l: Locale,
    id: Option<RequestId>,
}

impl Caller {
    fn of(request: &Request) -> Self {
        Self {
            l: language(request.headers()),
            id: request.extensions().get::<RequestId>().cloned(),
        }
    }

    fn refuse(&self, fault: Fault) -> Response {
        fault.into_response(self.l, self.id.as_ref())
    }
}

/// The language that the caller asks for; cookies do not count here.
pub(super) fn language(headers: &HeaderMap) -> Locale {
    let mut asked = HeaderMap::new();
    if let Some(accept) = headers.get(header::ACCEPT_LANGUAGE) {
        asked.insert(header::ACCEPT_LANGUAGE, accept.clone());
    }
    preference::locale(&asked, None)
}

async fn serve(app: App, here: Here, part: Option<String>, request: Request) -> Response {
    let caller = Caller::of(&request);
    let method = match *request.method() {
        Method::HEAD => Method::GET,
        ref other => other.clone(),
    };
    let Some(operation) = here.iter().find(|operation| operation.method == method) else {
        let allowed = allowed(&here);
        if method == Method::OPTIONS {
            return (StatusCode::NO_CONTENT, [(header::ALLOW, allowed)]).into_response();
        }
        let fault = Fault::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        return caller.refuse(fault.with(header::ALLOW, allowed));
    };
    let mut left = None;
    let call = Inbound {
        app,
        here: &here,
        operation,
        part,
    };
    let mut response = match call.answer(request, &caller, &mut left).await {
        Ok(response) => response,
        Err(fault) => caller.refuse(fault),
    };
    if let Some(left) = left {
        tell(response.headers_mut(), left);
    }
    response
}

fn allowed(here: &[Operation]) -> String {
    let mut methods: Vec<&str> = here
        .iter()
        .map(|operation| operation.method.as_str())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

/// Writes what is left to the token.
fn tell(headers: &mut HeaderMap, left: Left) {
    let Left {
        limit,
        left,
        reset_s,
        ..
    } = left;
    let mut put = |name, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    put("ratelimit-policy", format!("\"token\";q={limit};w=60"));
    put("ratelimit", format!("\"token\";r={left};t={reset_s}"));
}

/// A call on its way to its operation.
struct Inbound<'a> {
    app: App,
    here: &'a [Operation],
    operation: &'a Operation,
    part: Option<String>,
}

impl Inbound<'_> {
    async fn answer(
        self,
        request: Request,
        caller: &Caller,
        left: &mut Option<Left>,
    ) -> Result<Response, Fault> {
        let (parts, body) = request.into_parts();
        let headers = &parts.headers;
        let cx = match self.operation.door {
            Door::Open => self.cx(guanxi_app::Actor::Nobody, &parts, caller),
            door => {
                let identity = self.identify(headers).await?;
                let count = self
                    .app
                    .api_limits
                    .take(&identity.bearer, self.app.env.clock.now_ms());
                *left = Some(count);
                if let Some(retry_s) = count.retry_s {
                    let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
                    return Err(fault.with(header::RETRY_AFTER, retry_s.to_string()));
                }
                permit(&self.app, &identity, door).await?;
                self.cx(identity.actor(), &parts, caller)
            }
        };
        let media = self.operation.success.media.unwrap_or(JSON);
        if !accepts(headers, media) {
            return Err(Fault::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable"));
        }
        let body = self.body(headers, body).await?;
        let directory = match (self.operation.needs_directory, cx.account()) {
            (true, Ok((corp, _))) => {
                Some(guanxi_app::directory::open(&self.app.env, corp).await?.0)
            }
            _ => None,
        };
        let raw = Raw {
            app: Arc::clone(&self.app),
            cx,
            l: caller.l,
            address: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            part: self.part.clone(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body,
            directory,
        };
        match &self.operation.work {
            Work::Later(act) => act(raw).await,
            Work::Read(prepare) => {
                let run = prepare(raw)?;
                let answer = self.app.env.store.read(move |tx| run(tx)).await?;
                Ok(if self.operation.is_change() {
                    written(answer, false)
                } else {
                    read(answer, headers)
                })
            }
            Work::Write(prepare) => {
                let intent = self.intent(headers, &raw)?;
                let run = prepare(raw)?;
                let write = move |tx: &mut Tx<'_>| intent.carry_out(tx, &run);
                let (answer, replayed) = self.app.env.store.write(write).await?;
                Ok(written(answer, replayed))
            }
        }
    }

    fn cx(
        &self,
        actor: guanxi_app::Actor,
        parts: &axum::http::request::Parts,
        caller: &Caller,
    ) -> Cx {
        let address = crate::auth::address(parts, &self.app);
        self.app.env.cx(actor, address, caller.l.tag().to_owned())
    }

    async fn identify(&self, headers: &HeaderMap) -> Result<Identity, Fault> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Err(Fault::no_token(false));
        };
        let value = value.to_str().unwrap_or_default();
        let token = match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => return Err(Fault::no_token(true)),
        };
        let found = guanxi_app::token::authenticate(&self.app.env, token).await?;
        found.ok_or_else(|| Fault::no_token(true))
    }

    async fn body(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Fault> {
        if self.operation.body.is_none() {
            return Ok(Bytes::new());
        }
        let too_large = |_| Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        let body = axum::body::to_bytes(body, FORM_MAX)
            .await
            .map_err(too_large)?;
        if is_json(headers) {
            return Ok(body);
        }
        let fault = Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
        Err(fault.with(header::ACCEPT, JSON.to_owned()))
    }

    /// What is asked for beside the change itself: that it happens once, and only to what the caller has seen.
    fn intent(&self, headers: &HeaderMap, raw: &Raw) -> Result<Intent, Fault> {
        let key = match headers.get(IDEMPOTENCY_KEY) {
            Some(value) if self.operation.keeps_answers => Some(key(value)?),
            _ => None,
        };
        let asked = Sha256::new()
            .chain_update(self.operation.method.as_str())
            .chain_update([0])
            .chain_update(&raw.address)
            .chain_update([0])
            .chain_update(&raw.body)
            .finalize();
        let seen = self.seen(headers, raw)?;
        let guanxi_app::Actor::Token(bearer) = raw.cx.actor else {
            return Err(Error::SignedOut.into());
        };
        Ok(Intent {
            owner: (bearer.corp, bearer.token),
            key,
            asked: asked.to_vec(),
            now_ms: raw.cx.now(),
            seen,
        })
    }

    fn seen(&self, headers: &HeaderMap, raw: &Raw) -> Result<Option<Seen>, Fault> {
        let sight = self.here.iter().find_map(|other| match &other.work {
            Work::Read(prepare) if !other.is_change() && other.success.media == Some(JSON) => {
                Some(prepare)
            }
            _ => None,
        });
        let (Some(prepare), true) = (sight, self.operation.method != Method::POST) else {
            return Ok(None);
        };
        match headers.get(header::IF_MATCH) {
            Some(tags) => Ok(Some(Seen {
                tags: tags.clone(),
                look: prepare(raw.bare())?,
            })),
            None if self.operation.is_guarded => Err(Fault::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_required",
            )),
            None => Ok(None),
        }
    }
}

fn key(value: &HeaderValue) -> Result<String, Fault> {
    let text = value.to_str().unwrap_or_default();
    if (1..=KEY_MAX).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err(Fault::header("Idempotency-Key"))
    }
}

/// Refuses a token that may not do this, or whose bearer may not.
async fn permit(app: &App, identity: &Identity, door: Door) -> Result<(), Fault> {
    if let Some(scope) = door.scope().filter(|scope| !identity.may(*scope)) {
        return Err(Fault::scope(scope));
    }
    let member = identity.bearer.member.map(|(member, _)| member);
    match (door, member) {
        (Door::Open | Door::Bearer, _) | (Door::Member(_), Some(_)) => Ok(()),
        (Door::Member(_), None) => Err(Fault::new(StatusCode::FORBIDDEN, "member_token_needed")),
        (Door::Right(right, _), member) => {
            let corp = guanxi_app::corp::current(&app.env, identity.token.corp).await?;
            let may = match member {
                Some(member) => corp.roles_of(member).allow_somewhere(right),
                None => Roles(identity.token.roles.clone()).allow_somewhere(right),
            };
            if may {
                Ok(())
            } else {
                Err(Error::Forbidden { right }.into())
            }
        }
    }
}

/// What a changing call wants beside the change.
struct Intent {
    owner: (guanxi_model::id::CorpId, guanxi_model::id::TokenId),
    key: Option<String>,
    asked: Vec<u8>,
    now_ms: i64,
    seen: Option<Seen>,
}

/// What the caller has seen of what he changes.
struct Seen {
    tags: HeaderValue,
    look: Run,
}

impl Intent {
    /// The change with its conditions, in its transaction; whether the answer is one from before.
    fn carry_out(&self, tx: &mut Tx<'_>, run: &Run) -> Result<(Answer, bool), Fault> {
        if let Some(answer) = self.claim(tx)? {
            return Ok((answer, true));
        }
        if let Some(seen) = &self.seen {
            let tag = (seen.look)(tx)?.tag();
            if !names_tag(&seen.tags, &tag, false) {
                return Err(Fault::new(
                    StatusCode::PRECONDITION_FAILED,
                    "changed_meanwhile",
                ));
            }
        }
        let answer = run(tx)?;
        if let Some(key) = &self.key {
            let text = serde_json::to_string(&answer)
                .map_err(|error| Error::Internal(error.to_string()))?;
            guanxi_store::idempotency::answer(tx, self.owner, key, &text)?;
        }
        Ok((answer, false))
    }

    fn claim(&self, tx: &mut Tx<'_>) -> Result<Option<Answer>, Fault> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let answered =
            guanxi_store::idempotency::claim(tx, self.owner, key, &self.asked, self.now_ms)?;
        let Some(answered) = answered else {
            return Ok(None);
        };
        if answered.request_hash != self.asked {
            return Err(Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
            ));
        }
        let answer = serde_json::from_str(&answered.answer)
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Some(answer))
    }
}

/// The answer to a reading call: 304 where the caller has it already.
fn read(answer: Answer, headers: &HeaderMap) -> Response {
    let tag = answer.tag();
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tags| names_tag(tags, &tag, true));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer.into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // It may be kept, but not be shown without asking.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

fn written(answer: Answer, replayed: bool) -> Response {
    let mut response = answer.into_response();
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
