//! Sections, points and bins are registered; a bin's state is told; a point gets its public page.

use xl_plugin::Done;
use xl_plugin::cameras;
use xl_plugin::events::Publish;
use xl_plugin::links;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use crate::candidate;
use crate::emptied;
use crate::place::Bin;
use crate::place::BinState;
use crate::place::Point;
use crate::place::Section;
use crate::place::Shows;
use crate::store;

/// Bins of one point at most: all of them stand on its page.
const BINS: usize = 20;

pub(super) fn section(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let section = Section {
        name: fields.text("name", 60),
        grade: fields.number("grade", 1, 4),
        metres: fields.number("metres", 1, 100_000),
        place: place(fields),
    };
    fields.checked()?;
    let key = store::next_key(store::SECTIONS, 's')?;
    records::put(store::SECTIONS, &key, &section)?;
    Ok(Done::to("places", []))
}

/// A 12-digit code inside the township.
fn place(fields: &mut crate::form::Fields) -> String {
    let place = fields.text("place", 12);
    let inside = place.len() == 12
        && place.bytes().all(|byte| byte.is_ascii_digit())
        && place.starts_with(&xl_plugin::settings::township());
    if !inside {
        fields.wrong("place", "请填写本镇内的 12 位区划代码。", "A 12-digit division code inside the township.");
    }
    place
}

pub(super) fn point(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let name = fields.text("name", 60);
    let section_key = fields.text("section", 16);
    let position = fields.position("position");
    let camera = fields.optional("camera", 64);
    let shows = fields.choice("shows", &[("ground", Shows::Ground), ("bin", Shows::Bin)]).unwrap_or(Shows::Ground);
    let section: Option<Section> = store::get(store::SECTIONS, &section_key)?;
    if section.is_none() {
        fields.wrong("section", "没有这个路段。", "There is no such section.");
    }
    if let Some(camera) = &camera {
        if cameras::get(camera).is_err() {
            fields.wrong(
                "camera",
                "本模块没有获准使用这台摄像机。",
                "This camera is not among those granted to the module.",
            );
        } else if candidate::point_before(camera)?.is_some() {
            fields.wrong("camera", "这台摄像机已属于另一个点位。", "This camera already belongs to another point.");
        }
    }
    fields.checked()?;
    let section = section.ok_or(Refused::NotFound)?;
    let point = Point {
        name,
        section: section_key,
        place: section.place,
        latitude: position.map(|(latitude, _)| latitude),
        longitude: position.map(|(_, longitude)| longitude),
        camera,
        shows,
        link: None,
        overflow_since_ms: None,
        finding: None,
    };
    let key = store::next_key(store::POINTS, 'p')?;
    records::put(store::POINTS, &key, &point)?;
    Ok(Done::to("point", [("point", key.as_str())]))
}

pub(super) fn bin(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let key = pressed.key("point")?;
    store::get::<Point>(store::POINTS, &key)?.ok_or(Refused::NotFound)?;
    let fields = &mut pressed.fields;
    let name = fields.text("name", 40);
    let capacity = fields.number("capacity", 1, 50_000);
    fields.checked()?;
    if emptied::bins(&key)?.len() >= BINS {
        return Err(pressed.refuse("一个点位最多 20 个垃圾箱。", "A point holds at most 20 bins."));
    }
    let bin_key = store::next_key(store::BINS, 'b')?;
    let entity = format!("urn:ngsi-ld:WasteContainer:{}:{bin_key}", xl_plugin::settings::township());
    records::put(
        store::BINS,
        &bin_key,
        &Bin { capacity: Some(f64::from(capacity)), ..Bin::new(&key, &name, &entity) },
    )?;
    Ok(Done::to("point", [("point", key.as_str())]))
}

pub(super) fn bin_state(mut pressed: Pressed) -> Result<Done, Refused> {
    let key = pressed.key("point")?;
    let fields = &mut pressed.fields;
    let bin_key = fields.text("bin", 16);
    let states = [
        ("filling", BinState::Filling),
        ("full", BinState::Full),
        ("overflow", BinState::Overflow),
        ("emptied", BinState::Emptied),
    ];
    let state = fields.choice("state", &states).unwrap_or(BinState::Filling);
    let bin = store::get::<Bin>(store::BINS, &bin_key)?.filter(|bin| bin.point == key);
    if bin.is_none() {
        fields.wrong("bin", "没有这个垃圾箱。", "There is no such bin.");
    }
    fields.checked()?;
    let mut bin = bin.ok_or(Refused::NotFound)?;
    if state == BinState::Emptied {
        // The point's own pass only takes bins that were not empty.
        bin.state = BinState::Full;
        records::put(store::BINS, &bin_key, &bin)?;
        emptied::point(&key, pressed.now_ms)?;
        return Ok(Done::to("point", [("point", key.as_str())]));
    }
    bin.state = state;
    records::put(store::BINS, &bin_key, &bin)?;
    if state == BinState::Overflow {
        emptied::overflows(&key, None, pressed.now_ms)?;
    }
    announce(&bin_key, &bin)?;
    Ok(Done::to("point", [("point", key.as_str())]))
}

/// Tells of a bin that is full or overflows.
fn announce(key: &str, bin: &Bin) -> Result<(), Refused> {
    let kind = match bin.state {
        BinState::Full => "sanitation.bin.full",
        BinState::Overflow => "sanitation.bin.overflow",
        _ => return Ok(()),
    };
    let data = serde_json::json!({"bin": key, "point": bin.point});
    Ok(Publish::new(kind).subject(key).data(&data).send()?)
}

pub(super) fn issue_link(pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let key = pressed.key("point")?;
    let mut point: Point = store::get(store::POINTS, &key)?.ok_or(Refused::NotFound)?;
    if point.link.is_none() {
        point.link = Some(links::issue("public", [("point", key.as_str())])?);
        records::put(store::POINTS, &key, &point)?;
    }
    Ok(Done::to("point", [("point", key.as_str())]))
}

pub(super) fn revoke_link(pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let key = pressed.key("point")?;
    let mut point: Point = store::get(store::POINTS, &key)?.ok_or(Refused::NotFound)?;
    if let Some(code) = point.link.take() {
        links::revoke(&code)?;
        records::put(store::POINTS, &key, &point)?;
    }
    Ok(Done::to("point", [("point", key.as_str())]))
}
