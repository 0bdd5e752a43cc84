//! Where the pages of the table of routes are found: a new page fails the walk until it stands here, or is found by itself.

use guanxi_web::routes::{Route, Verb, table};

/// Routes with a part in their address, and the way to one: a page to begin at, and the links to follow on it.
pub(crate) const WAYS: &[(&str, &[&str])] = &[
    ("/directory/members/{id}", &["/requests"]),
    (
        "/directory/members/{id}/block",
        &["/requests", "/directory/members/{id}"],
    ),
    ("/requests/{id}/decline", &["/requests"]),
    ("/contacts/{id}", &["/contacts"]),
    ("/contacts/{id}/note", &["/contacts"]),
    ("/customers/{id}", &["/customers"]),
    ("/codes/{id}", &["/codes"]),
    ("/codes/{id}/poster", &["/codes", "/codes/{id}"]),
    ("/codes/{id}/signature", &["/codes", "/codes/{id}"]),
    ("/admin/people/{id}", &["/admin/people"]),
    (
        "/admin/people/{id}/edit",
        &["/admin/people", "/admin/people/{id}"],
    ),
    (
        "/admin/people/{id}/disable",
        &["/admin/people", "/admin/people/{id}"],
    ),
    (
        "/admin/people/{id}/leave",
        &["/admin/people", "/admin/people/{id}"],
    ),
    (
        "/admin/people/{id}/reactivate",
        &["/admin/people?status=left", "/admin/people/{id}"],
    ),
    (
        "/admin/people/{id}/roles",
        &["/admin/people", "/admin/people/{id}"],
    ),
    (
        "/admin/people/{id}/avatar",
        &["/admin/people", "/admin/people/{id}"],
    ),
    ("/admin/departments/{id}", &["/admin/departments"]),
    ("/admin/departments/{id}/delete", &["/admin/departments/2"]),
    ("/admin/visibility/rules/{id}", &["/admin/visibility"]),
    ("/admin/find-asks/{id}", &["/admin/find-asks"]),
    ("/admin/codes/{id}/hand-over", &["/admin/codes"]),
    ("/admin/live-codes/{id}", LIVE),
    ("/admin/live-codes/{id}/poster", LIVE_PAGE),
    ("/admin/live-codes/{id}/delete", LIVE_PAGE),
    ("/admin/live-codes/{id}/draft", LIVE_PAGE),
    ("/admin/live-codes/{id}/draft/basics", LIVE_DRAFT),
    ("/admin/live-codes/{id}/draft/layers", LIVE_DRAFT),
    ("/admin/live-codes/{id}/draft/pools/{pool}", LIVE_DRAFT),
    (
        "/admin/live-codes/{id}/draft/pools/{pool}/entries/{who}",
        &[
            "/admin/live-codes",
            "/admin/live-codes/{id}",
            "/admin/live-codes/{id}/draft",
            "/admin/live-codes/{id}/draft/pools/{pool}",
        ],
    ),
    ("/admin/live-codes/{id}/history", LIVE_PAGE),
    ("/admin/live-codes/{id}/scans", LIVE_PAGE),
    ("/admin/live-codes/{id}/what-if", LIVE_PAGE),
    (
        "/admin/live-codes/{id}/what-if/day",
        &[
            "/admin/live-codes",
            "/admin/live-codes/{id}",
            "/admin/live-codes/{id}/what-if",
        ],
    ),
    (
        "/admin/live-codes/{id}/history/{version}",
        &[
            "/admin/live-codes",
            "/admin/live-codes/{id}",
            "/admin/live-codes/{id}/history",
        ],
    ),
    ("/admin/audit/{id}", &["/admin/audit"]),
];

/// The way to a live code, to its page, and to its draft.
const LIVE: &[&str] = &["/admin/live-codes"];
const LIVE_PAGE: &[&str] = &["/admin/live-codes", "/admin/live-codes/{id}"];
const LIVE_DRAFT: &[&str] = &[
    "/admin/live-codes",
    "/admin/live-codes/{id}",
    "/admin/live-codes/{id}/draft",
];

