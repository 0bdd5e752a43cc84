//! The one text of a statement in SQLite's words.
//!
//! `$1` names the first parameter on PostgreSQL. SQLite takes it for a parameter *called* `$1` and numbers those by their first
//! appearance, so `VALUES ($2, $1)` would swap them silently. `?1` means the number.

/// Turns `$1` into `?1` outside quotes and comments.
pub(super) fn numbered(sql: &str) -> Box<str> {
    let mut text = String::with_capacity(sql.len());
    let mut quote = None;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match quote {
            Some(end) if c == end => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '-' && next == Some('-') => quote = Some('\n'),
            None if c == '$' && next.is_some_and(|c| c.is_ascii_digit()) => {
                text.push('?');
                continue;
            }
            _ => {}
        }
        text.push(c);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn placeholders_become_numbers_outside_quotes_and_comments() {
        assert_eq!(
            &*numbered("SELECT $2, $10, '$1', \"a$1\""),
            "SELECT ?2, ?10, '$1', \"a$1\""
        );
        assert_eq!(
            &*numbered("SELECT 'it''s $1', $1 -- $2\n, $3"),
            "SELECT 'it''s $1', ?1 -- $2\n, ?3"
        );
        assert_eq!(&*numbered("SELECT '语$1', $1"), "SELECT '语$1', ?1");
    }
}
