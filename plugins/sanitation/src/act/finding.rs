//! A person says what a candidate is. Only this makes a case of it, and only this counts for precision.

use xl_plugin::Done;
use xl_plugin::cases;
use xl_plugin::cases::Draft;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::zh_en;

use super::Pressed;
use super::Refused;
use super::camera;
use crate::candidate;
use crate::emptied;
use crate::eyes::Watched;
use crate::finding::Finding;
use crate::finding::Reason;
use crate::finding::State;
use crate::finding::What;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally;

fn of(pressed: &Pressed) -> Result<(String, Finding), Refused> {
    pressed.judge()?;
    let key = pressed.key("finding")?;
    let finding: Finding = store::get(store::FINDINGS, &key)?.ok_or(Refused::NotFound)?;
    if finding.state != State::Candidate {
        return Err(pressed.refuse("这条疑似问题已经有人处理。", "Somebody has judged this candidate already."));
    }
    Ok((key, finding))
}

pub(super) fn confirm(mut pressed: Pressed) -> Result<Done, Refused> {
    let (key, mut finding) = of(&pressed)?;
    let settings = Settings::read()?;
    let fields = &mut pressed.fields;
    let what =
        fields.choice("what", &[("exposed", What::Exposed), ("overflow", What::Overflow)]).unwrap_or(What::Exposed);
    let note = fields.optional("note", 400);
    fields.checked()?;
    let point: Option<Point> = match &finding.point {
        Some(key) => store::get(store::POINTS, key)?,
        None => None,
    };
    finding.case = Some(cases::open(&draft(&key, &finding, point.as_ref(), what, note.as_deref(), &settings))?);
    finding.what = Some(what);
    judged(&mut finding, State::Confirmed, &pressed);
    records::put(store::FINDINGS, &key, &finding)?;
    if let Some(point) = &finding.point {
        emptied::overflows(point, Some(&key), pressed.now_ms)?;
    }
    settle(&finding, true, &pressed, &settings)?;
    let data = serde_json::json!({"finding": key, "camera": finding.camera, "point": finding.point,
        "method": finding.method, "what": what, "case": finding.case});
    Publish::new("sanitation.finding.confirmed").subject(&key).data(&data).send()?;
    Ok(Done::to("finding", [("finding", key.as_str())]))
}

fn draft(
    key: &str,
    finding: &Finding,
    point: Option<&Point>,
    what: What,
    note: Option<&str>,
    settings: &Settings,
) -> Draft {
    let (set, code) = settings.matter(what);
    let name = match what {
        What::Exposed => "暴露垃圾",
        What::Overflow => "垃圾满溢",
    };
    let title = point.map_or_else(|| name.to_owned(), |point| format!("{name}：{}", point.name));
    let mut draft = Draft::new(key, set, code, &title).source("video").camera(&finding.camera);
    if let Some(note) = note {
        draft = draft.description(note);
    }
    if let Some(point) = point {
        draft = draft.place(&point.place).address(&point.name).grid(&point.section);
        if let (Some(latitude), Some(longitude)) = (point.latitude, point.longitude) {
            draft = draft.position(latitude, longitude);
        }
    }
    let data = serde_json::json!({"finding": key, "method": finding.method, "score": finding.score});
    draft.pictures(finding.picture.iter().cloned()).data(&data)
}

pub(super) fn dismiss(mut pressed: Pressed) -> Result<Done, Refused> {
    let (key, mut finding) = of(&pressed)?;
    let settings = Settings::read()?;
    let reasons = [
        ("clean", Reason::Clean),
        ("lawful", Reason::Lawful),
        ("passing", Reason::Passing),
        ("unclear", Reason::Unclear),
        ("region", Reason::Region),
    ];
    let reason = pressed.fields.choice("reason", &reasons);
    pressed.fields.checked()?;
    finding.reason = reason;
    judged(&mut finding, State::Dismissed, &pressed);
    records::put(store::FINDINGS, &key, &finding)?;
    settle(&finding, false, &pressed, &settings)?;
    if let (Some(Reason::Clean), Some(picture)) = (reason, &finding.picture) {
        camera::add_view(&finding.camera, picture, finding.raised_ms, &pressed)?;
    }
    let data =
        serde_json::json!({"finding": key, "camera": finding.camera, "method": finding.method, "reason": reason});
    Publish::new("sanitation.finding.dismissed").subject(&key).data(&data).send()?;
    Ok(Done::to("review", []))
}

fn judged(finding: &mut Finding, state: State, pressed: &Pressed) {
    finding.state = state;
    finding.by = Some(pressed.person.account.clone());
    finding.judged_ms = Some(pressed.now_ms);
}

/// Precision, silence, cool-down, counts.
fn settle(finding: &Finding, confirmed: bool, pressed: &Pressed, settings: &Settings) -> Result<(), Refused> {
    let mut precision = candidate::precision(&finding.camera, &finding.method)?;
    precision.judge(confirmed, settings.threshold());
    candidate::keep_precision(&precision)?;
    if let Some(mut watched) = store::get::<Watched>(store::EYES, &finding.camera)? {
        watched.eye.judged(pressed.now_ms, &settings.rules());
        records::put(store::EYES, &finding.camera, &watched)?;
    }
    tally::change(Day::at(pressed.now_ms), |tally| {
        tally.confirmed += u64::from(confirmed);
        tally.dismissed += u64::from(!confirmed);
    })?;
    if precision.muted {
        xl_plugin::log::write(
            xl_plugin::log::Level::Warn,
            &format!("{}: {} {}", finding.camera, finding.method, zh_en(pressed.locale, "已静默", "is silent now")),
        );
    }
    Ok(())
}
