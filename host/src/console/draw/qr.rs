//! A QR code as SVG: of any text, and with the address of a public link below it.

use askama::Template;
use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;
use xl_model::digital_link::DigitalLink;

use super::Draw;
use crate::console::address::part;

// ISO/IEC 18004 §9.1: four modules of paper around the code.
const QUIET: usize = 4;

#[derive(Template)]
#[template(path = "blocks/qr.html")]
struct QrHtml<'a> {
    svg: Option<String>,
    url: String,
    caption: &'a str,
}

#[derive(Template)]
#[template(path = "blocks/qr_svg.html")]
struct SvgHtml<'a> {
    code: Code,
    label: &'a str,
}

struct Code {
    side: usize,
    path: String,
}

/// Draws a QR code with its address below it; with a GS1 Digital Link behind the address where the page names one.
pub(super) fn html(draw: &Draw<'_>, link: &str, digital_link: Option<&str>, caption: &str) -> askama::Result<String> {
    let mut url = format!("{}/t/{}", draw.public_url, part(link));
    // Of a page that was read, every one can be read.
    let named = digital_link.and_then(DigitalLink::read);
    for piece in named.iter().flat_map(DigitalLink::parts) {
        url = format!("{url}/{}", part(piece));
    }
    QrHtml { svg: svg(&url, draw.words.qr_code)?, url, caption }.render()
}

/// Draws the code of a text alone; `label` says what it is to who cannot see it. Nothing: the text is too long for any code.
///
/// # Errors
/// When the template cannot be drawn.
pub(crate) fn svg(text: &str, label: &str) -> askama::Result<Option<String>> {
    code(text).map(|code| SvgHtml { code, label }.render()).transpose()
}

// `None`: too long for any code; the text stands there all the same.
fn code(text: &str) -> Option<Code> {
    // M: survives 15 % of dirt, as on a box of vegetables.
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (n, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", n % width + QUIET, n / width + QUIET));
        }
    }
    Some(Code { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_its_quiet_zone() {
        let code = code("https://hub.example.cn/t/abcdefghijklmnopqrstuvwxyz").unwrap();
        let far = code.side - QUIET - 7;
        for corner in [format!("M{QUIET} {QUIET}h1"), format!("M{far} {QUIET}h1"), format!("M{QUIET} {far}h1")] {
            assert!(code.path.contains(&corner), "{corner}");
        }
        assert!(!code.path.contains("M3 ") && !code.path.contains("M0 "));
    }

    #[test]
    fn what_no_code_can_hold_is_left_as_its_address() {
        assert!(code(&"x".repeat(5_000)).is_none());
    }
}
