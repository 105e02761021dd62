//! Ports in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use serde_json::Value;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CaseMark;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::grant::Grants;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::PictureOrigin;
use xl_model::picture::PictureRef;
use xl_model::picture::Provenance;
use xl_model::record::Record;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_model::region::Region;
use xl_runtime::port::CameraInfo;
use xl_runtime::port::Cameras;
use xl_runtime::port::Cases;
use xl_runtime::port::Egress;
use xl_runtime::port::FetchError;
use xl_runtime::port::Look;
use xl_runtime::port::NoSnapshot;
use xl_runtime::port::PixelFormat;
use xl_runtime::port::PortError;
use xl_runtime::port::Ports;
use xl_runtime::port::Records;
use xl_runtime::port::Request;
use xl_runtime::port::Response;
use xl_runtime::port::Used;
use xl_runtime::port::View;
use xl_runtime::run::Granted;

/// The township of all tests.
pub const TOWNSHIP: &str = "371122102";

/// What stands behind the ports.
#[derive(Default)]
pub struct World {
    /// Committed records by collection and key, the index `seq` at `/seq`.
    pub records: Mutex<BTreeMap<(String, String), String>>,
    /// Cases as they stand.
    pub cases: Mutex<BTreeMap<CaseId, Case>>,
    /// What was done with them.
    pub steps: Mutex<Vec<(CaseId, Past)>>,
    /// Open links.
    pub links: Mutex<Vec<String>>,
    /// Cameras of the township.
    pub cameras: Mutex<Vec<CameraInfo>>,
    /// Pictures, the newest of each camera last.
    pub pictures: Mutex<Vec<Provenance>>,
    /// What was asked of the outside.
    pub fetched: Mutex<Vec<Request>>,
    /// As what pictures were shown.
    pub views: Mutex<Vec<View>>,
    /// How often cameras were asked for.
    pub asked: Mutex<u32>,
    /// What the next reading of a record takes from a module.
    pub withdraws: Mutex<Option<(Granted, Grants)>>,
    /// Events that were published today.
    pub published: Mutex<u64>,
    /// Every port hangs.
    pub hangs: bool,
    /// Every port fails.
    pub fails: bool,
}

impl World {
    pub fn ports(self: &Arc<Self>) -> Ports {
        Ports { records: self.clone(), cameras: self.clone(), egress: self.clone(), cases: self.clone() }
    }

    pub fn put(&self, key: &str, document: &str) {
        self.records.lock().unwrap().insert(("counts".to_owned(), key.to_owned()), document.to_owned());
    }

    /// What a store does with a run's effects.
    pub fn commit(&self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Put { key, document, .. } => self.put(key, document),
                Effect::Delete { collection, key } => {
                    self.records.lock().unwrap().remove(&(collection.clone(), key.clone()));
                }
                Effect::IssueLink { code, .. } => self.links.lock().unwrap().push(code.clone()),
                Effect::RevokeLink { code } => self.links.lock().unwrap().retain(|open| open != code),
                Effect::MoveCase { case, past, .. } => {
                    self.cases.lock().unwrap().insert(case.id.clone(), Case::clone(case));
                    self.steps.lock().unwrap().push((case.id.clone(), Past::clone(past)));
                }
                Effect::Publish(_) => *self.published.lock().unwrap() += 1,
                Effect::ReportKpi(_) => {}
            }
        }
    }

    pub fn camera(&self, id: &str) {
        let (id, name) = (id.parse().unwrap(), format!("camera {id}"));
        let place = "371122102001".to_owned();
        self.cameras.lock().unwrap().push(CameraInfo { id, name, place, last_seen_ms: Some(5) });
    }

    pub fn picture(&self, camera: &str, letter: char) -> PictureRef {
        let picture = PictureRef { sha256: digest(letter), width: 640, height: 480, bytes: 9_000 };
        self.pictures.lock().unwrap().push(Provenance {
            picture: picture.clone(),
            township: TOWNSHIP.parse().unwrap(),
            origin: PictureOrigin::Camera(camera.parse().unwrap()),
            time_ms: 4,
        });
        picture
    }

    /// A picture that somebody attached on a page of a plugin.
    pub fn upload(&self, plugin: &str, letter: char) -> PictureRef {
        let picture = self.picture("gh-1", letter);
        let origin = PictureOrigin::Page(plugin.parse().unwrap());
        self.pictures.lock().unwrap().last_mut().unwrap().origin = origin;
        picture
    }

    async fn answers(&self) -> Result<(), PortError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if self.fails { Err(PortError("the store is away".to_owned())) } else { Ok(()) }
    }
}

