//! The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last one checks the others.

/// Characters of the code in the order of their values; I, O, S, V and Z are left out.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether the code is one: 17 characters and the check character of GB 32100, weights 3^i modulo 31.
pub fn is_code(code: &str) -> bool {
    let values: Option<Vec<usize>> =
        code.bytes().map(|byte| CHARACTERS.iter().position(|known| *known == byte)).collect();
    let Some(values) = values else { return false };
    let Some((check, body)) = values.split_last() else { return false };
    if body.len() != 17 {
        return false;
    }
    let weights = std::iter::successors(Some(1usize), |weight| Some(weight * 3 % 31));
    let sum: usize = body.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    (31 - sum % 31) % 31 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_its_check_character_is_taken() {
        // The worked example of GB 32100-2015 in print, and one computed by hand: 17 zeros sum to 0.
        assert!(is_code("91350100M000100Y43"));
        assert!(is_code("000000000000000000"));
    }

    #[test]
    fn a_changed_character_a_wrong_length_or_a_letter_that_is_left_out_is_refused() {
        for wrong in [
            "",
            "91350100M000100Y44",
            "91350100M000100Y4",
            "91350100M000100Y433",
            "91350101M000100Y43",
            "91350100m000100Y43",
            "9135010OM000100Y43",
            "９1350100M000100Y4",
        ] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
