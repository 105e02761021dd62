//! Warnings that departments send, by household number: no person's name, number or text comes in with them.
//!
//! They become warnings that wait for a person; a reference that was sent before is known and changes nothing. None is
//! taken of a household that withdrew its consent to comparison; one that was never asked may be warned about.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

use crate::act::raise;
use crate::consent::Purpose;
use crate::rule::Facts;
use crate::scan;
use crate::store;

/// Most warnings of one call: each is two records.
pub const MOST: usize = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    department: String,
    warnings: Vec<One>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    reference: String,
    household: String,
    day: String,
}

#[derive(Serialize)]
struct Taken {
    taken: usize,
    known: usize,
}

/// What is kept of a reference, so that it is taken once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Imported {
    household: String,
    day: Day,
}

/// Answers `warnings`.
///
/// # Errors
/// With what is wrong by path, such as `warnings[3].household`; nothing is taken then.
pub fn answer(call: &Request) -> Result<Response, CallsError> {
    if call.name != "warnings" {
        return Err(CallsError::NotFound);
    }
    let locale = call.language();
    let sent: Sent = call.json()?;
    let mut errors = FormErrors::default();
    if !is_code(&sent.department, 32) {
        errors.field("department", code_wanted(locale, 32));
    }
    if sent.warnings.is_empty() || sent.warnings.len() > MOST {
        errors.field("warnings", format!("{} 1–{MOST}", zh_en(locale, "条数应为", "so many of them:")));
    }
    let today = Day::at(call.now_ms);
    let mut read = Vec::new();
    for (at, one) in sent.warnings.iter().take(MOST).enumerate() {
        let mut wrong = |field: &str, reason: String| errors.field(&format!("warnings[{at}].{field}"), reason);
        if !is_code(&one.reference, 64) {
            wrong("reference", code_wanted(locale, 64));
        }
        let known = is_code(&one.household, 16) && store::household(&one.household)?.is_some();
        if !known {
            wrong("household", zh_en(locale, "没有这一户。", "There is no such household.").to_owned());
        } else if store::consent(&one.household, Purpose::Comparison)?.is_withdrawn() {
            let reason = zh_en(
                locale,
                "此户已撤回对部门信息比对的同意。",
                "This household withdrew its consent to comparison with departments.",
            );
            wrong("household", reason.to_owned());
        }
        match one.day.parse::<Day>() {
            Ok(day) if day <= today => read.push((one, day)),
            Ok(_) => wrong("day", zh_en(locale, "日期不能晚于今天。", "Not later than today.").to_owned()),
            Err(_) => {
                wrong("day", zh_en(locale, "应为 2026-11-23 这样的日期。", "A day such as 2026-11-23.").to_owned());
            }
        }
    }
    errors.or_else_ok(())?;
    let mut taken = Taken { taken: 0, known: 0 };
    for (one, day) in read {
        let key = format!("{}/{}", sent.department, one.reference);
        if store::get::<Imported>(store::IMPORTED, &key)?.is_some() {
            taken.known += 1;
            continue;
        }
        store::put(store::IMPORTED, &key, &Imported { household: one.household.clone(), day })?;
        raise(&one.household, "department-warning", &key, Facts::default(), day)?;
        taken.taken += 1;
    }
    Response::json(&taken)
}

/// Letters, digits, `.`, `-` and `_`, and nothing that looks like the number of a person.
fn is_code(text: &str, most: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && text.len() <= most && text.bytes().all(plain) && scan::leaks(text).is_empty()
}

fn code_wanted(locale: Locale, most: usize) -> String {
    match locale {
        Locale::Zh => format!("只含字母、数字和 . - _，最多 {most} 位，且不能是身份证号、电话或账号。"),
        Locale::En => {
            format!("Letters, digits, `.`, `-`, `_`, at most {most}; never an id, telephone or account number.")
        }
    }
}