pub fn digest(letter: char) -> Digest {
    letter.to_string().repeat(64).parse().unwrap()
}

fn value(query: &RecordQuery, key: &str, document: &str) -> Option<IndexValue> {
    match query.index.as_deref() {
        None => Some(IndexValue::Text(key.to_owned())),
        Some(_) => {
            let document: Value = serde_json::from_str(document).unwrap();
            document.pointer("/seq").and_then(Value::as_i64).map(IndexValue::Integer)
        }
    }
}

#[async_trait::async_trait]
impl Records for World {
    async fn get(&self, _: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, PortError> {
        self.answers().await?;
        if let Some((granted, narrower)) = self.withdraws.lock().unwrap().take() {
            granted.set(narrower);
        }
        Ok(self.records.lock().unwrap().get(&(collection.to_owned(), key.to_owned())).cloned())
    }

    async fn find(&self, _: &ModuleKey, query: RecordQuery) -> Result<RecordPage, PortError> {
        self.answers().await?;
        let records = self.records.lock().unwrap();
        let mut found: Vec<_> = records
            .iter()
            .filter(|((collection, _), _)| *collection == query.collection)
            .filter_map(|((_, key), document)| Some((value(&query, key, document)?, key.clone(), document.clone())))
            .filter(|(value, ..)| query.from.as_ref().is_none_or(|from| value >= from))
            .filter(|(value, ..)| query.to.as_ref().is_none_or(|to| value <= to))
            .collect();
        found.sort();
        if query.descending {
            found.reverse();
        }
        let start: usize = query.after.map_or(0, |token| token.parse().unwrap());
        let end = found.len().min(start + query.limit as usize);
        let next = (end < found.len()).then(|| end.to_string());
        let records = found.drain(start..end).map(|(_, key, document)| Record { key, document }).collect();
        Ok(RecordPage { records, next })
    }

    async fn has_link(&self, _: &ModuleKey, code: &str) -> Result<bool, PortError> {
        self.answers().await?;
        Ok(self.links.lock().unwrap().iter().any(|open| open == code))
    }

    async fn used(&self, _: &ModuleKey) -> Result<Used, PortError> {
        self.answers().await?;
        let records = self.records.lock().unwrap();
        let sizes = records.iter().map(|((collection, key), document)| collection.len() + key.len() + document.len());
        Ok(Used { stored_bytes: sizes.sum::<usize>() as u64, published_today: *self.published.lock().unwrap() })
    }
}

#[async_trait::async_trait]
impl Cameras for World {
    async fn list(&self, _: &TownshipId) -> Result<Vec<CameraInfo>, PortError> {
        self.answers().await?;
        *self.asked.lock().unwrap() += 1;
        Ok(self.cameras.lock().unwrap().clone())
    }

    async fn latest(&self, _: &TownshipId, camera: &CameraId) -> Result<Option<Provenance>, PortError> {
        self.answers().await?;
        *self.asked.lock().unwrap() += 1;
        Ok(self.pictures.lock().unwrap().iter().rev().find(|found| found.camera() == Some(camera)).cloned())
    }

    async fn provenance(&self, _: &ModuleKey, sha256: &Digest) -> Result<Option<Provenance>, PortError> {
        self.answers().await?;
        *self.asked.lock().unwrap() += 1;
        Ok(self.pictures.lock().unwrap().iter().find(|found| found.picture.sha256 == *sha256).cloned())
    }

    async fn snapshot(&self, look: Look) -> Result<Result<Provenance, NoSnapshot>, PortError> {
        self.answers().await?;
        if look.purpose != "produce" {
            return Ok(Err(NoSnapshot::Purpose));
        }
        if look.max_age_ms == 0 {
            return Ok(Err(NoSnapshot::Unavailable("the camera does not answer".to_owned())));
        }
        let newest = self.latest(&look.module.township, &look.camera).await?;
        Ok(newest.ok_or_else(|| NoSnapshot::Unavailable("it sent none yet".to_owned())))
    }

