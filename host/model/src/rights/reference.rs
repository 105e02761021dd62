//! What a person has of his request: its reference, and a secret that shows that it is his. Both are typed from paper.

use std::fmt;
use std::str::FromStr;

use super::LETTERS;
use crate::id::IdError;
use crate::id::RequestNumber;
use crate::id::TownshipId;

/// Letters of a number: 50 random bits.
pub const NUMBER_LETTERS: usize = 10;

/// Letters of a secret: 100 random bits.
pub const SECRET_LETTERS: usize = 20;

/// A request in the whole county.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The township whose desk handles it.
    pub township: TownshipId,
    /// Its number there.
    pub number: RequestNumber,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.township, self.number)
    }
}

impl FromStr for Reference {
    type Err = IdError;

    /// Reads it as people type it: small letters, spaces, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError {
            what: "reference",
            text: text.chars().take(64).collect(),
            rule: "nine digits, a dash and ten letters, such as 371122102-7K3QW9ZD4M",
        };
        let plain = plain(text).ok_or_else(wrong)?;
        let (township, number) = plain.split_at_checked(9).ok_or_else(wrong)?;
        Ok(Self { township: township.parse().map_err(|_| wrong())?, number: number.parse().map_err(|_| wrong())? })
    }
}

/// A secret as people type it; nothing for what is none.
pub fn typed_secret(text: &str) -> Option<String> {
    plain(text).filter(|text| text.len() == SECRET_LETTERS)
}

/// So many letters out of random bytes, five bits each; fewer where there are too few bytes.
pub fn letters(random: &[u8], count: usize) -> String {
    let bit = |n: usize| random.get(n / 8).map(|byte| usize::from(byte >> (7 - n % 8) & 1));
    let letter = |n: usize| (0..5).try_fold(0, |value, m| Some(value << 1 | bit(n * 5 + m)?));
    (0..count).map_while(letter).map(|value| char::from(LETTERS[value])).collect()
}

/// Longest text that is read: a secret with a space after each letter.
const MAX_TYPED: usize = 64;

fn plain(text: &str) -> Option<String> {
    if text.len() > MAX_TYPED {
        return None;
    }
    let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let read = kept.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    let plain: String = read.collect();
    plain.bytes().all(|b| LETTERS.contains(&b)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_as_people_type_it() {
        for text in ["371122102-7K3QW9ZD4M", "371122102 7k3qw 9zd4m", " 3711221027k3qw9zd4m "] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), "371122102-7K3QW9ZD4M", "{text}");
        }
        assert_eq!("371122102-OIL3QW9ZD4".parse::<Reference>().unwrap().to_string(), "371122102-0113QW9ZD4");
        for text in ["", "371122102", "371122102-7K3QW9ZD4", "37112210a-7K3QW9ZD4M", "371122102-7K3QW9ZD4U", "莒县"] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
        assert!(" ".repeat(100).parse::<Reference>().is_err());
    }

    #[test]
    fn letters_take_five_random_bits_each() {
        assert_eq!(letters(&[0, 0, 0, 0, 0], 8), "00000000");
        assert_eq!(letters(&[255; 7], NUMBER_LETTERS), "ZZZZZZZZZZ");
        assert_eq!(letters(&[0b0000_1000, 0b1000_0000, 0, 0, 0], 3), "120");
        assert_eq!(letters(&[255], 4), "Z", "no letter without its bits");
        assert_eq!(typed_secret("zzzzz-zzzzz zzzzz-zzzzz").as_deref(), Some("ZZZZZZZZZZZZZZZZZZZZ"));
        assert_eq!(typed_secret("zzzz"), None);
    }
}
