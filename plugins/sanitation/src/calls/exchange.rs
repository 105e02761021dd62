//! Lists bins for other software, and takes what it knows about them.

use serde_json::Value;
use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use super::container;
use super::container::Sent;
use crate::emptied;
use crate::place::Bin;
use crate::place::BinState;
use crate::place::Point;
use crate::store;

/// Entities of one call at most.
const MOST: usize = 200;

/// The id of a point as a `WasteContainerIsle`.
fn isle(point: &str) -> String {
    format!("urn:ngsi-ld:WasteContainerIsle:{}:{point}", xl_plugin::settings::township())
}

/// The bins by id, `limit` of them after the id `after`. A bin whose place nobody knows is left out: an entity needs one.
pub(super) fn list(call: &Request) -> Result<Response, CallsError> {
    let limit = match call.query_value("limit") {
        None => 100,
        Some(text) => match text.parse::<u32>() {
            Ok(limit) if (1..=199).contains(&limit) => limit,
            _ => {
                let mut errors = FormErrors::default();
                errors
                    .field("limit", zh_en(call.language(), "应为 1 到 199 的整数", "is a whole number from 1 to 199"));
                return Err(errors.into());
            }
        },
    };
    let after = call.query_value("after").unwrap_or_default();
    let query = Query::by(store::BINS, "entity").from(after.as_str()).limit(limit + 1);
    let found: Found<Bin> = records::find(&query)?;
    let mut entities = Vec::new();
    for (_, bin) in found.entries.iter().filter(|(_, bin)| bin.entity != after).take(limit as usize) {
        let point: Option<Point> = store::get(store::POINTS, &bin.point)?;
        let of_point = point.and_then(|point| point.latitude.zip(point.longitude));
        if let Some(place) = bin.location.or(of_point) {
            entities.push(container::write(bin, &isle(&bin.point), place));
        }
    }
    Response::json(&entities)
}

/// Takes one entity or a list of them: all or none.
pub(super) fn take(call: &Request) -> Result<Response, CallsError> {
    let body: Value = call.json()?;
    let locale = call.language();
    let mut errors = FormErrors::default();
    let single = !body.is_array();
    let all = match &body {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    if all.len() > MOST {
        let words = zh_en(locale, "一次最多 200 个", "at most 200 at once");
        return Err(FormErrors::whole(words).into());
    }
    let mut sent = Vec::new();
    for (at, value) in all.iter().enumerate() {
        let path = if single { String::new() } else { format!("[{at}]") };
        let Some(one) = Sent::read(value, &path, locale, &mut errors) else { continue };
        let name = |field: &str| if single { field.to_owned() } else { format!("{path}.{field}") };
        match known(&one)? {
            Some((key, bin)) => sent.push((key, bin, one)),
            None => match new(&one)? {
                Some(bin) => sent.push((None, bin, one)),
                None => errors.field(
                    &name("refWasteContainerIsle"),
                    zh_en(
                        locale,
                        "没有这个垃圾箱；新的垃圾箱须指明本镇的点位",
                        "there is no such bin; a new one names a point of this township",
                    ),
                ),
            },
        }
    }
    errors.or_else_ok(())?;
    let taken = sent.len();
    for (key, bin, one) in sent {
        keep(key, bin, &one, call.now_ms)?;
    }
    Response::json(&serde_json::json!({"taken": taken}))
}

type Known = Option<(Option<String>, Bin)>;

fn known(sent: &Sent) -> Result<Known, CallsError> {
    let found: Found<Bin> = records::find(&Query::by(store::BINS, "entity").equals(sent.id.as_str()).limit(1))?;
    Ok(found.entries.into_iter().next().map(|(key, bin)| (Some(key), bin)))
}

fn new(sent: &Sent) -> Result<Option<Bin>, CallsError> {
    let prefix = isle("");
    let Some(key) = sent.isle.as_deref().and_then(|isle| isle.strip_prefix(&prefix)) else { return Ok(None) };
    let point: Option<Point> = store::get(store::POINTS, key)?;
    Ok(point.map(|_| Bin::new(key, &sent.id, &sent.id)))
}

fn keep(key: Option<String>, mut bin: Bin, sent: &Sent, now_ms: i64) -> Result<(), CallsError> {
    let key = match key {
        Some(key) => key,
        None => store::next_key(store::BINS, 'b')?,
    };
    let before = bin.state;
    bin.location = Some(sent.location);
    bin.threshold = sent.threshold.unwrap_or(bin.threshold);
    bin.capacity = sent.capacity.or(bin.capacity);
    bin.status = sent.status.clone().unwrap_or(bin.status);
    bin.kinds = sent.kinds.clone().unwrap_or(bin.kinds);
    bin.emptied_ms = sent.emptied_ms.or(bin.emptied_ms);
    bin.next_emptying_ms = sent.next_emptying_ms.or(bin.next_emptying_ms);
    bin.cleaned_ms = sent.cleaned_ms.or(bin.cleaned_ms);
    bin.next_cleaning_ms = sent.next_cleaning_ms.or(bin.next_cleaning_ms);
    if let Some(level) = sent.level {
        bin.level = Some(level);
        bin.state = BinState::of(level, bin.threshold);
    }
    records::put(store::BINS, &key, &bin)?;
    let kind = match bin.state {
        state if state == before => return Ok(()),
        BinState::Full => "sanitation.bin.full",
        // A sensor that says "over the brim" is no person: nothing is counted against anybody before one has looked.
        BinState::Overflow => "sanitation.bin.overflow",
        BinState::Ok if matches!(before, BinState::Full | BinState::Overflow) => "sanitation.bin.emptied",
        _ => return Ok(()),
    };
    if kind == "sanitation.bin.emptied" {
        emptied::point(&bin.point, now_ms)?;
    }
    let data = serde_json::json!({"bin": key, "point": bin.point});
    Ok(Publish::new(kind).subject(&key).data(&data).send()?)
}
