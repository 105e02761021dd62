//! Reads the fields of drafts and steps; what is wrong is added to the list of faults.

use std::str::FromStr;

use crate::case::error::FieldFault;
use crate::id::Digest;
use crate::id::IdError;

/// Text of one line.
pub(super) fn line(
    faults: &mut Vec<FieldFault>,
    field: &'static str,
    text: Option<&str>,
    most: usize,
) -> Option<String> {
    checked(faults, field, text, most, char::is_control)
}

/// Text of several lines.
pub(super) fn block(
    faults: &mut Vec<FieldFault>,
    field: &'static str,
    text: Option<&str>,
    most: usize,
) -> Option<String> {
    checked(faults, field, text, most, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn checked(
    faults: &mut Vec<FieldFault>,
    field: &'static str,
    text: Option<&str>,
    most: usize,
    banned: fn(char) -> bool,
) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > most || text.chars().any(banned) {
        let en = format!("at most {most} characters, without control characters");
        faults.push(FieldFault::new(field, en, format!("最多 {most} 个字符，不含控制字符")));
        return None;
    }
    Some(text.to_owned())
}

/// An identifier.
pub(super) fn id<T: FromStr<Err = IdError>>(
    faults: &mut Vec<FieldFault>,
    field: &'static str,
    text: Option<&str>,
) -> Option<T> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    text.parse().map_err(|error: IdError| faults.push(FieldFault::new(field, error.rule, "格式不正确"))).ok()
}

/// SHA-256 of pictures, each once.
pub(super) fn pictures(faults: &mut Vec<FieldFault>, texts: &[String], most: usize) -> Vec<Digest> {
    let mut pictures: Vec<Digest> = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(digest) if pictures.contains(&digest) => {}
            Ok(digest) if pictures.len() < most => pictures.push(digest),
            _ => {
                let en = format!("at most {most} pictures, each as 64 lower-case hex digits of its SHA-256");
                let zh = format!("最多 {most} 张图片，每张以 64 位小写十六进制 SHA-256 表示");
                faults.push(FieldFault::new("pictures", en, zh));
                break;
            }
        }
    }
    pictures
}
