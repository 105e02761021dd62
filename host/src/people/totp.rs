//! Time-based one-time passwords (RFC 6238): six digits, 30 s, HMAC-SHA-1, as every authenticator app takes them. Pure.

use sha1::Digest as _;
use sha1::Sha1;
use xl_model::clock::TimestampMs;

/// How long a code holds, in milliseconds.
const STEP_MS: TimestampMs = 30_000;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 §4).
pub(super) const SECRET_BYTES: usize = 20;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step whose code this is: now, the one before or the one after; nothing for a wrong code, or one of `used` or before.
pub(super) fn step(secret: &[u8], code: &str, now_ms: TimestampMs, used: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let now = now_ms.div_euclid(STEP_MS);
    // All three are worked out: how long it takes does not tell which.
    let found = [now - 1, now, now + 1].map(|step| (step, super::secret::same(&written(secret, step), &code)));
    found.into_iter().filter(|(step, same)| *same && *step > used).map(|(step, _)| step).next_back()
}

/// The code of a step.
pub(super) fn written(secret: &[u8], step: i64) -> String {
    let mac = hmac_sha1(secret, &step.to_be_bytes());
    // RFC 4226 §5.3: the low four bits of the last byte say where 31 bits are taken.
    let at = usize::from(mac[19] & 0xf);
    let number = u32::from_be_bytes([mac[at] & 0x7f, mac[at + 1], mac[at + 2], mac[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// RFC 2104 over SHA-1, for keys up to its block of 64 bytes.
fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha1::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha1::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

/// Base32 without padding (RFC 4648 §6), as apps take a secret that is typed.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// What an app reads from a QR code, or a person types; `base32` is the secret. Key URI format of Google Authenticator.
pub(super) fn uri(account: &str, base32: &str) -> String {
    format!("otpauth://totp/Xueliang%2B:{account}?secret={base32}&issuer=Xueliang%2B")
}

/// The secret of a base32 text.
pub(super) fn bytes(base32: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::with_capacity(SECRET_BYTES));
    for value in base32.bytes().filter_map(|byte| ALPHABET.iter().position(|letter| *letter == byte)) {
        held = (held << 5 | value as u32) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        for (time_s, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(written(SECRET, time_s / 30), code, "{time_s}");
        }
    }

    #[test]
    fn a_code_holds_one_step_to_either_side_and_once() {
        let now_ms = 1_111_111_111_000;
        let now = now_ms / STEP_MS;
        for (offset, holds) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = written(SECRET, now + offset);
            assert_eq!(step(SECRET, &code, now_ms, 0), holds.then_some(now + offset), "{offset}");
            assert_eq!(step(SECRET, &code, now_ms, now + offset), None, "the second time, {offset}");
        }
        assert_eq!(step(SECRET, "050 471", now_ms, 0), Some(now), "as apps show it");
        for wrong in ["", "05047", "0504711", "05047x", "０５０４７１"] {
            assert_eq!(step(SECRET, wrong, now_ms, 0), None, "{wrong}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648_and_reads_back() {
        for (bytes_, text) in [(&b"f"[..], "MY"), (b"fo", "MZXQ"), (b"foo", "MZXW6"), (b"foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes_), text);
            assert_eq!(bytes(text), bytes_);
        }
        assert_eq!(bytes(&base32(SECRET)), SECRET);
    }
}
