//! The text and tint of a seal, the mark that stands for a party: two characters of the given name, upright, or Latin initials.

use guanxi_app::contact::Peer;
use guanxi_model::id::{AvatarId, CorpId, MemberId, PersonId};
use guanxi_store::member::Member;

/// Number of tints for people who are neither gone nor disabled.
const TINTS: u64 = 5;

/// Gives the characters of a seal: the last two Han characters or a double surname, or the initials. A small seal holds one Han character.
pub fn seal_text(name: &str, is_small: bool) -> String {
    let han: Vec<char> = name.chars().filter(|c| is_han(*c)).collect();
    if han.is_empty() {
        return initials(name);
    }
    let surname = guanxi_search::surname_of(&han);
    if !is_small && surname.len() == 2 && han.len() == 3 {
        // 尉迟静 is called 尉迟: a seal never cuts a double surname in two.
        return surname.iter().collect();
    }
    let wanted = if is_small { 1 } else { 2 };
    han[han.len().saturating_sub(wanted)..].iter().collect()
}

/// Gives the one character of an outside person: the first of the name.
pub fn surname(name: &str) -> String {
    name.chars()
        .find(|c| c.is_alphanumeric())
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect()
}

/// Gives the two characters of a company: the first two Han characters, or the initials.
pub fn firm_text(name: &str) -> String {
    if has_han(name) {
        name.chars().filter(|c| is_han(*c)).take(2).collect()
    } else {
        initials(name)
    }
}

/// Gives the first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut letters = name
        .split(|c: char| c.is_whitespace() || c == '.' || c == '-')
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// Tells whether a text has Han characters, and so needs `lang` in a page of another language.
pub fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// What has a tint of its own: not a text, which would be another on another page.
pub trait Tinted {
    /// Gives the number of the party.
    fn number(&self) -> u128;

    /// Gives the address of the party's picture, if it shows one.
    fn picture(&self) -> Option<String> {
        None
    }
}

/// A member as a seal shows him: by his picture, or else by his characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    /// Who; it decides the tint.
    pub id: MemberId,
    /// The picture that he shows, if the reader may see it.
    pub avatar: Option<AvatarId>,
}

impl Face {
    /// The face of a member whom the reader may see.
    pub fn of(member: &Member) -> Self {
        Self {
            id: member.id,
            avatar: member.avatar,
        }
    }
}

impl From<&Peer> for Face {
    fn from(peer: &Peer) -> Self {
        Self {
            id: peer.id,
            avatar: peer.avatar,
        }
    }
}

impl Tinted for Face {
    fn number(&self) -> u128 {
        self.id.number()
    }

    fn picture(&self) -> Option<String> {
        self.avatar
            .map(|avatar| format!("/avatars/{}?v={avatar}", self.id))
    }
}

impl Tinted for Peer {
    fn number(&self) -> u128 {
        self.id.number()
    }

    fn picture(&self) -> Option<String> {
        Face::from(self).picture()
    }
}

/// What stands for a party whose picture is not shown, since it is gone.
pub const fn no_picture() -> Option<String> {
    None
}

/// Gives the address of a party's picture, if it shows one.
pub fn picture_of(party: impl Tinted) -> Option<String> {
    party.picture()
}

impl Tinted for MemberId {
    fn number(&self) -> u128 {
        self.as_u128()
    }
}

impl Tinted for PersonId {
    fn number(&self) -> u128 {
        self.as_u128()
    }
}

impl Tinted for CorpId {
    fn number(&self) -> u128 {
        self.as_u128()
    }
}

impl<T: Tinted> Tinted for &T {
    fn number(&self) -> u128 {
        (**self).number()
    }

    fn picture(&self) -> Option<String> {
        (**self).picture()
    }
}

/// Gives the tint class of a party from its id: the same everywhere, spread evenly.
pub fn tint(party: impl Tinted) -> &'static str {
    let hash = party
        .number()
        .to_be_bytes()
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    // The high bits of this hash are the well-mixed ones.
    match (hash >> 32) % TINTS {
        0 => "h1",
        1 => "h2",
        2 => "h3",
        3 => "h4",
        _ => "h5",
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_names_show_the_given_name() {
        assert_eq!(seal_text("曾诗涵", false), "诗涵");
        assert_eq!(seal_text("尉迟静", true), "静");
        assert_eq!(seal_text("尉迟静", false), "尉迟");
        assert_eq!(seal_text("诸葛明轩", false), "明轩");
        assert_eq!(seal_text("欧阳", false), "欧阳");
        assert_eq!(seal_text("陈立", false), "陈立");
        assert_eq!(seal_text("李", false), "李");
        assert_eq!(seal_text("𠮷野家", false), "野家");
    }

    #[test]
    fn latin_names_show_initials() {
        assert_eq!(seal_text("Zara Stein", false), "ZS");
        assert_eq!(seal_text("emma", true), "E");
        assert_eq!(seal_text("Jean-Luc de la Tour", false), "JT");
        assert_eq!(seal_text("", false), "");
    }

    #[test]
    fn tints_are_spread() {
        let mut seen = std::collections::HashMap::new();
        for id in 0..1000 {
            *seen.entry(tint(MemberId::from_u128(id))).or_insert(0) += 1;
        }
        assert!(
            seen.len() == 5 && seen.values().all(|n| (120..280).contains(n)),
            "{seen:?}"
        );
    }
}
