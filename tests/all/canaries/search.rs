//! Looks for secrets in whatever form something may have put them.

use std::collections::HashMap;

/// Bytes of a form by which it is looked up.
const KEY: usize = 6;

/// Which secret, in which form, and all of it.
type Form = (usize, &'static str, Vec<u8>);

/// Secrets that must be found nowhere.
#[derive(Default)]
pub(super) struct Secrets {
    names: Vec<String>,
    /// By their first bytes.
    forms: HashMap<[u8; KEY], Vec<Form>>,
}

impl Secrets {
    /// Takes one up, in all its forms.
    pub(super) fn add(&mut self, name: &str, secret: impl AsRef<[u8]>) {
        let secret = secret.as_ref();
        assert!(secret.len() >= 11, "`{name}` is too short to be found for certain");
        let number = self.names.len();
        self.names.push(name.to_owned());
        for (form, bytes) in forms(secret) {
            if let Some(key) = bytes.first_chunk::<KEY>() {
                self.forms.entry(*key).or_default().push((number, form, bytes));
            }
        }
    }

    /// Where which of them stand.
    pub(super) fn found(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, window) in bytes.windows(KEY).enumerate() {
            let Some(key) = window.first_chunk::<KEY>() else { continue };
            for (number, form, secret) in self.forms.get(key).into_iter().flatten() {
                if bytes[at..].starts_with(secret) {
                    let around = &bytes[at.saturating_sub(60)..bytes.len().min(at + 80)];
                    let around = String::from_utf8_lossy(around).into_owned();
                    found.push(format!("{place}: {} ({form}) at {at}: {around:?}", self.names[*number]));
                }
            }
        }
        found
    }

    pub(super) fn count(&self) -> usize {
        self.names.len()
    }
}

fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let joined = |separator: &str| secret.iter().map(u8::to_string).collect::<Vec<_>>().join(separator).into_bytes();
    let escaped = |escape: &dyn Fn(u8) -> String| secret.iter().map(|byte| escape(*byte)).collect::<String>();
    let percent = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let html = |byte: u8| match byte {
        b'&' => "&#38;".to_owned(),
        byte => char::from(byte).to_string(),
    };
    let mut forms = vec![
        ("as it is", secret.to_vec()),
        ("hex", hex::encode(secret).into_bytes()),
        ("HEX", hex::encode_upper(secret).into_bytes()),
        ("percent", escaped(&percent).into_bytes()),
        ("form", escaped(&percent).replace("%20", "+").into_bytes()),
        ("list", joined(", ")),
        ("JSON list", joined(",")),
    ];
    if secret.is_ascii() {
        forms.push(("HTML", escaped(&html).into_bytes()));
    }
    for offset in 0..3 {
        forms.push(("base64", base64(secret, offset, b"+/")));
        forms.push(("base64url", base64(secret, offset, b"-_")));
    }
    forms.sort_by(|a, b| a.1.cmp(&b.1));
    forms.dedup_by(|a, b| a.1 == b.1);
    forms
}

/// What of the base64 of a longer text is the same whatever stands around the secret, which begins after `offset` bytes.
fn base64(secret: &[u8], offset: usize, last: &[u8; 2]) -> Vec<u8> {
    let mut alphabet: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').collect();
    alphabet.extend(last);
    let bits: Vec<u8> =
        vec![0; offset].iter().chain(secret).flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let digits = bits.chunks_exact(6).map(|six| six.iter().fold(0, |all, bit| all << 1 | bit));
    digits.skip((offset * 8).div_ceil(6)).map(|digit| alphabet[usize::from(digit)]).collect()
}

#[test]
fn a_secret_is_found_in_each_form_and_wherever_it_begins() {
    let mut secrets = Secrets::default();
    secrets.add("one", "canary seven geese & +1");
    for text in [
        "x canary seven geese & +1",
        "63616e61727920736576656e206765657365202620",
        "canary%20seven%20geese%20%26%20%2B1",
        "canary+seven+geese+%26+%2B1",
        "canary seven geese &#38; +1",
        "[99, 97, 110, 97, 114, 121, 32, 115, 101, 118, 101, 110, 32, 103, 101, 101, 115, 101, 32, 38, 32, 43, 49]",
        // `printf 'xcanary seven geese & +1y' | base64`
        "eGNhbmFyeSBzZXZlbiBnZWVzZSAmICsxeQ==",
    ] {
        let is_cut = text.starts_with("6361");
        let text = if is_cut { format!("{text}2b31") } else { text.to_owned() };
        assert!(!secrets.found("here", text.as_bytes()).is_empty(), "{text}");
    }
    assert!(secrets.found("here", b"canary seven geese & +2").is_empty());
}