    async fn metrics(&self, _: &Provenance) -> Result<PictureMetrics, PortError> {
        self.answers().await?;
        Ok(PictureMetrics { brightness: 110.0, contrast: 48.0, sharpness: 900.0, seen_share: 1.0 })
    }

    async fn change(&self, _: &Provenance, _: &Provenance, region: Option<Region>) -> Result<Change, PortError> {
        self.answers().await?;
        let share = if region.is_some() { 0.5 } else { 0.25 };
        let (agreement, difference, contrast_kept, sharpness_kept) = (0.75, 1.5, 1.0, 1.0);
        Ok(Change { share, shift_x: 0, shift_y: 0, agreement, difference, contrast_kept, sharpness_kept })
    }

    async fn pixels(
        &self,
        _: &Provenance,
        view: View,
        width: u32,
        height: u32,
        _: PixelFormat,
    ) -> Result<Vec<u8>, PortError> {
        self.answers().await?;
        self.views.lock().unwrap().push(view);
        Ok(vec![7; (width * height) as usize])
    }

    async fn jpeg(&self, _: &Provenance, view: View, max_width: u32) -> Result<Vec<u8>, PortError> {
        self.answers().await?;
        self.views.lock().unwrap().push(view);
        Ok(vec![0xff; max_width as usize])
    }
}

#[async_trait::async_trait]
impl Cases for World {
    async fn get(&self, _: &ModuleKey, id: &CaseId) -> Result<Option<Case>, PortError> {
        self.answers().await?;
        Ok(self.cases.lock().unwrap().get(id).cloned())
    }

    async fn by_key(&self, _: &ModuleKey, key: &str) -> Result<Option<Case>, PortError> {
        self.answers().await?;
        Ok(self.cases.lock().unwrap().values().find(|case| case.key == key).cloned())
    }

    async fn find(&self, _: &ModuleKey, query: CaseQuery) -> Result<CasePage, PortError> {
        self.answers().await?;
        let behind = |case: &Case| query.after.as_ref().is_none_or(|after| CaseMark::of(case) < *after);
        let all = self.cases.lock().unwrap();
        let mut cases: Vec<Case> =
            all.values().rev().filter(|case| query.fits(case) && behind(case)).cloned().collect();
        let more = cases.len() > query.limit as usize;
        cases.truncate(query.limit as usize);
        let next = cases.last().filter(|_| more).map(CaseMark::of);
        Ok(CasePage { cases, next })
    }

    async fn history(&self, _: &ModuleKey, id: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        self.answers().await?;
        if !self.cases.lock().unwrap().contains_key(id) {
            return Ok(None);
        }
        let steps = self.steps.lock().unwrap();
        Ok(Some(steps.iter().filter(|(of, _)| of == id).map(|(_, past)| past.clone()).collect()))
    }

    async fn figures(&self, _: &ModuleKey, _: i64, _: i64, _: Grouping) -> Result<Vec<(String, Figures)>, PortError> {
        self.answers().await?;
        let reported = self.cases.lock().unwrap().len() as u64;
        Ok(vec![(String::new(), Figures { reported, ..Figures::default() })])
    }

    async fn rules(&self, _: &TownshipId) -> Result<Arc<Rules>, PortError> {
        self.answers().await?;
        Ok(Arc::new(Rules::plain()))
    }

    async fn next_number(&self, _: &TownshipId, _: u16) -> Result<u32, PortError> {
        self.answers().await?;
        Ok(self.cases.lock().unwrap().len() as u32 + 1)
    }
}

#[async_trait::async_trait]
impl Egress for World {
    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let number = {
            let mut fetched = self.fetched.lock().unwrap();
            fetched.push(request);
            fetched.len() as u8
        };
        let headers = vec![("content-type".to_owned(), "x".to_owned()), ("Set-Cookie".to_owned(), "s".to_owned())];
        Ok(Response { status: 200, headers, body: vec![number] })
    }
}
