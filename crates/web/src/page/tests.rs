//! The frame, whole and in parts.

use askama::Template;

use super::*;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "base.html" %}{% block title %}申请{% endblock %}{% block main %}<h1>3 个申请</h1>{% block inbox %}<p id="inbox">{{ shell.l.t("nav-requests") }}</p>{% endblock %}{% endblock %}"#,
    blocks = ["inbox"]
)]
struct Page {
    shell: Shell,
}

fn page(tag: &str, fragments: &str) -> Page {
    let mut headers = HeaderMap::new();
    headers.insert("x-fragment", fragments.parse().unwrap());
    Page {
        shell: Shell {
            l: Locale::find(tag).unwrap(),
            theme: Theme::Dark,
            corp: "青禾家居".into(),
            me: Me {
                id: MemberId::from_u128(1),
                avatar: None,
                name: "林知夏".into(),
                department: "<西湖>".into(),
            },
            here: Place::Requests,
            manage: Vec::new(),
            counts: Counts {
                requests: 3,
                ..Counts::default()
            },
            csrf: "t0ken".into(),
            flash: Some(Flash::undo("已接受", "/requests/1/undo")),
            fragments: super::fragments(&headers),
            now_ms: 0,
            tz: TimeZone::UTC,
        },
    }
}

#[test]
fn a_whole_page_has_its_landmarks() {
    let html = page("zh", "").render().unwrap();
    for part in [
        "<html lang=\"zh-Hans\" data-theme=\"dark\">",
        "<title>申请 · 关系</title>",
        "class=\"skip\"",
        "<nav class=\"rail\"",
        "<main id=\"main\"",
        "<nav class=\"bar\"",
        "role=\"status\"",
        "href=\"/requests\" aria-current=\"page\"",
        "3 件等着",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(
        !html.contains("/admin/"),
        "no places that the member may not enter"
    );
    assert!(!html.contains("<西湖>"), "names are escaped");
}

#[test]
fn a_part_comes_without_the_frame_but_with_title_counts_and_toast() {
    let html = page("zh", "inbox").render().unwrap();
    assert!(html.starts_with("<title>申请"), "{html}");
    assert!(!html.contains("<nav"));
    assert!(html.contains("id=\"inbox\""));
    assert!(html.contains("data-count=\"/requests\""));
    assert!(html.contains("action=\"/requests/1/undo\"") && html.contains("value=\"t0ken\""));
}

#[test]
fn a_block_can_be_had_alone() {
    let page = page("en", "inbox");
    assert!(page.shell.wants("inbox"));
    assert_eq!(
        page.as_inbox().render().unwrap(),
        "<p id=\"inbox\">Requests</p>"
    );
}

#[test]
fn names_say_their_language_on_a_page_in_another() {
    let html = page("en", "").render().unwrap();
    assert!(html.contains("<span lang=\"zh-Hans\">林知夏</span>"));
    assert!(html.contains("lang=\"zh-Hans\" aria-hidden=\"true\">知夏</span>"));
}
