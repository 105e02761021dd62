//! A complaint is taken and answered. Who complained gets a link, and nothing about him is kept.

use xl_plugin::Done;
use xl_plugin::day::Day;
use xl_plugin::links;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::Pressed;
use super::Refused;
use crate::complaint::Answer;
use crate::complaint::Complaint;
use crate::form::Fields;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally;

const HOUR_MS: i64 = 3_600_000;

/// The page on which who complained follows it.
const PAGE: &str = "public-complaint";

/// What is complained about, and how it came.
struct Told {
    point_key: String,
    words: String,
    source: &'static str,
    picture: Option<String>,
    /// A number that the page gave its form, so that a second press is no second complaint.
    token: Option<String>,
}

/// The desk takes what somebody said.
pub(super) fn take(mut pressed: Pressed) -> Result<Done, Refused> {
    let fields = &mut pressed.fields;
    let sources = ["hotline", "app", "media", "patrol"].map(|source| (source, source));
    let told = Told {
        point_key: fields.text("point", 16),
        words: fields.text("words", 500),
        source: fields.choice("source", &sources).unwrap_or("hotline"),
        picture: None,
        token: None,
    };
    let key = keep(pressed.fields, told, pressed.now_ms)?;
    Ok(Done::to("complaint", [("complaint", key.as_str())]))
}

/// Somebody at the point sends it by the point's public page.
pub(super) fn sent(mut fields: Fields, point_key: String, now_ms: i64) -> Result<Done, Refused> {
    let picture = if fields.optional("picture", 300).is_some() { Some(fields.picture("picture")) } else { None };
    let told = Told {
        point_key,
        words: fields.text("words", 500),
        source: "link",
        picture,
        token: fields.optional("token", 40),
    };
    let key = keep(fields, told, now_ms)?;
    Ok(Done::to("public-complaint", [("complaint", key.as_str())]))
}

/// Keeps it and gives its number; of the same one sent twice that of the first.
fn keep(mut fields: Fields, told: Told, now_ms: i64) -> Result<String, Refused> {
    let settings = Settings::read()?;
    let Told { point_key, words, source, picture, token } = told;
    let point: Option<Point> = store::get(store::POINTS, &point_key)?;
    if point.is_none() {
        fields.wrong("point", "没有这个点位。", "There is no such point.");
    }
    fields.checked()?;
    let point = point.ok_or(Refused::NotFound)?;
    let last: Found<Complaint> =
        records::find(&Query::by(store::COMPLAINTS, "point").equals(point_key.as_str()).descending().limit(1))?;
    let last = last.entries.first();
    if let Some((key, _)) = last.filter(|(_, last)| token.is_some() && last.token == token && last.words == words) {
        links::issue(PAGE, [("complaint", key.as_str())]).ok();
        return Ok(key.clone());
    }
    let since_ms = now_ms - i64::from(settings.repeat_days) * 24 * HOUR_MS;
    let repeated = last.is_some_and(|(_, complaint)| complaint.at_ms >= since_ms);
    let due_ms = now_ms + i64::from(settings.complaint_hours) * HOUR_MS;
    let key = store::next_key(store::COMPLAINTS, 'c')?;
    let complaint = Complaint {
        point: point_key,
        point_name: point.name,
        words,
        source: source.to_owned(),
        at_ms: now_ms,
        due_ms,
        open_until: Some(due_ms),
        repeated,
        answer: None,
        link: links::issue(PAGE, [("complaint", key.as_str())]).ok(),
        picture,
        token,
    };
    records::put(store::COMPLAINTS, &key, &complaint)?;
    tally::change(Day::at(now_ms), |tally| {
        tally.complaints += 1;
        tally.repeated += u64::from(repeated);
    })?;
    Ok(key)
}

pub(super) fn answer(mut pressed: Pressed) -> Result<Done, Refused> {
    let key = pressed.key("complaint")?;
    let mut complaint: Complaint = store::get(store::COMPLAINTS, &key)?.ok_or(Refused::NotFound)?;
    if complaint.answer.is_some() {
        return Err(pressed.refuse("这件投诉已经答复。", "This complaint was answered already."));
    }
    let words = pressed.fields.text("words", 500);
    let picture =
        if pressed.fields.optional("picture", 300).is_some() { Some(pressed.fields.picture("picture")) } else { None };
    pressed.fields.checked()?;
    let on_time = pressed.now_ms <= complaint.due_ms;
    complaint.answer = Some(Answer { words, at_ms: pressed.now_ms, by: pressed.person.account.clone(), picture });
    complaint.open_until = None;
    records::put(store::COMPLAINTS, &key, &complaint)?;
    tally::change(Day::at(complaint.at_ms), |tally| {
        tally.answered += 1;
        tally.answered_on_time += u64::from(on_time);
    })?;
    Ok(Done::to("complaint", [("complaint", key.as_str())]))
}
