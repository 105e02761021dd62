//! Ports of a host that has nothing behind them.

use std::sync::Arc;

use bytes::Bytes;
use xl_model::camera::CameraKey;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
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
use xl_runtime::port;
use xl_runtime::port::CameraInfo;
use xl_runtime::port::FetchError;
use xl_runtime::port::PixelFormat;
use xl_runtime::port::PortError;
use xl_runtime::port::Request as Fetch;
use xl_runtime::port::Response as Fetched;

use crate::look::Eye;

/// A port that is there and knows nothing.
pub(super) struct Nothing;

#[async_trait::async_trait]
impl Eye for Nothing {
    async fn snapshot(&self, _: &CameraKey) -> Option<Result<Bytes, String>> {
        None
    }
}

/// What figures of cases are answered with.
type Counted = Result<Vec<(String, Figures)>, PortError>;

fn nothing<T>() -> Result<T, PortError> {
    Err(PortError("nothing here".to_owned()))
}

#[async_trait::async_trait]
impl port::Records for Nothing {
    async fn get(&self, _: &ModuleKey, _: &str, _: &str) -> Result<Option<String>, PortError> {
        nothing()
    }

    async fn find(&self, _: &ModuleKey, _: RecordQuery) -> Result<RecordPage, PortError> {
        nothing()
    }

    async fn has_link(&self, _: &ModuleKey, _: &str) -> Result<bool, PortError> {
        nothing()
    }

    async fn used(&self, _: &ModuleKey) -> Result<port::Used, PortError> {
        nothing()
    }
}

#[async_trait::async_trait]
impl port::Cameras for Nothing {
    async fn list(&self, _: &TownshipId) -> Result<Vec<CameraInfo>, PortError> {
        nothing()
    }

    async fn latest(&self, _: &TownshipId, _: &CameraId) -> Result<Option<Provenance>, PortError> {
        nothing()
    }

    async fn snapshot(&self, _: port::Look) -> Result<Result<Provenance, port::NoSnapshot>, PortError> {
        nothing()
    }

    async fn provenance(&self, _: &ModuleKey, _: &Digest) -> Result<Option<Provenance>, PortError> {
        nothing()
    }

    async fn metrics(&self, _: &Provenance) -> Result<PictureMetrics, PortError> {
        nothing()
    }

    async fn change(&self, _: &Provenance, _: &Provenance, _: Option<Region>) -> Result<Change, PortError> {
        nothing()
    }

    async fn pixels(
        &self,
        _: &Provenance,
        _: port::View,
        _: u32,
        _: u32,
        _: PixelFormat,
    ) -> Result<Vec<u8>, PortError> {
        nothing()
    }

    async fn jpeg(&self, _: &Provenance, _: port::View, _: u32) -> Result<Vec<u8>, PortError> {
        nothing()
    }
}

#[async_trait::async_trait]
impl port::Cases for Nothing {
    async fn get(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Case>, PortError> {
        nothing()
    }

    async fn by_key(&self, _: &ModuleKey, _: &str) -> Result<Option<Case>, PortError> {
        nothing()
    }

    async fn find(&self, _: &ModuleKey, _: CaseQuery) -> Result<CasePage, PortError> {
        nothing()
    }

    async fn history(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        nothing()
    }

    async fn figures(&self, _: &ModuleKey, _: i64, _: i64, _: Grouping) -> Counted {
        nothing()
    }

    async fn rules(&self, _: &TownshipId) -> Result<Arc<Rules>, PortError> {
        nothing()
    }

    async fn next_number(&self, _: &TownshipId, _: u16) -> Result<u32, PortError> {
        nothing()
    }
}

#[async_trait::async_trait]
impl port::Egress for Nothing {
    async fn fetch(&self, _: Fetch) -> Result<Fetched, FetchError> {
        Err(FetchError::Timeout)
    }
}
