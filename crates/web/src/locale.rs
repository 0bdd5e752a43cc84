//! Texts in the reader's language, and which language that is.
//!
//! A language is a folder `locales/<tag>/` with any number of `.ftl` files (Fluent); a new folder is a new language, offered at once under the name in its
//! own `language-name`. A key that is missing panics in debug builds and tests; in release builds the text of the first language stands in, then the key.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

mod format;
#[cfg(test)]
mod tests;

pub(crate) use format::machine_time;
pub use format::mask_phone;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/locales");
static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(load);

/// The language of a reader who told us nothing.
const FIRST: &str = "zh-Hans";

struct Language {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

fn load() -> Vec<Language> {
    let mut languages: Vec<_> = FOLDER.dirs().filter_map(load_one).collect();
    languages.sort_by_key(|language| (language.tag != FIRST, language.tag));
    languages
}

/// Panics on a broken file: the files are part of the program, and tests read them all.
fn load_one(folder: &'static Dir<'static>) -> Option<Language> {
    let tag = folder.path().file_name()?.to_str()?;
    let id: LanguageIdentifier = tag
        .parse()
        .expect("a folder in locales/ is named by a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(format::group_digits));
    for file in folder.files() {
        let text = file
            .contents_utf8()
            .expect("language files are UTF-8")
            .to_owned();
        let resource = FluentResource::try_new(text)
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.path().display()));
        bundle
            .add_resource(resource)
            .unwrap_or_else(|errors| panic!("{}: {errors:?}", file.path().display()));
    }
    Some(Language { tag, bundle })
}

/// A language the console speaks.
#[derive(Clone, Copy)]
pub struct Locale(&'static Language);

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({})", self.0.tag)
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Eq for Locale {}

impl Default for Locale {
    fn default() -> Self {
        Self(&LANGUAGES[0])
    }
}

impl Locale {
    /// Lists the languages, the first being the one for readers who told us nothing.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().map(Self)
    }

    /// Finds a language by a tag such as `en`, `en-GB`, `zh-CN`.
    pub fn find(tag: &str) -> Option<Self> {
        let primary = |tag: &str| {
            tag.split(['-', '_'])
                .next()
                .unwrap_or("")
                .to_ascii_lowercase()
        };
        Self::all()
            .find(|locale| locale.tag().eq_ignore_ascii_case(tag))
            .or_else(|| Self::all().find(|locale| primary(locale.tag()) == primary(tag)))
    }

    /// Chooses by the member's setting, the cookie, the `Accept-Language` header, in this order.
    pub fn choose(setting: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Self {
        setting
            .and_then(Self::find)
            .or_else(|| cookie.and_then(Self::find))
            .or_else(|| accept.and_then(Self::accepted))
            .unwrap_or_default()
    }

    fn accepted(header: &str) -> Option<Self> {
        let mut wishes: Vec<(f32, &str)> = header
            .split(',')
            .filter_map(|item| {
                let mut parts = item.split(';').map(str::trim);
                let tag = parts.next()?;
                let weight = parts
                    .find_map(|part| part.strip_prefix("q="))
                    .map_or(1.0, |q| q.parse().unwrap_or(0.0));
                (weight > 0.0).then_some((weight, tag))
            })
            .collect();
        wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
        wishes.into_iter().find_map(|(_, tag)| Self::find(tag))
    }

    /// Gives the language tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Gives the language's own name.
    pub fn name(self) -> Cow<'static, str> {
        self.t("language-name")
    }

    /// Tells whether the key exists, for keys made from codes.
    pub fn has(self, key: &str) -> bool {
        self.0.bundle.has_message(key)
    }

    /// Gives the text of a key.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        self.text(key, None)
    }

    /// Gives the text of a key about a number, which the text calls `$n`.
    pub fn n<'a>(self, key: &str, n: impl Into<Arg<'a>>) -> Cow<'static, str> {
        self.with(key, &[("n", n.into())])
    }

    /// Gives the text of a key with one value in it.
    pub fn t1<'a>(self, key: &str, name: &str, value: impl Into<Arg<'a>>) -> Cow<'static, str> {
        self.with(key, &[(name, value.into())])
    }

    /// Gives the text of a key with two values in it.
    pub fn t2<'a>(
        self,
        key: &str,
        name: &str,
        value: impl Into<Arg<'a>>,
        other: &str,
        other_value: impl Into<Arg<'a>>,
    ) -> Cow<'static, str> {
        self.with(key, &[(name, value.into()), (other, other_value.into())])
    }

    /// Gives the text of a key with values in it; in a template `l.with("key", [("from", 1.into()), …])`.
    pub fn with(self, key: &str, values: &[(&str, Arg<'_>)]) -> Cow<'static, str> {
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.0.clone()))
            .collect();
        self.text(key, Some(&args))
    }

    fn text(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let text = self.find_text(key, args);
        debug_assert!(
            text.is_some(),
            "no text {key} in {self:?}, or a value is missing in it"
        );
        text.or_else(|| Self::default().find_text(key, args))
            .unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }

    fn find_text(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<Cow<'static, str>> {
        let bundle = &self.0.bundle;
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = match args {
            None => bundle.format_pattern(pattern, None, &mut errors),
            Some(args) => Cow::Owned(
                bundle
                    .format_pattern(pattern, Some(args), &mut errors)
                    .into_owned(),
            ),
        };
        errors.is_empty().then_some(text)
    }
}

/// A value in a text. Made from strings and whole numbers; numbers are written with thousands separators and choose the plural.
#[derive(Debug, Clone)]
pub struct Arg<'a>(FluentValue<'a>);

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self(FluentValue::String(Cow::Borrowed(text)))
    }
}

// Templates hand over references to fields and to loop variables, which are references themselves.
macro_rules! texts {
    ($($text:ty),*) => {$(
        impl<'a> From<&'a $text> for Arg<'a> {
            fn from(text: &'a $text) -> Self {
                Self(FluentValue::String(Cow::Borrowed(text)))
            }
        }
    )*};
}

texts!(&str, &&str, String, &String, &&String);

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self(FluentValue::String(Cow::Owned(text)))
    }
}

impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(FluentValue::String(text))
    }
}

impl<'a> From<&'a Cow<'_, str>> for Arg<'a> {
    fn from(text: &'a Cow<'_, str>) -> Self {
        Self::from(&**text)
    }
}

/// A whole number as templates hand it over: a value where it was computed, a reference where it is a field.
pub trait Whole {
    /// Gives the number.
    fn whole(self) -> i64;
}

// Templates hand over references to fields as readily as values, so both forms of each number are needed.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Self(FluentValue::from(number))
            }
        }
        impl From<&$number> for Arg<'_> {
            fn from(number: &$number) -> Self {
                Self(FluentValue::from(*number))
            }
        }
        impl Whole for $number {
            fn whole(self) -> i64 {
                self.try_into().unwrap_or(i64::MAX)
            }
        }
        impl Whole for &$number {
            fn whole(self) -> i64 {
                (*self).whole()
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, usize, i32, i64);
