//! How one name sounds, for lists short enough to be sorted and searched without an index, such as somebody's contacts.

use crate::{
    reading,
    text::{Units, bare},
};

/// A name in Latin letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sound {
    /// With tone marks, as [`crate::Hit::reading`]; empty for a name without Han characters.
    pub reading: String,
    /// Small letters and digits alone: `zengshihan`.
    pub letters: String,
    /// The first letter of each syllable or word: `zsh`.
    pub initials: String,
}

impl Sound {
    /// Reads a name, the surname as a surname.
    pub fn of(name: &str) -> Self {
        let reading = reading::read(name, &Units::of(name));
        let parts: Vec<String> = if reading.text.is_empty() {
            let words = name.split(|c: char| !c.is_alphanumeric());
            words.map(bare).collect()
        } else {
            let units = reading.units.iter();
            units
                .map(|unit| bare(&reading.text[unit.clone()]))
                .collect()
        };
        Self {
            initials: parts
                .iter()
                .filter_map(|part| part.chars().next())
                .collect(),
            letters: parts.concat(),
            reading: reading.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sound;

    #[test]
    fn names_sound_as_they_are_read() {
        for (name, reading, letters, initials) in [
            ("曾诗涵", "Zēng Shīhán", "zengshihan", "zsh"),
            ("尉迟静", "Yùchí Jìng", "yuchijing", "ycj"),
            ("Emma Marsh", "", "emmamarsh", "em"),
            ("Zoë", "", "zoe", "z"),
            ("", "", "", ""),
        ] {
            let sound = Sound::of(name);
            assert_eq!(sound.reading, reading);
            assert_eq!(sound.letters, letters);
            assert_eq!(sound.initials, initials);
        }
    }
}
