//! Who sees which field of a household's file, and what the others see in its place.
//!
//! Even who may see a field sees it only after he has said why: see [`crate::file::Look`].

use serde::Deserialize;
use serde::Serialize;

/// A field that is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sealed {
    /// Name of the head of the household.
    Head,
    /// Telephone number.
    Contact,
    /// Income and expenses.
    Income,
    /// Account that benefits are paid to.
    Bank,
}

/// Roles of the hub that may see a sealed field.
pub fn roles(field: Sealed) -> &'static [&'static str] {
    match field {
        Sealed::Head => &["grid-member", "handler", "township-admin", "county-admin"],
        Sealed::Contact => &["grid-member", "handler", "township-admin"],
        Sealed::Income => &["handler", "township-admin", "county-admin"],
        Sealed::Bank => &["township-admin"],
    }
}

/// Whether somebody with these roles may see a sealed field.
pub fn sees(held: &[String], field: Sealed) -> bool {
    roles(field).iter().any(|role| held.iter().any(|one| one == role))
}

/// A name of which only the first character is left: `王**`.
pub fn name(full: &str) -> String {
    let mut characters = full.chars();
    let first: String = characters.next().into_iter().collect();
    // At most three stars: the length of a long name would say much.
    format!("{first}{}", "*".repeat(characters.count().clamp(1, 3)))
}

/// A number of which only the last four digits are left; all of a short one is hidden.
pub fn number(full: &str) -> String {
    let digits: Vec<char> = full.chars().collect();
    match digits.len() {
        0 => String::new(),
        length if length < 8 => "****".to_owned(),
        length => format!("****{}", digits.iter().skip(length - 4).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_keeps_what_is_needed_to_tell_rows_apart_and_no_more() {
        assert_eq!(name("王小明"), "王**");
        assert_eq!(name("王"), "王*");
        assert_eq!(name("阿卜杜拉·买买提"), "阿***");
        assert_eq!(number("13800001234"), "****1234");
        assert_eq!(number("1234567"), "****");
        assert_eq!(number(""), "");
    }

    #[test]
    fn each_role_sees_its_own_fields_only() {
        let seen = |role: &str| {
            let held = [role.to_owned()];
            [Sealed::Head, Sealed::Contact, Sealed::Income, Sealed::Bank].map(|field| sees(&held, field))
        };
        assert_eq!(seen("grid-member"), [true, true, false, false]);
        assert_eq!(seen("handler"), [true, true, true, false]);
        assert_eq!(seen("township-admin"), [true, true, true, true]);
        assert_eq!(seen("county-admin"), [true, false, true, false]);
        for role in ["viewer", "auditor", "operator", "enterprise", "module-author", ""] {
            assert_eq!(seen(role), [false; 4], "{role}");
        }
    }
}
