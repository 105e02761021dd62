//! How the cameras of a bridge stand, said by the bridge: at every connection, and again every so often.
//!
//! Its Last Will is one without cameras: from then on nobody sees them.

use std::collections::BTreeMap;

use serde::Deserialize;
use xl_model::fault::Refused;
use xl_model::id::CameraId;
use xl_model::status::Level;

use super::json;
use super::json::Text;

/// The largest payload in bytes; about 2,000 cameras.
const BYTES_MOST: usize = 64 * 1024;

/// What a bridge says of its cameras.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Roll {
    /// Its connection: the Last Will of an older one says nothing.
    pub(crate) sid: String,
    /// All of its cameras; `None`: it has gone, and sees none.
    pub(crate) cameras: Option<BTreeMap<CameraId, Level>>,
}

#[derive(Deserialize)]
struct Sent<'a> {
    v: u64,
    #[serde(borrow)]
    sid: Text<'a>,
    cameras: Option<BTreeMap<CameraId, Level>>,
}

/// Reads one message.
pub(crate) fn read(payload: &[u8]) -> Result<Roll, Refused> {
    let sent: Sent<'_> = json::read(payload, BYTES_MOST)?;
    json::version(sent.v)?;
    Ok(Roll { sid: json::session(sent.sid.as_str())?.to_owned(), cameras: sent.cameras })
}
