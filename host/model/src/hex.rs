//! Bytes as hex digits, for keys and signatures.

/// Two digits a byte, small letters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly `N` bytes; nothing for another length or other characters.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_of_the_right_number_are_bytes() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some([0, 255, 16]));
        for text in ["", "00ff1", "00ff1g", "00ff100", "+0ff10", "é0ff1"] {
            assert_eq!(unhex::<3>(text), None, "{text}");
        }
    }
}
