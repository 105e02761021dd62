//! EPC URIs (`urn:epc:id:sgtin:…`) as canonical Digital Links. Source: EPC Tag Data Standard, sections 6 and 7.

use super::check;

/// Where canonical links live.
const CANONICAL: &str = "https://id.gs1.org";

/// The canonical link that an EPC URI, class or pattern means; `None` when it is none of those known.
pub fn link_of(uri: &str) -> Option<String> {
    let path = if let Some(rest) = uri.strip_prefix("urn:epc:id:") {
        let (scheme, rest) = rest.split_once(':')?;
        instance(scheme, rest)?
    } else if let Some(rest) = uri.strip_prefix("urn:epc:class:lgtin:") {
        let (gtin, lot) = product(rest)?;
        format!("01/{gtin}/10/{}", component(lot, 20)?)
    } else {
        let (scheme, rest) = uri.strip_prefix("urn:epc:idpat:")?.split_once(':')?;
        pattern(scheme, rest.strip_suffix(".*")?)?
    };
    Some(format!("{CANONICAL}/{path}"))
}

fn instance(scheme: &str, rest: &str) -> Option<String> {
    Some(match scheme {
        "sgtin" => {
            let (gtin, serial) = product(rest)?;
            format!("01/{gtin}/21/{}", component(serial, 20)?)
        }
        "upui" => {
            let (gtin, serial) = product(rest)?;
            format!("01/{gtin}/235/{}", component(serial, 28)?)
        }
        "itip" => {
            let (item, serial) = pieces(rest)?;
            format!("8006/{item}/21/{}", component(serial?, 20)?)
        }
        "sscc" => format!("00/{}", indicated(rest, 17)?),
        "sgln" => {
            let (gln, extension) = key(rest, 12)?;
            match extension? {
                "0" => format!("414/{gln}"),
                extension => format!("414/{gln}/254/{}", component(extension, 20)?),
            }
        }
        "pgln" => format!("417/{}", whole_key(rest, 12)?),
        "gsrn" => format!("8018/{}", whole_key(rest, 17)?),
        "gsrnp" => format!("8017/{}", whole_key(rest, 17)?),
        "gsin" => format!("402/{}", whole_key(rest, 16)?),
        "grai" => {
            let (asset, serial) = asset_type(rest)?;
            format!("8003/{asset}{}", component(serial?, 16)?)
        }
        "gdti" => {
            let (document, serial) = key(rest, 12)?;
            format!("253/{document}{}", component(serial?, 20)?)
        }
        "sgcn" => {
            let (coupon, serial) = key(rest, 12)?;
            let serial = serial.filter(|serial| is_digits(serial, 1, 12))?;
            format!("255/{coupon}{serial}")
        }
        "giai" => {
            let (prefix, asset) = prefix_of(rest)?;
            format!("8004/{prefix}{}", component(asset, 30 - prefix.len())?)
        }
        "ginc" => {
            let (prefix, consignment) = prefix_of(rest)?;
            format!("401/{prefix}{}", component(consignment, 30 - prefix.len())?)
        }
        "cpi" => {
            let (prefix, rest) = prefix_of(rest)?;
            let (part, serial) = rest.rsplit_once('.')?;
            let serial = Some(serial).filter(|serial| is_digits(serial, 1, 12))?;
            format!("8010/{prefix}{}/8011/{serial}", component(part, 30 - prefix.len())?)
        }
        _ => return None,
    })
}

fn pattern(scheme: &str, rest: &str) -> Option<String> {
    Some(match scheme {
        "sgtin" | "upui" => format!("01/{}", whole_product(rest)?),
        "grai" => format!("8003/{}", asset_type(rest).filter(|(_, serial)| serial.is_none())?.0),
        "gdti" => format!("253/{}", whole_key(rest, 12)?),
        "sgcn" => format!("255/{}", whole_key(rest, 12)?),
        "itip" => format!("8006/{}", pieces(rest).filter(|(_, serial)| serial.is_none())?.0),
        "cpi" => {
            let (prefix, part) = prefix_of(rest)?;
            format!("8010/{prefix}{}", component(part, 30 - prefix.len())?)
        }
        _ => return None,
    })
}

/// A company prefix of 6 to 12 digits and what stands behind its point.
fn prefix_of(rest: &str) -> Option<(&str, &str)> {
    rest.split_once('.').filter(|(prefix, _)| is_digits(prefix, 6, 12))
}

/// Company prefix and reference, `length` digits together, and what stands behind the next point.
fn parts(rest: &str, length: usize) -> Option<(&str, &str, Option<&str>)> {
    let (prefix, rest) = prefix_of(rest)?;
    let (reference, behind) = match rest.split_once('.') {
        Some((reference, behind)) => (reference, Some(behind)),
        None => (rest, None),
    };
    let wanted = length.checked_sub(prefix.len())?;
    is_digits(reference, wanted, wanted).then_some((prefix, reference, behind))
}

