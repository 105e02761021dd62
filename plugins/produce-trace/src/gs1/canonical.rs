//! Any URI of a GS1 key in its one canonical form, as the event hash wants it.
//!
//! At `id.gs1.org`, with numbers in place of short names, the finest level only, no variant, no query. The host that a link
//! was written with does not matter.

use super::epc;

/// Where canonical links live.
const CANONICAL: &str = "https://id.gs1.org";

/// The keys with their short names, in the order in which they are looked for.
const KEYS: [(&str, &str); 14] = [
    ("00", "sscc"),
    ("01", "gtin"),
    ("253", "gdti"),
    ("255", "gcn"),
    ("401", "ginc"),
    ("402", "gsin"),
    ("414", "gln"),
    ("417", "party"),
    ("8003", "grai"),
    ("8004", "giai"),
    ("8006", "itip"),
    ("8010", "cpid"),
    ("8017", "gsrnp"),
    ("8018", "gsrn"),
];

/// Qualifiers with their short names.
const QUALIFIERS: [(&str, &str); 3] = [("22", "cpv"), ("10", "lot"), ("21", "ser")];

/// The canonical link of an EPC URI or a Digital Link; `None` when it is neither.
pub fn of(uri: &str) -> Option<String> {
    if uri.starts_with("urn:epc:") {
        return epc::link_of(uri);
    }
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
    let rest = rest.split('?').next().unwrap_or(rest);
    let parts: Vec<&str> = rest.split('/').skip(1).collect();
    let (key, behind) = KEYS.iter().find_map(|(number, name)| {
        let place = parts.iter().position(|part| part == number || part == name)?;
        Some((*number, parts.get(place + 1..)?))
    })?;
    let (value, qualifiers) = behind.split_first()?;
    if value.len() < 5 || !value.bytes().take(4).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    path(key, value, qualifiers).map(|path| format!("{CANONICAL}/{path}"))
}

fn path(key: &str, value: &str, qualifiers: &[&str]) -> Option<String> {
    let value = match (key, value.len()) {
        ("01", 8 | 12 | 13) => format!("{value:0>14}"),
        _ => value.to_owned(),
    };
    let qualifiers: Vec<(&str, &str)> = qualifiers
        .chunks(2)
        .map(|pair| match pair {
            [name, value] => {
                let number = QUALIFIERS.iter().find(|(_, short)| short == name).map_or(*name, |(number, _)| *number);
                Some((number, *value))
            }
            _ => None,
        })
        .collect::<Option<_>>()?;
    let finest = match (key, qualifiers.as_slice()) {
        ("01" | "8006", [("22", _), rest @ ..]) => rest,
        (_, all) => all,
    };
    let finest = match (key, finest) {
        ("01" | "8006", [("10", lot), serial @ ("21", _)]) if is_made_of(lot, 20, "") => Some(serial),
        (_, [one]) => Some(one),
        (_, []) => None,
        _ => return None,
    };
    let fits = match (key, finest) {
        ("00" | "8017" | "8018", None) => is_digits(&value, 18),
        ("402", None) => is_digits(&value, 17),
        ("414" | "417", None) => is_digits(&value, 13),
        ("414", Some(("254", extension))) => is_digits(&value, 13) && is_made_of(extension, 20, ""),
        ("01", None) => is_digits(&value, 14),
        ("01", Some(("10" | "21", number))) => is_digits(&value, 14) && is_made_of(number, 20, ""),
        ("01", Some(("235", number))) => is_digits(&value, 14) && is_made_of(number, 28, ""),
        ("8006", None) => is_digits(&value, 18),
        ("8006", Some(("10" | "21", number))) => is_digits(&value, 18) && is_made_of(number, 20, ""),
        ("253", None) => is_typed(&value, 13, 17),
        ("255", None) => is_typed(&value, 13, 12) && value.bytes().all(|byte| byte.is_ascii_digit()),
        ("8003", None) => is_typed(&value, 14, 16),
        ("401" | "8004", None) => is_made_of(&value, 30, ""),
        ("8010", None) => is_part(&value),
        ("8010", Some(("8011", serial))) => {
            is_part(&value) && serial.len() <= 12 && serial.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    let finest = finest.map_or(String::new(), |(name, number)| format!("/{name}/{number}"));
    fits.then(|| format!("{key}/{value}{finest}"))
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Characters of serial and lot numbers that need no percent sign.
fn is_made_of(text: &str, most: usize, also: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"\"'-.;<=>?_".contains(&byte) || also.as_bytes().contains(&byte);
    text.len() <= most && text.bytes().all(allowed)
}

/// `digits` digits and a serial number behind them.
fn is_typed(text: &str, digits: usize, most: usize) -> bool {
    text.split_at_checked(digits).is_some_and(|(kind, serial)| is_digits(kind, digits) && is_made_of(serial, most, ""))
}

/// A component or part: digits, capitals, `#` and `-`.
fn is_part(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-".contains(&byte);
    text.len() <= 30 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_finest_level_stays_and_the_host_does_not_matter() {
        for (uri, canonical) in [
            ("https://example.org/01/09521234543213/22/A/10/ABC123/21/12345?17=261231", "01/09521234543213/21/12345"),
            ("http://shop.cn/x/01/09521234543213/10/ABC123", "01/09521234543213/10/ABC123"),
            ("https://example.com/gtin/09780345418913/21/765tz?abc=211121", "01/09780345418913/21/765tz"),
            ("https://a.b/01/9780345418913", "01/09780345418913"),
            ("https://a.b/01/09521234543213/22/A", "01/09521234543213"),
            ("https://id.gs1.de/414/4012345000115/254/G-1", "414/4012345000115/254/G-1"),
            ("https://hub.example.org/8004/401234599999", "8004/401234599999"),
            ("https://hub.example.org/253/4012345000054987", "253/4012345000054987"),
        ] {
            assert_eq!(of(uri), Some(format!("https://id.gs1.org/{canonical}")), "{uri}");
        }
    }

    #[test]
    fn what_is_no_key_stays_as_it_is() {
        for uri in [
            "https://hub.example.org/cert/commitment/0001",
            "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
            "https://a.b/01/0952123454321x/10/A",
            "https://a.b/01/09521234543213/10/A%2F1",
            "https://a.b/01/09521234543213/99/A",
            "https://a.b/01/09521234543213/",
            "ftp://a.b/01/09521234543213",
            "",
        ] {
            assert_eq!(of(uri), None, "{uri}");
        }
    }
}
