//! The path of a GS1 Digital Link, as a QR code carries it behind the address of a public link.
//!
//! GS1 Digital Link Standard, URI Syntax 1.4, §4: a primary key and its qualifiers in a fixed order, numbers in place of short
//! names. Of the keys only a product is taken (AI 01) with variant (22), lot (10) and serial number (21): what a batch can be.

/// Most characters of a variant, lot or serial number (GS1 General Specifications, §3.4.1, §3.4.2, §3.5.1).
const MAX_VALUE: usize = 20;

/// Qualifiers of a product, in their order.
const QUALIFIERS: [&str; 3] = ["22", "10", "21"];

/// A product with its qualifiers, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalLink(Vec<String>);

impl DigitalLink {
    /// Reads `01/{gtin}[/22/{variant}][/10/{lot}][/21/{serial}]`, with nothing percent-encoded.
    ///
    /// `None`: a GTIN that has not 14 digits or whose check digit is wrong, another key or qualifier, another order, a value that
    /// is empty, too long, or made of characters outside of set 82 or of `/`, which would part it.
    pub fn read(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        let ["01", gtin, qualifiers @ ..] = parts.as_slice() else { return None };
        let mut order = QUALIFIERS.iter();
        let fit = qualifiers.chunks(2).all(|pair| match pair {
            [name, value] => order.any(|known| known == name) && is_value(value),
            _ => false,
        });
        (is_gtin(gtin) && fit).then(|| Self(parts.into_iter().map(str::to_owned).collect()))
    }

    /// Its parts, to be written with `/` between them, each percent-encoded.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// 14 digits, the last of which checks the others (GS1 General Specifications, §7.9.1).
fn is_gtin(text: &str) -> bool {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.enumerate().map(|(at, digit)| if at % 2 == 0 { 3 * digit } else { digit }).sum();
    sum.is_multiple_of(10)
}

/// Set 82 without `/`; no step of a path, which a browser would take.
fn is_value(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-._:;<=>?".contains(&byte);
    (1..=MAX_VALUE).contains(&text.len()) && text.bytes().all(allowed) && !matches!(text, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_with_its_qualifiers_in_order_is_a_digital_link() {
        for path in [
            "01/09521234543213",
            "01/09521234543213/10/b000001",
            "01/09521234543213/22/2A/10/ABC123/21/12345",
            "01/09521234543213/21/a_b%c",
        ] {
            let link = DigitalLink::read(path).unwrap();
            assert_eq!(link.parts().collect::<Vec<_>>().join("/"), path);
        }
    }

    #[test]
    fn nothing_else_is_one() {
        for path in [
            "",
            "01",
            "01/",
            "01/09521234543214",
            "01/9521234543213",
            "01/0952123454321x",
            "gtin/09521234543213",
            "00/09521234543213",
            "01/09521234543213/",
            "01/09521234543213/10",
            "01/09521234543213/10/",
            "01/09521234543213/21/1/10/A",
            "01/09521234543213/10/A/10/B",
            "01/09521234543213/99/A",
            "01/09521234543213/10/123456789012345678901",
            "01/09521234543213/10/草莓",
            "01/09521234543213/10/a b",
            "01/09521234543213/10/A/B",
            "01/09521234543213/10/.",
            "01/09521234543213/10/..",
            "pictures/abc",
        ] {
            assert_eq!(DigitalLink::read(path), None, "{path}");
        }
    }
}