/// A key of prefix and reference with its check digit.
fn key(rest: &str, length: usize) -> Option<(String, Option<&str>)> {
    let (prefix, reference, behind) = parts(rest, length)?;
    Some((check::with_digit(&format!("{prefix}{reference}"))?, behind))
}

fn whole_key(rest: &str, length: usize) -> Option<String> {
    key(rest, length).filter(|(_, behind)| behind.is_none()).map(|(key, _)| key)
}

/// A returnable asset's type: a zero before it.
fn asset_type(rest: &str) -> Option<(String, Option<&str>)> {
    let (prefix, reference, behind) = parts(rest, 12)?;
    Some((check::with_digit(&format!("0{prefix}{reference}"))?, behind))
}

/// A key whose first digit stands before the reference.
fn indicated(rest: &str, length: usize) -> Option<String> {
    let (prefix, reference, None) = parts(rest, length)? else { return None };
    moved(prefix, reference)
}

fn moved(prefix: &str, reference: &str) -> Option<String> {
    let (indicator, reference) = reference.split_at_checked(1)?;
    check::with_digit(&format!("{indicator}{prefix}{reference}"))
}

/// A GTIN and what stands behind it.
fn product(rest: &str) -> Option<(String, &str)> {
    let (prefix, reference, behind) = parts(rest, 13)?;
    Some((moved(prefix, reference)?, behind?))
}

fn whole_product(rest: &str) -> Option<String> {
    indicated(rest, 13)
}

/// A piece of a trade item: GTIN, piece and total.
fn pieces(rest: &str) -> Option<(String, Option<&str>)> {
    let (gtin, behind) = product(rest)?;
    let mut rest = behind.splitn(3, '.');
    let (piece, total) = (rest.next()?, rest.next()?);
    (is_digits(piece, 2, 2) && is_digits(total, 2, 2)).then(|| (format!("{gtin}{piece}{total}"), rest.next()))
}

fn is_digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A serial or lot number as a link's path has it; `None` when it is empty, too long or holds what it must not.
fn component(text: &str, most: usize) -> Option<String> {
    let mut encoded = String::new();
    let mut length = 0;
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        length += 1;
        match sign {
            '%' => {
                let (high, low) = (rest.next()?, rest.next()?);
                if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
                    return None;
                }
                encoded.extend([sign, high, low]);
            }
            '!' | '(' | ')' | '*' | '+' | ',' | ':' => encoded.push_str(&format!("%{:02X}", u32::from(sign))),
            '\'' | '.' | ';' | '=' | '_' | '-' => encoded.push(sign),
            _ if sign.is_ascii_alphanumeric() => encoded.push(sign),
            _ => return None,
        }
    }
    (1..=most).contains(&length).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_has_its_link() {
        for (uri, link) in [
            ("urn:epc:id:sgtin:4012345.011111.9876", "01/04012345111118/21/9876"),
            ("urn:epc:id:sgtin:415056789012.0.987654", "01/04150567890128/21/987654"),
            ("urn:epc:id:sscc:4012345.3111111111", "00/340123451111111111"),
            ("urn:epc:id:sgln:4012345.00005.0", "414/4012345000054"),
            ("urn:epc:id:sgln:4012345.00005.122", "414/4012345000054/254/122"),
            ("urn:epc:id:pgln:4012345.00225", "417/4012345002256"),
            ("urn:epc:id:giai:4000001.111", "8004/4000001111"),
            ("urn:epc:id:gsrn:0614141.0000010253", "8018/061414100000102534"),
            ("urn:epc:id:gdti:0614141.00001.1618034", "253/06141410000121618034"),
            ("urn:epc:class:lgtin:4012345.012345.998877", "01/04012345123456/10/998877"),
            ("urn:epc:idpat:sgtin:4012345.011111.*", "01/04012345111118"),
        ] {
            assert_eq!(link_of(uri), Some(format!("https://id.gs1.org/{link}")), "{uri}");
        }
    }

    #[test]
    fn what_is_no_epc_uri_has_no_link() {
        for uri in [
            "urn:epc:id:sgtin:4012345.01111.9876",
            "urn:epc:id:sgtin:4012345.011111.",
            "urn:epc:id:sgtin:40123.011111.1",
            "urn:epc:id:sscc:4012345.31111111",
            "urn:epc:id:sgtin:4012345.011111.草",
            "urn:epc:id:unknown:4012345.1",
            "urn:epc:id:sgtin:4012345.011111.123456789012345678901",
            "urn:uuid:1",
        ] {
            assert_eq!(link_of(uri), None, "{uri}");
        }
    }
}
