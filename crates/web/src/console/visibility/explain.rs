//! Why one member sees another or not: every check in words, with the rule to which the answer is due.

use askama::Template;
use axum::response::Response;
use guanxi_app::visibility;
use guanxi_model::{id::MemberId, member::Status, visibility::Subject};

use super::{
    directory_of, names_of,
    picker::{self, Picker, Purpose},
    preview::VIEWER,
    query, read,
    words::{self, Check},
};
use crate::{
    auth::Actor,
    error::Failure,
    page::{Place, Shell},
    reply,
};

const WHO: Purpose = Purpose {
    key: "visibility-who",
    ..VIEWER
};
const TARGET: Purpose = Purpose {
    name: "target",
    find: "find_target",
    key: "visibility-target",
    is_many: false,
    has_departments: false,
};

#[derive(Template)]
#[template(path = "visibility-explain.html")]
struct Page {
    shell: Shell,
    rules: usize,
    grants: usize,
    viewer: Picker,
    target: Picker,
    answer: Option<Answer>,
}

struct Answer {
    is_visible: bool,
    says: String,
    /// What stands in the way besides the rules: a target who is disabled or has left.
    status: Option<String>,
    checks: Vec<Check>,
}

/// `GET /admin/visibility/explain?viewer=&target=`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let form = query(&actor);
    let pair = [
        picker::member(&form, "viewer"),
        picker::member(&form, "target"),
    ];
    let (frame, mut listing, members, explained) = actor
        .read(move |tx, cx| {
            let (frame, listing) = read(tx, cx)?;
            let ids: Vec<MemberId> = pair.iter().flatten().copied().collect();
            let members = visibility::find_members(tx, &frame.me, &ids)?;
            let explained = match pair {
                [Some(viewer), Some(target)] => {
                    Some(visibility::explain(tx, cx, &frame.me, viewer, target)?)
                }
                _ => None,
            };
            Ok((frame, listing, members, explained))
        })
        .await?;
    listing.names.extend(
        members
            .iter()
            .map(|(id, member)| (*id, member.profile.name.clone())),
    );
    let names = names_of(&actor, &frame, &directory, listing.names);
    let picker = |purpose: Purpose, id: Option<MemberId>| {
        let chosen: Vec<Subject> = id.map(Subject::Member).into_iter().collect();
        Picker::new(&names, purpose, &chosen, form.text(purpose.find), "")
    };
    let answer = explained.as_ref().map(|explained| {
        let name = |id: Option<MemberId>| id.map(|id| names.member(id)).unwrap_or_default();
        let (viewer, target) = (name(pair[0]), name(pair[1]));
        let (one, other) = (
            words::set_apart(actor.l, &*viewer),
            words::set_apart(actor.l, &*target),
        );
        let is_visible = explained.explanation.visible;
        let key = if is_visible {
            "visibility-sees"
        } else {
            "visibility-sees-not"
        };
        let status = pair[1]
            .and_then(|id| members.get(&id))
            .map(|member| member.status);
        let status = status.filter(|status| *status != Status::Active);
        Answer {
            is_visible,
            says: actor
                .l
                .t2(key, "viewer", one, "target", &other)
                .into_owned(),
            status: status.map(|status| {
                let key = format!("visibility-status-{}", status.name());
                actor.l.t1(&key, "target", &other).into_owned()
            }),
            checks: words::checks(&names, explained, &viewer, &target),
        }
    });
    let page = Page {
        viewer: picker(WHO, pair[0]),
        target: picker(TARGET, pair[1]),
        answer,
        rules: listing.rules.len(),
        grants: listing.grants.len(),
        shell: frame.shell(&actor, Place::Visibility),
    };
    Ok(reply::page(&page.shell, &page))
}
