//! A code as a picture, on paper, and in the signature of an e-mail.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::{Error, logo, qr_code};
use guanxi_model::{
    id::{CodeId, LogoId},
    qr_code::Slug,
};

use super::{Row, address, named, too_long};
use crate::{
    auth::{Actor, Form, Guest},
    code_image::{Brand, PNG_MAX, PNG_MIN},
    console::{self, logo::inline},
    error::Failure,
    locale::Locale,
    page::{Place, Shell, Theme},
    reply,
    state::App,
};

/// Width of a PNG if none is asked for, in pixels.
const WIDTH: u32 = 512;
/// What the page of a signature may do: show its own style and our picture.
const SIGNATURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// A code that the actor owns or administers.
struct One {
    frame: console::Frame,
    row: Row,
    address: String,
    /// The company as the code shows it.
    brand: Brand,
    /// Its logo, whether or not codes show it.
    logo: Option<Vec<u8>>,
}

async fn read(actor: &Actor, id: CodeId) -> Result<One, Failure> {
    let (frame, listed, logo) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = qr_code::find(tx, cx, &frame.me, id)?;
            let logo = logo::find(tx, &frame.me)?;
            Ok((frame, listed, logo))
        })
        .await?;
    Ok(One {
        address: address(actor, listed.code.slug),
        row: Row::new(listed, &frame.me.corp.settings),
        brand: brand(&frame, logo.as_ref()),
        logo,
        frame,
    })
}

/// The company as its codes show it.
pub(crate) fn brand(frame: &console::Frame, logo: Option<&Vec<u8>>) -> Brand {
    let corp = &frame.me.corp;
    Brand {
        name: corp.name.clone(),
        logo: logo.filter(|_| corp.settings.logo_in_codes).cloned(),
    }
}

/// A file that is made whole in memory, to be kept under a name if it has one.
pub(crate) fn file(
    kind: &'static str,
    name: Option<String>,
    bytes: impl Into<Vec<u8>>,
) -> Response {
    let kind = HeaderValue::from_static(kind);
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes.into()).into_response();
    let name = name.map(|name| {
        let encoded = crate::page::encoded(&name).replace('+', "%20");
        format!("attachment; filename*=UTF-8''{encoded}")
    });
    if let Some(Ok(value)) = name.map(|name| HeaderValue::from_str(&name)) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn drawn(brand: &Brand, address: &str, width: u32) -> Result<Vec<u8>, Failure> {
    brand.png(address, width).ok_or_else(too_long)
}

/// `GET /codes/{id}/code.svg`
pub async fn svg(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, named(id)?).await?;
    let name = format!("{}.svg", one.row.name(&actor.l));
    let svg = one.brand.svg_file(&one.address).ok_or_else(too_long)?;
    Ok(file("image/svg+xml", Some(name), svg))
}

/// `GET /codes/{id}/code.png`
pub async fn png(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, named(id)?).await?;
    let width = Form::query(&actor.path).parse("width").unwrap_or(WIDTH);
    let width = width.clamp(PNG_MIN, PNG_MAX);
    let name = format!("{} {width}.png", one.row.name(&actor.l));
    let png = drawn(&one.brand, &one.address, width)?;
    Ok(file("image/png", Some(name), png))
}

/// `GET /q/{token}/code.png`: the picture for signatures, which need no session. It says nothing but what its own address says, so no
/// database takes part, unless the address asks for the logo (`?logo=`).
pub async fn picture(
    State(app): State<App>,
    Path(token): Path<String>,
    guest: Guest,
) -> Result<Response, Failure> {
    let slug = app.codes.read(&token).ok_or(Error::not_found("code"))?;
    let address = format!("{}/q/{}", app.public_url, app.codes.token(slug));
    let mut brand = Brand::default();
    if Form::query(&guest.path).parse::<LogoId>("logo").is_some() {
        let (cx, store) = (guest.cx.clone(), &app.env.store);
        let of = store.read(move |tx| logo::of_code(tx, &cx, slug)).await?;
        brand.logo = of.picture.filter(|_| of.corp.settings.logo_in_codes);
    }
    let mut response = file("image/png", None, drawn(&brand, &address, WIDTH)?);
    let headers = response.headers_mut();
    let cache = HeaderValue::from_static("public, max-age=604800, immutable");
    headers.insert(header::CACHE_CONTROL, cache);
    // A reader of mail shows it inside a page of its own.
    let anywhere = HeaderValue::from_static("cross-origin");
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        anywhere,
    );
    Ok(response)
}

