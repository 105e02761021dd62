//! Base64 as devices write it.

use base64::DecodeError;
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

/// Standard alphabet; some devices leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a base64 text, with or without padding.
pub(super) fn base64(text: &[u8]) -> Result<Vec<u8>, DecodeError> {
    BASE64.decode(text)
}

/// As `base64`, and lines may be broken (RFC 2045 breaks them after 76 characters).
pub(super) fn broken_base64(text: &[u8]) -> Result<Vec<u8>, DecodeError> {
    if !text.iter().any(u8::is_ascii_whitespace) {
        return base64(text);
    }
    let joined: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    base64(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_may_be_missing_and_lines_may_be_broken() {
        for text in ["/9j/4A==", "/9j/4A", " /9j\r\n/4A\n"] {
            assert_eq!(broken_base64(text.as_bytes()).unwrap(), b"\xff\xd8\xff\xe0", "{text}");
        }
        assert!(broken_base64("/9j/§".as_bytes()).is_err());
    }
}
