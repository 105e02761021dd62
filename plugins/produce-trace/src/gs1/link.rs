//! GS1 Digital Links of produce: `https://host[/stem]/01/{gtin}[/22/{variant}][/10/{lot}][/21/{serial}][?…]`.

use super::check;

/// What a Digital Link names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The product, 14 digits.
    pub gtin: String,
    /// Its consumer product variant.
    pub variant: Option<String>,
    /// The lot.
    pub lot: Option<String>,
    /// The serial number.
    pub serial: Option<String>,
}

/// Why a text is no Digital Link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLink {
    /// No web address with `/01/` and a product.
    Shape,
    /// The product's check digit is wrong.
    Gtin,
    /// Qualifiers stand in another order, twice, or are none of 22, 10 and 21.
    Qualifiers,
    /// A value is empty, longer than 20 characters, or holds a character that is not allowed.
    Value,
}

/// Where canonical links live.
const CANONICAL: &str = "https://id.gs1.org";

impl Link {
    /// A product's lot.
    pub fn of_lot(gtin: &str, lot: &str) -> Self {
        Self { gtin: gtin.to_owned(), variant: None, lot: Some(lot.to_owned()), serial: None }
    }

    /// Reads a link; the host and what is before `/01/` do not matter.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, NoLink> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(NoLink::Shape)?;
        let rest = rest.split(['?', '#']).next().unwrap_or(rest);
        let (_, key) = rest.split_once("/01/").or_else(|| rest.split_once("/gtin/")).ok_or(NoLink::Shape)?;
        let mut parts = key.split('/');
        let gtin = check::gtin(parts.next().unwrap_or_default()).ok_or(NoLink::Gtin)?;
        let mut link = Self { gtin, variant: None, lot: None, serial: None };
        let mut last = 0;
        while let Some(name) = parts.next() {
            let value = parts.next().ok_or(NoLink::Qualifiers)?;
            let (place, field) = match name {
                "22" | "cpv" => (1, &mut link.variant),
                "10" | "lot" => (2, &mut link.lot),
                "21" | "ser" => (3, &mut link.serial),
                _ => return Err(NoLink::Qualifiers),
            };
            if place <= last {
                return Err(NoLink::Qualifiers);
            }
            last = place;
            *field = Some(decode(value).filter(|value| is_value(value)).ok_or(NoLink::Value)?);
        }
        Ok(link)
    }

    /// Writes it below `base`, such as `https://hub.example.org/trace`.
    pub fn write(&self, base: &str) -> String {
        let mut link = format!("{}/01/{}", base.trim_end_matches('/'), self.gtin);
        for (name, value) in [("22", &self.variant), ("10", &self.lot), ("21", &self.serial)] {
            if let Some(value) = value {
                link.push_str(&format!("/{name}/{}", encode(value)));
            }
        }
        link
    }

    /// The one form that is the same whoever wrote it: at `id.gs1.org`, without query.
    pub fn canonical(&self) -> String {
        self.write(CANONICAL)
    }
}

/// Whether it can be a lot or serial number: 1 to 20 characters of GS1's set 82.
pub fn is_value(value: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./_:;<=>?".contains(&byte);
    (1..=20).contains(&value.len()) && value.bytes().all(allowed)
}

/// Percent-encodes what a path may not hold.
fn encode(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back_whatever_its_host_stem_and_query_are() {
        let link = Link {
            gtin: "09521234543213".to_owned(),
            variant: None,
            lot: Some("ABC123".to_owned()),
            serial: Some("12345".to_owned()),
        };
        for text in [
            "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345",
            "http://shop.example.org/a/b/01/9521234543213/10/ABC123/21/12345?17=261231#x",
            "https://example.org/gtin/09521234543213/lot/ABC123/ser/12345",
        ] {
            assert_eq!(Link::read(text), Ok(link.clone()), "{text}");
        }
        assert_eq!(link.canonical(), "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345");
        assert_eq!(
            Link::of_lot("09521234543213", "A/1").write("https://hub/x/"),
            "https://hub/x/01/09521234543213/10/A%2F1"
        );
        assert_eq!(Link::read("https://hub/01/09521234543213/10/A%2F1").unwrap().lot.as_deref(), Some("A/1"));
    }

    #[test]
    fn what_is_wrong_with_a_link_is_told() {
        for (text, wrong) in [
            ("09521234543213", NoLink::Shape),
            ("https://example.org/10/A", NoLink::Shape),
            ("https://example.org/01/09521234543214", NoLink::Gtin),
            ("https://example.org/01/09521234543213/21/1/10/A", NoLink::Qualifiers),
            ("https://example.org/01/09521234543213/10/A/10/B", NoLink::Qualifiers),
            ("https://example.org/01/09521234543213/99/A", NoLink::Qualifiers),
            ("https://example.org/01/09521234543213/10", NoLink::Qualifiers),
            ("https://example.org/01/09521234543213/10/", NoLink::Value),
            ("https://example.org/01/09521234543213/10/123456789012345678901", NoLink::Value),
            ("https://example.org/01/09521234543213/10/A%zz", NoLink::Value),
            ("https://example.org/01/09521234543213/10/草莓", NoLink::Value),
        ] {
            assert_eq!(Link::read(text), Err(wrong), "{text}");
        }
    }
}
