//! A case to be opened.

use serde::Deserialize;
use serde::Serialize;

use crate::case::error::CaseError;
use crate::case::error::FieldFault;
use crate::case::matter::Matter;
use crate::case::text;
use crate::event::MAX_PICTURES;
use crate::id::CameraId;
use crate::id::Digest;
use crate::id::TownshipId;
use crate::place::code::PlaceCode;

/// Longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// Longest title, address and grid cell, in characters.
pub const MAX_LINE: usize = 200;
/// Longest description, in characters: what `GeoReport` v2 of Open311 allows.
pub const MAX_DESCRIPTION: usize = 4_000;
/// Largest `data`, in bytes of JSON.
pub const MAX_DATA: usize = 16 * 1024;
/// Longest name, version and code of a set, in bytes.
const MAX_CODE: usize = 64;

/// Where a case came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// 巡查.
    Patrol,
    /// 热线.
    Hotline,
    /// 视频.
    Video,
    /// 车载.
    Vehicle,
    /// 公众端.
    App,
    /// 媒体.
    Media,
    /// 移送.
    Transfer,
    /// 计划.
    Schedule,
    /// 公开链接: somebody behind a public link. The hub says so itself, and nobody else.
    Link,
}

impl Source {
    /// All that a draft may name.
    pub const ALL: [Self; 8] = [
        Self::Patrol,
        Self::Hotline,
        Self::Video,
        Self::Vehicle,
        Self::App,
        Self::Media,
        Self::Transfer,
        Self::Schedule,
    ];

    /// Its word in requests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Patrol => "patrol",
            Self::Hotline => "hotline",
            Self::Video => "video",
            Self::Vehicle => "vehicle",
            Self::App => "app",
            Self::Media => "media",
            Self::Transfer => "transfer",
            Self::Schedule => "schedule",
            Self::Link => "link",
        }
    }

    /// The source of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Link]).find(|source| source.word() == word)
    }

    /// What it is called in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Patrol => "巡查",
            Self::Hotline => "热线",
            Self::Video => "视频",
            Self::Vehicle => "车载",
            Self::App => "公众端",
            Self::Media => "媒体",
            Self::Transfer => "移送",
            Self::Schedule => "计划",
            Self::Link => "公开链接",
        }
    }
}

/// A point on the ground, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A case as somebody wants to open it, unchecked.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DraftForm {
    /// The module's own name for it; empty for persons.
    pub key: String,
    /// A code set.
    pub set: String,
    /// Its version; empty: the one in force.
    pub version: String,
    /// The code inside it.
    pub code: String,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// A word of [`Source::word`].
    pub source: String,
    /// 12-digit division code; none: the township.
    pub place: Option<String>,
    /// In words.
    pub address: Option<String>,
    /// On the ground.
    pub position: Option<Position>,
    /// A grid cell.
    pub grid: Option<String>,
    /// A camera.
    pub camera: Option<String>,
    /// SHA-256 of pictures.
    pub pictures: Vec<String>,
    /// A JSON object as text; empty: `{}`.
    pub data: String,
}

/// A case to be opened, whose fields are well-formed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The township that it will belong to.
    pub township: TownshipId,
    /// The module's own name for it; empty when a person opens it.
    pub key: String,
    /// What it is about; the version may be empty.
    pub matter: Matter,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Where it came from.
    pub source: Source,
    /// Where it is.
    pub place: PlaceCode,
    /// In words.
    pub address: Option<String>,
    /// On the ground.
    pub position: Option<Position>,
    /// A grid cell or section.
    pub grid: Option<String>,
    /// The camera.
    pub camera: Option<CameraId>,
    /// Pictures of the state before.
    pub pictures: Vec<Digest>,
    /// A JSON object as text.
    pub data: String,
}

