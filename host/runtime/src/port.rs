//! What a guest may read, asked of the host during a run. Reads only: nothing here changes anything.

use std::sync::Arc;

use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::clock::TimestampMs;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::Provenance;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_model::region::Region;

/// Why a port has no answer; the run stops with [`xl_model::batch::Stop::Host`].
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct PortError(pub String);

/// A module's records as committed.
#[async_trait::async_trait]
pub trait Records: Send + Sync {
    /// One document.
    async fn get(&self, module: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, PortError>;

    /// Documents by index.
    async fn find(&self, module: &ModuleKey, query: RecordQuery) -> Result<RecordPage, PortError>;

    /// Whether this module issued the link and it is still open.
    async fn has_link(&self, module: &ModuleKey, code: &str) -> Result<bool, PortError>;

    /// How much of its quotas the module has used.
    async fn used(&self, module: &ModuleKey) -> Result<Used, PortError>;
}

/// What a module has used of its quotas, as committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Bytes of its records: names of collections, keys and documents.
    pub stored_bytes: u64,
    /// Events that it published today, in China.
    pub published_today: u64,
}

/// The cases that a module opened, as committed, and what holds for them.
#[async_trait::async_trait]
pub trait Cases: Send + Sync {
    /// One of the module's cases.
    async fn get(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Case>, PortError>;

    /// The case that the module opened under this key.
    async fn by_key(&self, module: &ModuleKey, key: &str) -> Result<Option<Case>, PortError>;

    /// The module's cases that the query asks for, newest first.
    async fn find(&self, module: &ModuleKey, query: CaseQuery) -> Result<CasePage, PortError>;

    /// What happened to one of the module's cases, oldest first; none: it opened no such case.
    async fn history(&self, module: &ModuleKey, id: &CaseId) -> Result<Option<Vec<Past>>, PortError>;

    /// Counts of the module's cases in a period, by the key of each row.
    async fn figures(
        &self,
        module: &ModuleKey,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        by: Grouping,
    ) -> Result<Vec<(String, Figures)>, PortError>;

    /// What holds for the cases of a township.
    async fn rules(&self, township: &TownshipId) -> Result<Arc<Rules>, PortError>;

    /// The number of the township's next case of a year.
    async fn next_number(&self, township: &TownshipId, year: u16) -> Result<u32, PortError>;
}

/// A camera as a guest sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraInfo {
    /// Its id.
    pub id: CameraId,
    /// Its name.
    pub name: String,
    /// 12-digit division code.
    pub place: String,
    /// When anything was last received from it.
    pub last_seen_ms: Option<TimestampMs>,
}

/// How pixels are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// Luma.
    Gray,
    /// Red, green, blue.
    Rgb,
}

/// What is shown of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What lies outside the camera's masks, of a public place scaled down.
    Masked,
    /// Everything.
    Raw,
}

/// Why there is no snapshot, as the guest is told.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NoSnapshot {
    /// The camera does not serve this purpose.
    Purpose,
    /// It gave none that is young enough: why.
    Unavailable(String),
}

/// The cameras of a township and their pictures. The runtime asks only for what was granted.
#[async_trait::async_trait]
pub trait Cameras: Send + Sync {
    /// All cameras of the township, by id.
    async fn list(&self, township: &TownshipId) -> Result<Vec<CameraInfo>, PortError>;

    /// The picture that a camera sent last.
    async fn latest(&self, township: &TownshipId, camera: &CameraId) -> Result<Option<Provenance>, PortError>;

    /// A picture of a camera at most so old, within the port's own deadline.
    async fn snapshot(&self, look: Look) -> Result<Result<Provenance, NoSnapshot>, PortError>;

    /// Where a picture came from: of a camera of the module's township, or attached on a page of the module.
    async fn provenance(&self, module: &ModuleKey, sha256: &Digest) -> Result<Option<Provenance>, PortError>;

    /// The picture's figures, masks left out.
    async fn metrics(&self, picture: &Provenance) -> Result<PictureMetrics, PortError>;

    /// How a picture differs from a reference.
    async fn change(
        &self,
        picture: &Provenance,
        reference: &Provenance,
        region: Option<Region>,
    ) -> Result<Change, PortError>;

    /// Says that a module is about to be shown something of a picture, and asks whether it may be: who keeps a register of
    /// looks writes it here.
    async fn admit(&self, _: Viewing) -> Result<bool, PortError> {
        Ok(true)
    }

    /// Pixels, scaled exactly.
    async fn pixels(
        &self,
        picture: &Provenance,
        view: View,
        width: u32,
        height: u32,
        format: PixelFormat,
    ) -> Result<Vec<u8>, PortError>;

    /// JPEG, at most so wide.
    async fn jpeg(&self, picture: &Provenance, view: View, max_width: u32) -> Result<Vec<u8>, PortError>;
}

/// What a module is about to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewing {
    /// Who looks.
    pub module: ModuleKey,
    /// What for, as it was granted.
    pub purposes: Vec<String>,
    /// At which picture.
    pub picture: Provenance,
    /// How much of it; nothing: figures, no pixels.
    pub view: Option<View>,
}

/// A look at a camera that a module was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Who looks.
    pub module: ModuleKey,
    /// At which camera of the module's township.
    pub camera: CameraId,
    /// What for.
    pub purpose: String,
    /// How old the picture may be, in milliseconds.
    pub max_age_ms: u32,
}

/// A request that the grants allow; the credential is attached behind the port.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The grant that allows it.
    pub grant: xl_model::grant::HttpGrant,
    /// Upper-case method.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// The same for every repetition of this request.
    pub idempotency_key: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// Why there is no answer, as the guest is told.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum FetchError {
    /// Resolves to an address that modules may not reach.
    Denied(String),
    /// The request is none.
    Invalid(String),
    /// A body is larger than the limit in bytes.
    TooLarge(u32),
    /// No answer in time.
    Timeout,
    /// Not reached.
    Unreachable(String),
}

/// The way out.
#[async_trait::async_trait]
pub trait Egress: Send + Sync {
    /// Sends a request and waits for the answer, within its own deadline.
    async fn fetch(&self, request: Request) -> Result<Response, FetchError>;
}

/// All that a run may read.
#[derive(Clone)]
pub struct Ports {
    /// Records.
    pub records: Arc<dyn Records>,
    /// Cameras and pictures.
    pub cameras: Arc<dyn Cameras>,
    /// HTTP.
    pub egress: Arc<dyn Egress>,
    /// Cases.
    pub cases: Arc<dyn Cases>,
}
