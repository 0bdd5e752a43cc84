//! Phone numbers in E.164, read from any notation by the standard metadata.
//!
//! A `Phone` was valid when it was read. It is kept as its digits alone, so a stored number stays readable when later
//! metadata no longer knows it. The metadata is decoded once a process, by the library's own static, on first use.

use std::{fmt, str::FromStr};

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, Region, ValidationError, get_national_significant_number_owned,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::field::Invalid;

const FIELD: &str = "mobile";
const CHINA: i32 = 86;

/// Whether numbers without a country code can be read as being of this region, for example `CN`.
pub fn is_region(code: &str) -> bool {
    region(code).is_some_and(|region| {
        PHONE_NUMBER_UTIL
            .get_country_code_for_region(region)
            .is_some()
    })
}

fn region(code: &str) -> Option<Region> {
    code.parse().ok()
}

/// A valid phone number; Display gives E.164.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(u64);

impl Phone {
    /// Reads a number in any notation; one without a country code is of the given region, for example `CN`.
    pub fn parse(text: &str, default_region: &str) -> Result<Self, Invalid> {
        let text = tidy(text)?;
        let first = read(&text, region(default_region));
        if first.is_ok() {
            return first;
        }
        // `00` leads abroad in most of the world but not, say, from the USA; and some lists drop the plus sign.
        let without_prefix = text.strip_prefix("00").unwrap_or(&text);
        let digits = without_prefix.bytes().filter(u8::is_ascii_digit).count();
        if !text.starts_with('+') && digits > 11 {
            return read(&format!("+{without_prefix}"), None).or(first);
        }
        first
    }

    /// The number for readers, for example `138 0013 8000` or `+44 7400 123456`.
    pub fn readable(self) -> String {
        self.number().map_or_else(
            || self.to_string(),
            |number| {
                let format = if number.country_code == CHINA {
                    PhoneNumberFormat::National
                } else {
                    PhoneNumberFormat::International
                };
                number.format_as(format).into_owned()
            },
        )
    }

    /// The number with at least four digits hidden, for example `138 **** 2046` or `+44 740 **** 123`.
    pub fn masked(self) -> String {
        let (country, digits) = match self.number() {
            Some(number) => (
                number.country_code,
                get_national_significant_number_owned(&number),
            ),
            None => (CHINA, self.0.to_string()),
        };
        let shown = digits.len().saturating_sub(4);
        let head = (shown / 2).min(3);
        let tail = (shown - head).min(4);
        let parts = [&digits[..head], "****", &digits[digits.len() - tail..]];
        let national = parts.join(" ").trim().to_owned();
        if country == CHINA {
            national
        } else {
            format!("+{country} {national}")
        }
    }

    /// Whether a text message may reach it; in some countries mobile and fixed numbers cannot be told apart.
    pub fn is_mobile(self) -> bool {
        self.number().is_some_and(|number| {
            matches!(
                number.get_type(),
                PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
            )
        })
    }

    fn number(self) -> Option<PhoneNumber> {
        PHONE_NUMBER_UTIL.parse(self.to_string(), None).ok()
    }
}

/// Brings what people paste to plain digits and separators, and refuses anything else.
fn tidy(text: &str) -> Result<String, Invalid> {
    let text: String = text
        .nfkc()
        .filter(|&c| !is_invisible(c))
        .map(|c| if c == 'ー' { '-' } else { c })
        .collect();
    let text = text.trim();
    let text = text
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("tel:"))
        .map_or(text, |_| text[4..].trim());
    if text.is_empty() {
        return Err(Invalid::new(FIELD, "required"));
    }
    if text.chars().any(char::is_alphabetic) {
        return Err(Invalid::new(FIELD, "phone_letters"));
    }
    // A star is no separator: a masked number would otherwise be read as a short one.
    let is_known =
        |c: char| c.is_numeric() || c.is_whitespace() || "+-‐‑‒–—―−/()[].~⁓∼".contains(c);
    if text.len() > 100 || !text.chars().all(is_known) || !text.chars().any(char::is_numeric) {
        return Err(Invalid::new(FIELD, "phone_invalid"));
    }
    Ok(text.to_owned())
}

/// Marks of writing direction and width that address books wrap around numbers.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn read(text: &str, region: Option<Region>) -> Result<Phone, Invalid> {
    let code = match PHONE_NUMBER_UTIL.parse(text, region) {
        Ok(number) if number.is_valid() => {
            return number.format_as(PhoneNumberFormat::E164).parse();
        }
        Ok(number) => wrong_length(&number).unwrap_or("phone_invalid"),
        Err(ParseError::TooShortNsn | ParseError::TooShortAfterIdd | ParseError::NotANumber(_)) => {
            "phone_too_short"
        }
        Err(ParseError::TooLongNsn) => "phone_too_long",
        Err(ParseError::InvalidCountryCode) => "phone_country",
    };
    Err(Invalid::new(FIELD, code))
}

/// What is wrong with the length of a number, held against its country's mobile numbers.
fn wrong_length(number: &PhoneNumber) -> Option<&'static str> {
    let of_mobile =
        PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, PhoneNumberType::Mobile);
    match of_mobile {
        Ok(NumberLengthType::IsPossible) => None,
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            Some("phone_too_short")
        }
        Err(ValidationError::TooLong) => Some("phone_too_long"),
        Err(ValidationError::InvalidLength) => Some("phone_length"),
        Err(ValidationError::InvalidCountryCode) => Some("phone_country"),
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// Reads E.164 as stored, by its form alone.
impl FromStr for Phone {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.strip_prefix('+')
            .filter(|digits| {
                (5..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
            })
            .filter(|digits| !digits.starts_with('0'))
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or(Invalid::new(FIELD, "phone_invalid"))
    }
}

impl TryFrom<String> for Phone {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.to_string()
    }
}

#[cfg(test)]
mod tests;