impl Draft {
    /// Reads a draft for a township.
    ///
    /// # Errors
    /// [`CaseError::Invalid`] with each field that is wrong.
    pub fn read(form: &DraftForm, township: &TownshipId) -> Result<Self, CaseError> {
        let mut faults = Vec::new();
        if form.key.len() > MAX_KEY || form.key.chars().any(char::is_control) {
            faults.push(FieldFault::new("key", format!("at most {MAX_KEY} bytes"), format!("最多 {MAX_KEY} 字节")));
        }
        let matter = Matter { set: form.set.clone(), version: form.version.clone(), code: form.code.clone() };
        if matter.set.is_empty() || matter.code.is_empty() {
            faults.push(FieldFault::new("matter", "name a set and a code of it", "请填写代码集和事项代码"));
        } else if [&matter.set, &matter.version, &matter.code].iter().any(|text| text.len() > MAX_CODE) {
            faults.push(FieldFault::new(
                "matter",
                format!("at most {MAX_CODE} bytes each"),
                format!("各最多 {MAX_CODE} 字节"),
            ));
        }
        let title = text::line(&mut faults, "title", Some(&form.title), MAX_LINE);
        if title.is_none() && faults.iter().all(|fault| fault.field != "title") {
            faults.push(FieldFault::new("title", "needed: what is the matter, in one line", "必填：用一句话说明事项"));
        }
        let description = text::block(&mut faults, "description", Some(&form.description), MAX_DESCRIPTION);
        let source = Source::of(&form.source).filter(|source| Source::ALL.contains(source));
        if source.is_none() {
            let words = Source::ALL.map(Source::word).join(", ");
            faults.push(FieldFault::new("source", format!("one of {words}"), format!("应为下列之一：{words}")));
        }
        let place = place(&mut faults, form.place.as_deref(), township);
        let address = text::line(&mut faults, "address", form.address.as_deref(), MAX_LINE);
        if form.position.is_some_and(|at| !is_on_earth(at)) {
            let en = "degrees in WGS 84: latitude -90 to 90, longitude -180 to 180";
            faults.push(FieldFault::new("position", en, "WGS 84 度数：纬度 -90 至 90，经度 -180 至 180"));
        }
        let grid = text::line(&mut faults, "grid", form.grid.as_deref(), MAX_LINE);
        let camera = text::id(&mut faults, "camera", form.camera.as_deref());
        let pictures = text::pictures(&mut faults, &form.pictures, MAX_PICTURES);
        let data = if form.data.is_empty() { "{}" } else { &form.data };
        if data.len() > MAX_DATA || serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(data).is_err() {
            let en = format!("a JSON object of at most {MAX_DATA} bytes");
            faults.push(FieldFault::new("data", en, format!("最多 {MAX_DATA} 字节的 JSON 对象")));
        }
        match (title, source, place) {
            (Some(title), Some(source), Some(place)) if faults.is_empty() => Ok(Self {
                township: township.clone(),
                key: form.key.clone(),
                matter,
                title,
                description: description.unwrap_or_default(),
                source,
                place,
                address,
                position: form.position,
                grid,
                camera,
                pictures,
                data: data.to_owned(),
            }),
            _ => Err(CaseError::Invalid(faults)),
        }
    }
}

/// The place inside the township; the township itself where none is named.
fn place(faults: &mut Vec<FieldFault>, text: Option<&str>, township: &TownshipId) -> Option<PlaceCode> {
    let text = text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(township.as_str());
    match text.parse::<PlaceCode>() {
        Ok(place) if place.as_str().starts_with(township.as_str()) => Some(place),
        _ => {
            let en = format!("a division code of 12 digits that begins with {township}");
            faults.push(FieldFault::new("place", en, format!("以 {township} 开头的 12 位区划代码")));
            None
        }
    }
}

fn is_on_earth(at: Position) -> bool {
    at.latitude.is_finite() && at.longitude.is_finite() && at.latitude.abs() <= 90.0 && at.longitude.abs() <= 180.0
}
