//! The check digit of GS1 keys (GS1 General Specifications 7.9.1): weights 3 and 1 from the right.

/// The check digit that belongs behind `digits`; `None` when something else than digits is in it.
pub fn digit(digits: &str) -> Option<char> {
    let mut sum = 0u32;
    for (place, digit) in digits.chars().rev().enumerate() {
        sum += digit.to_digit(10)? * if place % 2 == 0 { 3 } else { 1 };
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// `digits` with its check digit.
pub fn with_digit(digits: &str) -> Option<String> {
    digit(digits).map(|check| format!("{digits}{check}"))
}

/// Whether it has `length` digits and the last one is right.
pub fn is_key(text: &str, length: usize) -> bool {
    text.len() == length
        && text.is_ascii()
        && text
            .split_at_checked(length - 1)
            .is_some_and(|(body, check)| digit(body).is_some_and(|right| check.chars().eq([right])))
}

/// A GTIN-8, -12, -13 or -14 as 14 digits; `None` when it is none.
pub fn gtin(text: &str) -> Option<String> {
    [8, 12, 13, 14].iter().any(|length| is_key(text, *length)).then(|| format!("{text:0>14}"))
}

/// Whether it is a GLN.
pub fn is_gln(text: &str) -> bool {
    is_key(text, 13)
}

/// Whether it is an SSCC.
pub fn is_sscc(text: &str) -> bool {
    is_key(text, 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_examples() {
        // GS1 General Specifications, and EAN codes in print.
        for (body, check) in [
            ("629104150021", '3'),
            ("400638133393", '1'),
            ("978030640615", '7'),
            ("0952123454321", '3'),
            ("37610425002123456", '9'),
            ("9638507", '4'),
            ("03600029145", '2'),
            ("000000000000", '0'),
        ] {
            assert_eq!(digit(body), Some(check), "{body}");
        }
        assert_eq!(digit("12a"), None);
    }

    #[test]
    fn every_gtin_becomes_fourteen_digits_and_a_wrong_one_none() {
        assert_eq!(gtin("96385074").as_deref(), Some("00000096385074"));
        assert_eq!(gtin("036000291452").as_deref(), Some("00036000291452"));
        assert_eq!(gtin("4006381333931").as_deref(), Some("04006381333931"));
        assert_eq!(gtin("09521234543213").as_deref(), Some("09521234543213"));
        for wrong in ["", "96385075", "4006381333930", "952123454321", "0952123454321x", "９６３８５０７４"] {
            assert_eq!(gtin(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_changed_digit_or_two_swapped_ones_are_noticed() {
        assert!(is_gln("9521234500001") == (digit("952123450000") == Some('1')));
        assert!(is_sscc("376104250021234569"));
        for wrong in ["376104250021234568", "376104250021235469", "37610425002123456", "3761042500212345690"] {
            assert!(!is_sscc(wrong), "{wrong}");
        }
    }
}
