//! What is wrong with a value that somebody typed: the field and a stable code, never a sentence.

use serde::Serialize;

/// One refused field. `code` is stable and is turned into a sentence by the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("field {field} is invalid: {code}")]
pub struct Invalid {
    /// Name of the form field or JSON member.
    pub field: &'static str,
    /// Stable code, for example `too_long`.
    pub code: &'static str,
}

impl Invalid {
    /// Names the field and what is wrong with it.
    pub const fn new(field: &'static str, code: &'static str) -> Self {
        Self { field, code }
    }
}

/// Trims a text and checks its length in characters; an empty one is `required` when `min` is above 0.
pub fn text(field: &'static str, value: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let value = value.trim();
    let length = value.chars().count();
    if value.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Invalid::new(field, "control_character"));
    }
    if length == 0 && min > 0 {
        return Err(Invalid::new(field, "required"));
    }
    if length < min {
        return Err(Invalid::new(field, "too_short"));
    }
    if length > max {
        return Err(Invalid::new(field, "too_long"));
    }
    Ok(value.to_owned())
}

/// As [`text`], on one line.
pub fn line(field: &'static str, value: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let value = text(field, value, min, max)?;
    if value.contains('\n') {
        return Err(Invalid::new(field, "control_character"));
    }
    Ok(value)
}

/// Fills the marks of a template in, in one pass: a value that contains a mark stays as it is.
pub fn filled(template: &str, marks: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let known = marks.iter().find(|(mark, _)| rest.starts_with(mark));
        let (mark, value) = known.copied().unwrap_or(("{", "{"));
        text.push_str(value);
        rest = &rest[mark.len()..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters() {
        assert_eq!(text("name", " 曾诗涵 ", 1, 3).as_deref(), Ok("曾诗涵"));
        assert_eq!(
            text("name", "  ", 1, 3),
            Err(Invalid::new("name", "required"))
        );
        assert_eq!(
            text("name", "abcd", 1, 3),
            Err(Invalid::new("name", "too_long"))
        );
        assert_eq!(
            line("name", "a\nb", 1, 3),
            Err(Invalid::new("name", "control_character"))
        );
        assert_eq!(
            text("name", "a\0b", 1, 3),
            Err(Invalid::new("name", "control_character"))
        );
    }
}