/// Pages that only a deed leads to: `deeds` does it.
pub(crate) const BY_DEED: &[&str] = &[
    "/sign-in/code",
    "/sign-in/company",
    "/directory/requests/new",
    "/directory/requests/{id}",
    "/admin/people/batch",
    "/admin/people/batch/{id}",
    "/admin/codes/of/{id}/hand-over",
    "/admin/live-codes/{id}/scans/{seq}",
    "/admin/webhooks/{id}",
    "/admin/webhooks/{id}/edit",
    "/admin/webhooks/{id}/rotate",
    "/admin/webhooks/{id}/delete",
    "/admin/webhooks/{id}/message",
    "/q/{token}",
    "/q/{token}/code",
    "/q/{token}/done",
    "/c/{slug}",
    "/c/{slug}/code",
    "/person/contacts/{id}/end",
    "/person/talks/{id}",
    "/conversations/{id}",
    "/conversations/{id}/hand-over",
    "/conversations/answers/{id}",
];

/// What answers `GET` and is no page, with the reason; a file shows itself by its ending.
const NO_PAGE: &[(&str, &str)] = &[
    ("/live", "a stream of events without an end"),
    ("/avatars/{id}", "a picture"),
];

/// The same page once more, as it looks with an answer, without one, or for somebody else.
pub(crate) const MEMBER_STATES: &[(&str, &str)] = &[
    ("found", "/directory?q=zs"),
    ("card", "/directory?q=tangwan"),
    ("nobody", "/directory?q=%E4%B8%8D%E5%AD%98%E5%9C%A8"),
    ("department", "/directory?department=1&page=5"),
    ("answer", "/directory/find?q=%E5%8D%95%E4%B8%BD%E7%BE%A4"),
    ("sent", "/requests?tab=sent"),
    ("settled", "/requests?tab=settled"),
    ("nobody", "/contacts?q=zzzz"),
];
pub(crate) const ADMIN_STATES: &[(&str, &str)] = &[
    ("left", "/admin/people?status=left"),
    ("nobody", "/admin/people?q=zzzz"),
    ("nothing", "/admin/audit?actor=member:0"),
];

/// Whether this is a page that a person looks at.
pub(crate) fn is_page(route: &Route) -> bool {
    let name = route.path.rsplit('/').next().unwrap_or_default();
    route.verb == Verb::Get
        && !name.contains('.')
        && NO_PAGE.iter().all(|(path, _)| *path != route.path)
}

/// All pages.
pub(crate) fn pages() -> Vec<Route> {
    table().into_iter().filter(is_page).collect()
}

/// The line of the table that answers this path.
pub(crate) fn route_of(path: &str) -> Option<&'static str> {
    let parts = |path: &'static str| path.split('/');
    let fits = |pattern: &'static str| {
        let count = pattern.split('/').count() == path.split('/').count();
        count
            && parts(pattern)
                .zip(path.split('/'))
                .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let mut fitting: Vec<&'static str> = table()
        .iter()
        .map(|route| route.path)
        .filter(|pattern| fits(pattern))
        .collect();
    // Words go before parts, as in the router.
    fitting.sort_by_key(|pattern| pattern.matches('{').count());
    fitting.first().copied()
}

#[test]
fn every_page_has_its_place() {
    for route in pages() {
        if route.path.contains('{') {
            let is_placed =
                WAYS.iter().any(|(path, _)| *path == route.path) || BY_DEED.contains(&route.path);
            assert!(
                is_placed,
                "{}: say in WAYS how one comes to this page, or do it in `deeds` and name it in BY_DEED",
                route.path
            );
        }
    }
    let known = pages();
    let named = WAYS.iter().map(|(path, _)| *path);
    for path in named.chain(BY_DEED.iter().copied()) {
        assert!(
            known.iter().any(|route| route.path == path),
            "{path} is no page any more"
        );
    }
    assert_eq!(
        route_of("/admin/people/new"),
        Some("/admin/people/new"),
        "words go before parts"
    );
    assert_eq!(route_of("/admin/people/x1"), Some("/admin/people/{id}"));
}
