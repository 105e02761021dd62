//! Mapping rows: which topics carry pictures of which camera (`[[mqtt.image_map]]`).

use serde::Deserialize;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;

use super::filter::Filter;

/// Most JSON pointers of a row.
const POINTERS_MOST: usize = 8;

/// One row of the mapping, checked: its captures exist, its pointers are pointers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct ImageMap {
    /// Which topics it is about; wildcards are captured as `$1`, `$2`, … from left to right.
    pub filter: Filter,
    /// The township of the camera.
    pub division: TownshipId,
    /// The camera's id, with captures: `gh-$1`. It must be registered already, else the publisher waits.
    pub camera: String,
    /// JSON pointers under which a picture is looked for, in this order.
    pub pointers: Vec<String>,
    /// Whether pictures come in pieces.
    pub chunk: Chunking,
    /// Where the pieces say what they are.
    pub chunk_pointers: ChunkPointers,
    /// Whether a payload may be the address of a picture. It is fetched through the outbound gate, if at all.
    pub allow_url: bool,
    /// How many pictures a minute are taken of one camera; more are dropped.
    pub max_per_min: u32,
}

/// How pictures come in pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chunking {
    /// One message, one picture.
    #[default]
    None,
    /// On topics ending in `meta`, `chunk` and `done`.
    Meta,
    /// On one topic, each piece with its place.
    Pos,
}

/// JSON pointers of what a piece says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChunkPointers {
    /// The piece itself, base64.
    pub data: String,
    /// Its place: the first character's number, or the piece's number.
    pub pos: String,
    /// The size of the whole: characters or pieces for `pos`, bytes for `meta`.
    pub size: String,
    /// The picture's id.
    pub id: String,
}

impl Default for ChunkPointers {
    fn default() -> Self {
        let [data, pos, size, id] = ["/data", "/pos", "/size", "/pic_id"].map(str::to_owned);
        Self { data, pos, size, id }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    filter: Filter,
    division: TownshipId,
    camera: String,
    #[serde(default = "default_pointers")]
    pointers: Vec<String>,
    #[serde(default)]
    chunk: Chunking,
    #[serde(default)]
    chunk_pointers: ChunkPointers,
    #[serde(default)]
    allow_url: bool,
    #[serde(default = "default_max_per_min")]
    max_per_min: u32,
}

fn default_pointers() -> Vec<String> {
    ["/image", "/data", "/params/image/value"].map(str::to_owned).into()
}

fn default_max_per_min() -> u32 {
    12
}

/// Why a row cannot be used.
#[derive(Debug, thiserror::Error)]
enum RowError {
    #[error("`camera`: `${0}` has no wildcard in the filter")]
    NoCapture(usize),
    #[error("`{0}` is not a JSON pointer: it begins with `/`")]
    NotPointer(String),
    #[error("`pointers`: 1 to {POINTERS_MOST} of them")]
    Pointers,
    #[error("`camera`: 1 to 128 characters")]
    Camera,
}

impl TryFrom<Written> for ImageMap {
    type Error = RowError;

    fn try_from(written: Written) -> Result<Self, RowError> {
        let Written { filter, division, camera, pointers, chunk, chunk_pointers, allow_url, max_per_min } = written;
        if camera.is_empty() || camera.chars().count() > 128 {
            return Err(RowError::Camera);
        }
        if let Some(beyond) = captures_in(&camera).find(|number| !(1..=filter.wildcards()).contains(number)) {
            return Err(RowError::NoCapture(beyond));
        }
        if !(1..=POINTERS_MOST).contains(&pointers.len()) {
            return Err(RowError::Pointers);
        }
        let ChunkPointers { data, pos, size, id } = &chunk_pointers;
        if let Some(wrong) = pointers.iter().chain([data, pos, size, id]).find(|pointer| !pointer.starts_with('/')) {
            return Err(RowError::NotPointer(wrong.clone()));
        }
        Ok(Self { filter, division, camera, pointers, chunk, chunk_pointers, allow_url, max_per_min })
    }
}

impl ImageMap {
    /// The camera of a topic as the row names it, and its id if the name is one; `None`: the row is not about it.
    pub fn publisher(&self, topic: &str) -> Option<(String, Option<DeviceId>)> {
        let captures = self.filter.captures(topic)?;
        let mut camera = String::new();
        let mut rest = self.camera.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            camera.push_str(before);
            let digit = after.chars().next().and_then(|c| c.to_digit(10));
            rest = match digit {
                Some(digit) => {
                    camera.push_str(
                        (digit as usize).checked_sub(1).and_then(|at| captures.get(at)).copied().unwrap_or_default(),
                    );
                    &after[1..]
                }
                None => {
                    camera.push('$');
                    after
                }
            };
        }
        camera.push_str(rest);
        let device = camera.parse().ok().map(|camera| DeviceId { township: self.division.clone(), camera });
        Some((crate::text::short(&format!("{}.{camera}", self.division), 128), device))
    }
}

/// The numbers behind `$` in a template.
fn captures_in(template: &str) -> impl Iterator<Item = usize> {
    let behind = template.split('$').skip(1);
    behind.filter_map(|text| text.chars().next()?.to_digit(10)).map(|digit| digit as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Result<ImageMap, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_row_names_its_camera_by_its_captures() {
        let row = row(r#"{"filter":"esp32/+/cam/+","division":"371122102","camera":"$2-gh-$1"}"#).unwrap();
        let (name, device) = row.publisher("esp32/7/cam/north").unwrap();
        assert_eq!(name, "371122102.north-gh-7");
        assert_eq!(device.unwrap().to_string(), name);
        assert_eq!(row.publisher("esp32/7/photo"), None);
        let (name, device) = row.publisher("esp32/大棚/cam/A").unwrap();
        assert_eq!((name.as_str(), device), ("371122102.A-gh-大棚", None), "no id of a camera: it waits");
        assert_eq!((row.pointers.len(), row.chunk, row.allow_url, row.max_per_min), (3, Chunking::None, false, 12));
    }

    #[test]
    fn a_row_that_cannot_work_is_refused_with_its_key() {
        let with = |more: &str| format!(r#"{{"filter":"a/+","division":"371122102"{more}}}"#);
        for (more, fault) in [
            (r#","camera":"gh-$2""#, "`camera`: `$2` has no wildcard in the filter"),
            (r#","camera":"gh-$0""#, "`camera`: `$0` has no wildcard in the filter"),
            (r#","camera":"""#, "`camera`: 1 to 128 characters"),
            (r#","camera":"a","pointers":["image"]"#, "`image` is not a JSON pointer"),
            (r#","camera":"a","pointers":[]"#, "`pointers`: 1 to 8 of them"),
            (r#","camera":"a","chunk_pointers":{"pos":"p"}"#, "`p` is not a JSON pointer"),
            (r#","camera":"a","chunk":"both""#, "unknown variant `both`"),
            (r#","camera":"a","colour":1"#, "unknown field `colour`"),
        ] {
            let error = row(&with(more)).unwrap_err();
            assert!(error.contains(fault), "{more}: {error}");
        }
        let error = row(r##"{"filter":"#","division":"371122102","camera":"a"}"##).unwrap_err();
        assert!(error.contains("at least one level is no wildcard"), "{error}");
    }
}
