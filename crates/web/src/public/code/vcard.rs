//! A card as a file that phones take into their address book: vCard 3.0 (RFC 2426), which all of them read.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::qr_code::visit::Card;

use super::{Shown, Visit, mobile};
use crate::page::{encoded, has_han, surname};

/// Longest line, in bytes without its end.
const LINE_MAX: usize = 75;

/// Writes one card, line by line.
struct Writer(String);

impl Writer {
    /// Adds a line; one that is too long goes on in the next, never within a character.
    fn line(&mut self, line: &str) {
        let mut room = LINE_MAX;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE_MAX - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a property unless it is empty.
    fn add(&mut self, property: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("{property}:{}", escaped(value)));
        }
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ',' | ';' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\r' => {}
            c => text.push(c),
        }
    }
    text
}

/// Family name and given name: the first character of a Chinese name, the last word of others.
fn parts(name: &str) -> (String, String) {
    if has_han(name) {
        let family = surname(name);
        let given = name.strip_prefix(&family).unwrap_or_default().to_owned();
        return (family, given);
    }
    name.rsplit_once(' ').map_or_else(
        || (String::new(), name.to_owned()),
        |(given, family)| (family.to_owned(), given.to_owned()),
    )
}

/// The card as a file.
pub(super) fn file(visit: &Visit, card: &Card) -> Response {
    let shown = Shown::of(card, visit.l);
    let mut writer = Writer(String::new());
    writer.line("BEGIN:VCARD");
    writer.line("VERSION:3.0");
    let (family, given) = parts(&shown.owner);
    writer.line(&format!("N:{};{};;;", escaped(&family), escaped(&given)));
    writer.add("FN", &shown.owner);
    writer.add("ORG", &shown.corp);
    writer.add("TITLE", &shown.position);
    let profile = &card.owner.profile;
    if let Some(mobile) = mobile(card) {
        writer.add("TEL;TYPE=CELL", &mobile.to_string());
    }
    if let Some(email) = profile.email.as_ref().filter(|_| card.code.shown.email) {
        writer.add("EMAIL;TYPE=INTERNET", email.as_str());
    }
    let number = visit.l.t("visit-fact-employee_no");
    let rest = shown
        .facts
        .iter()
        .filter(|(label, _)| *label == number || card.code.shown.custom.contains(label));
    let rest: Vec<String> = rest
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    writer.add("NOTE", &rest.join("\n"));
    let url = format!("{}/q/{}", visit.guest.app.public_url, visit.token);
    writer.line(&format!("URL:{url}"));
    writer.line("END:VCARD");
    let mut response = writer.0.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/vcard; charset=utf-8"),
    );
    let name = encoded(&shown.owner).replace('+', "%20");
    let disposition = format!("attachment; filename=\"card.vcf\"; filename*=UTF-8''{name}.vcf");
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_in_the_next_between_characters() {
        let mut writer = Writer(String::new());
        writer.add("NOTE", &"长".repeat(60));
        let lines: Vec<&str> = writer.0.split_terminator("\r\n").collect();
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= LINE_MAX));
        assert!(lines[1..].iter().all(|line| line.starts_with(' ')));
        let whole: String = lines.iter().map(|line| line.trim_start()).collect();
        assert_eq!(whole, format!("NOTE:{}", "长".repeat(60)));
    }

    #[test]
    fn what_would_end_a_value_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\r"), "a\\;b\\,c\\\\d\\ne");
    }

    #[test]
    fn names_fall_into_their_parts() {
        let parts = |name| {
            let (family, given) = super::parts(name);
            format!("{family}/{given}")
        };
        assert_eq!(parts("曾诗涵"), "曾/诗涵");
        assert_eq!(parts("Ada King Lovelace"), "Lovelace/Ada King");
        assert_eq!(parts("Ada"), "/Ada");
    }
}