/// A code on paper.
#[derive(Template)]
#[template(path = "code-poster.html")]
pub(crate) struct Poster {
    l: Locale,
    theme: Theme,
    here: String,
    back: String,
    corp: String,
    /// The logo as an address that holds it; empty where there is none.
    logo: String,
    name: String,
    post: String,
    /// Line above the code, as typed.
    line: String,
    is_a4: bool,
    svg: String,
    mark: String,
}

impl Poster {
    /// The poster of a code whose own page is at `back`; size and line are those of the query.
    pub(crate) fn new(
        actor: &Actor,
        back: String,
        frame: &console::Frame,
        logo: Option<&Vec<u8>>,
        (name, post): (String, String),
        svg: String,
        slug: Slug,
    ) -> Self {
        let query = Form::query(&actor.path);
        Self {
            l: actor.l,
            theme: Theme::Light,
            here: format!("{back}/poster"),
            back,
            corp: frame.me.corp.name.clone(),
            logo: inline(logo),
            name,
            post,
            line: query.text("line").trim().chars().take(40).collect(),
            is_a4: query.text("size") == "a4",
            svg,
            mark: actor.app.codes.token(slug)[..6].to_uppercase(),
        }
    }
}

/// `GET /codes/{id}/poster`
pub async fn poster(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let One {
        frame,
        row,
        address,
        brand,
        logo,
    } = read(&actor, id).await?;
    let owner = row.listed.owner.as_ref().map(|owner| &owner.profile);
    let post = owner.map_or_else(String::new, |profile| profile.position.clone());
    let page = Poster::new(
        &actor,
        format!("/codes/{id}"),
        &frame,
        logo.as_ref(),
        (row.owner(), post),
        brand.svg(&address).ok_or_else(too_long)?,
        row.listed.code.slug,
    );
    Ok(reply::html(axum::http::StatusCode::OK, &page))
}

/// The signature itself: a table with styles of its own, as readers of mail want it.
#[derive(Template)]
#[template(path = "code-signature-mail.html")]
struct Mail {
    l: Locale,
    corp: String,
    name: String,
    post: String,
    lines: Vec<String>,
    address: String,
    /// Address of the picture.
    picture: String,
}

impl Mail {
    fn new(l: Locale, one: &One) -> Self {
        let One {
            frame,
            row,
            address,
            brand,
            ..
        } = one;
        let owner = row.listed.owner.as_ref().map(|owner| &owner.profile);
        let shown = &row.listed.code.shown;
        let line = |is_shown: bool, text: Option<String>| text.filter(|_| is_shown);
        let lines = owner.map(|profile| {
            [
                line(
                    shown.mobile,
                    profile.mobile.map(|mobile| mobile.to_string()),
                ),
                line(shown.email, profile.email.as_ref().map(ToString::to_string)),
            ]
        });
        Self {
            l,
            corp: frame.me.corp.name.clone(),
            name: row.owner(),
            post: owner.map_or_else(String::new, |profile| profile.position.clone()),
            lines: lines.into_iter().flatten().flatten().collect(),
            picture: match frame.me.corp.logo.filter(|_| brand.logo.is_some()) {
                Some(logo) => format!("{address}/code.png?logo={logo}"),
                None => format!("{address}/code.png"),
            },
            address: address.clone(),
        }
    }

    fn source(&self) -> Result<String, Failure> {
        self.render()
            .map_err(|error| Error::Internal(error.to_string()).into())
    }
}

#[derive(Template)]
#[template(path = "code-signature.html")]
struct Signature {
    shell: Shell,
    id: CodeId,
    code: String,
    source: String,
}

/// `GET /codes/{id}/signature`
pub async fn signature(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let one = read(&actor, id).await?;
    let page = Signature {
        id,
        code: one.row.name(&actor.l),
        source: Mail::new(actor.l, &one).source()?,
        shell: one.frame.shell(&actor, Place::Codes),
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /codes/{id}/signature.html`: nothing but the signature, to be selected and copied as it looks.
pub async fn signature_source(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, named(id)?).await?;
    let mail = Mail::new(actor.l, &one);
    let (tag, title) = (actor.l.tag(), actor.l.t("code-signature"));
    let text = format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><body>{}",
        mail.source()?
    );
    let mut response = file("text/html; charset=utf-8", None, text);
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(SIGNATURE_POLICY),
    );
    Ok(response)
}
