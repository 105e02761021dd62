//! An authenticator app (RFC 6238): six digits, 30 s, SHA-1.

use sha1::Digest as _;
use sha1::Sha1;
use xl_model::clock::Clock as _;
use xueliang::app::clock::SystemClock;

/// The code that it shows for a secret in so many steps from now.
pub(super) fn code(secret: &str, steps: i64) -> String {
    let step = SystemClock.now_ms().div_euclid(30_000) + steps;
    let mac = hmac(&bytes(secret), &step.to_be_bytes());
    let at = usize::from(mac[19] & 0xf);
    let number = u32::from_be_bytes([mac[at] & 0x7f, mac[at + 1], mac[at + 2], mac[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 20] {
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha1::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha1::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

fn bytes(base32: &str) -> Vec<u8> {
    let value = |letter: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|it| *it == letter).unwrap();
    let bits: Vec<u8> = base32.bytes().flat_map(|b| (0..5).rev().map(move |n| (value(b) >> n & 1) as u8)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |held, bit| held << 1 | bit)).collect()
}
