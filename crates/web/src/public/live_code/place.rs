//! Where a visitor is, asked only where that decides: told by the browser, chosen from the places of the code, or left open.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use data_encoding::BASE64;
use guanxi_app::live_code::Code;
use guanxi_model::live_code::{
    near::Point,
    plan::{Plan, Who},
};
use sha2::{Digest as _, Sha256};

use super::{Visit, needs_place};
use crate::{
    error::Failure,
    public::{Frame, answer_with},
};

/// Places that are offered at most.
const PLACES: usize = 60;
/// Asks the browser where it is and goes on from there; without it, or when it is refused, the list of places stands below.
const SCRIPT: &str = r#"(()=>{const b=document.getElementById("here");if(!navigator.geolocation)return;b.hidden=false;b.onclick=()=>{b.disabled=true;navigator.geolocation.getCurrentPosition(({coords:c})=>{const u=new URL(location);u.searchParams.set("at",c.latitude.toFixed(3)+"~"+c.longitude.toFixed(3));location=u},()=>{b.hidden=true;document.getElementById("refused").hidden=false},{timeout:10000,maximumAge:600000})}})()"#;

/// From where a scan comes, if that is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct From {
    pub point: Option<Point>,
}

/// A place of the code: what it is called, and where.
struct Place {
    label: String,
    point: Point,
}

#[derive(Template)]
#[template(path = "live-place.html")]
struct Choose {
    frame: Frame,
    corp: String,
    /// Label and address.
    places: Vec<(String, String)>,
    /// The way on for who does not say where he is.
    anywhere: String,
    script: &'static str,
}

/// Where the visitor is, or the page that asks him.
pub(super) async fn read(
    visit: &Visit,
    code: &Code,
    plan: &Plan,
) -> Result<Result<From, Response>, Failure> {
    let keys = visit.to.keys();
    if !needs_place(plan, &keys) {
        return Ok(Ok(From::default()));
    }
    let told = visit.to.place.as_str();
    if told == "none" {
        return Ok(Ok(From::default()));
    }
    if let Some((latitude, longitude)) = told.split_once('~') {
        let point = latitude.parse().ok().zip(longitude.parse().ok());
        let point = point.and_then(|(latitude, longitude)| Point::new(latitude, longitude));
        if point.is_some() {
            return Ok(Ok(From { point }));
        }
    }
    let places = places(visit, code, plan, &keys).await?;
    let chosen = told.parse::<usize>().ok();
    if let Some(place) = chosen.and_then(|number| places.get(number)) {
        return Ok(Ok(From {
            point: Some(place.point),
        }));
    }
    Ok(Err(ask(visit, code, &places)))
}

fn ask(visit: &Visit, code: &Code, places: &[Place]) -> Response {
    let to = visit.to.joined();
    let address = |at: &str| {
        let to = if to.is_empty() {
            String::new()
        } else {
            format!("to={to}&")
        };
        format!("/c/{}?{to}at={at}", visit.token)
    };
    let listed = places.iter().enumerate();
    let page = Choose {
        frame: visit.frame(),
        corp: code.corp.name.clone(),
        places: listed
            .map(|(number, place)| (place.label.clone(), address(&number.to_string())))
            .collect(),
        anywhere: address("none"),
        script: SCRIPT,
    };
    let script = format!(
        "; script-src 'sha256-{}'",
        BASE64.encode(&Sha256::digest(SCRIPT))
    );
    let mut response = answer_with(StatusCode::OK, &page, &script);
    response.headers_mut().insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
        ),
    );
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// The places of the pool that a way leads to, by the names of their departments, each name once.
async fn places(
    visit: &Visit,
    code: &Code,
    plan: &Plan,
    keys: &[&str],
) -> Result<Vec<Place>, Failure> {
    let route = plan.route(keys).unwrap_or_default();
    let Some(pool) = route.first().and_then(|number| plan.pools.get(*number)) else {
        return Ok(Vec::new());
    };
    let entries = pool.entries.iter();
    let entries: Vec<(Who, Point)> = entries
        .filter_map(|entry| Some((entry.who, *entry.points.first()?)))
        .take(PLACES * 4)
        .collect();
    let corp = std::sync::Arc::clone(&code.corp);
    let store = &visit.guest.app.env.store;
    let found = store
        .read(move |tx| -> guanxi_app::Result<Vec<Place>> {
            let (mut known, mut places) = (BTreeSet::new(), Vec::new());
            for (who, point) in &entries {
                let department = match who {
                    Who::Department(id) => Some(*id),
                    Who::Member(id) => guanxi_store::member::find(tx, corp.id, *id)?
                        .and_then(|member| member.profile.main_department()),
                };
                let label = department.and_then(|id| corp.tree().find(id));
                let Some(label) = label.map(|department| department.name.clone()) else {
                    continue;
                };
                if known.insert(label.clone()) {
                    places.push(Place {
                        label,
                        point: *point,
                    });
                }
            }
            places.truncate(PLACES);
            Ok(places)
        })
        .await?;
    Ok(found)
}
