//! The authority of a public link, as a value: one page of one module, the forms and the pictures that this page shows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use xl_model::block::Page;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::link::LinkId;
use xl_model::picture::Cover;
use xl_model::picture::PictureLevel;
use xl_model::picture::Provenance;
use xl_store::Store;
use xl_store::modules::Link;

use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::Modules;
use crate::dispatch::PageVisit;

/// Widest picture that a public page gives, in pixels.
pub const PUBLIC_WIDTH: u32 = 640;

// A page is drawn at most every 2 s however many look; its pictures follow within a minute without drawing it again.
const PAGE_AGE_MS: TimestampMs = 2_000;
const PICTURES_AGE_MS: TimestampMs = 60_000;

// Pages that are looked at in the same minute; a page is a few kilobytes.
const MOST_SHOWN: usize = 512;

/// A public link that exists and is open.
pub struct OpenLink {
    state: ApiState,
    link: Link,
    id: LinkId,
}

/// Pages as they were shown lately.
#[derive(Default)]
pub(super) struct Shown(Mutex<HashMap<CodeAndLanguage, (TimestampMs, Arc<Page>)>>);

type CodeAndLanguage = (String, &'static str);

impl Shown {
    fn get(&self, code: &str, language: Language, now_ms: TimestampMs, age_ms: TimestampMs) -> Option<Arc<Page>> {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at_ms, page) = shown.get(&(code.to_owned(), language.tag()))?;
        (0..age_ms).contains(&(now_ms - at_ms)).then(|| Arc::clone(page))
    }

    fn put(&self, code: &str, language: Language, now_ms: TimestampMs, page: Arc<Page>) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST_SHOWN {
            shown.retain(|_, (at_ms, _)| (0..PICTURES_AGE_MS).contains(&(now_ms - *at_ms)));
        }
        if shown.len() >= MOST_SHOWN {
            shown.clear();
        }
        shown.insert((code.to_owned(), language.tag()), (now_ms, page));
    }
}

impl ApiState {
    /// Opens a public link by its code.
    ///
    /// # Errors
    /// The same answer for a code that never was and for one that was revoked.
    pub async fn open_link(&self, code: &str) -> Result<OpenLink, Problem> {
        let unknown = || Problem::not_there("link", "");
        if !(16..=64).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(unknown());
        }
        let link = self.0.parts.store.link(code).await?.filter(|link| !link.revoked).ok_or_else(unknown)?;
        Ok(OpenLink { state: self.clone(), id: LinkId::of(code), link })
    }
}

impl OpenLink {
    /// What the link is called where its code may not stand; who acts by it is the link.
    pub fn id(&self) -> &LinkId {
        &self.id
    }

    /// Its code, which opens it.
    pub fn code(&self) -> &str {
        &self.link.code
    }

    /// The token of a form on its page.
    pub(crate) fn token(&self, action: &str) -> String {
        self.state.0.form_tokens.of(&self.link.code, action, self.state.now_ms())
    }

    /// Whether this is the token of a form that was drawn under this link lately.
    pub(crate) fn is_token(&self, token: &str, action: &str) -> bool {
        self.state.0.form_tokens.fits(token, &self.link.code, action, self.state.now_ms())
    }

    /// The module whose page it opens.
    pub fn module(&self) -> &ModuleKey {
        &self.link.module
    }

    /// The page of the manifest that it opens.
    pub fn page_name(&self) -> &str {
        &self.link.page
    }

    /// A visit of somebody whom nobody knows.
    pub fn visit(&self, language: Language) -> PageVisit {
        PageVisit {
            module: self.link.module.clone(),
            page: self.link.page.clone(),
            query: self.link.query.clone(),
            locale: language.tag().to_owned(),
            link: Some(self.id.clone()),
            viewer: None,
        }
    }

    /// The hub's parts, for a press by this link.
    pub(in crate::api) fn parts(&self) -> (&ApiState, &Store, &Modules) {
        (&self.state, &self.state.0.parts.store, &self.state.0.parts.modules)
    }

    /// The page that the link opens.
    ///
    /// # Errors
    /// When the module cannot draw it now.
    pub async fn page(&self, language: Language) -> Result<Arc<Page>, Problem> {
        self.page_not_older_than(PAGE_AGE_MS, language).await
    }

    /// Counts a view, never by whom. A count that is lost is no reason to show nothing.
    pub async fn count(&self) {
        if let Err(error) = self.state.0.parts.store.count_view(&self.link.code).await {
            tracing::warn!(code = %error.code(), "view of a public link not counted");
        }
    }

    /// A picture, only when the page shows it; under what covers its camera's pictures, scaled down, without metadata.
    ///
    /// # Errors
    /// When the page does not show it.
    pub async fn picture(&self, sha256: &Digest, width: u32, language: Language) -> Result<bytes::Bytes, Problem> {
        let page = self.page_not_older_than(PICTURES_AGE_MS, language).await?;
        if !page.pictures().any(|picture| picture.sha256 == *sha256) {
            return Err(Problem::not_there("picture", sha256));
        }
        let (cover, width) = (self.cover(sha256).await?, width.clamp(16, PUBLIC_WIDTH));
        self.state.read_picture(&self.link.module.township, sha256, Some(width), Some(&cover)).await
    }

    // A page names pictures by hash; the module must be shown them itself.
    async fn cover(&self, sha256: &Digest) -> Result<Cover, Problem> {
        let missing = || Problem::not_there("picture", sha256);
        let (parts, ModuleKey { township, plugin }) = (&self.state.0.parts, &self.link.module);
        let provenance = parts.store.provenance(township, sha256).await?;
        let Some(camera) = provenance.as_ref().and_then(Provenance::camera) else {
            // What somebody attached on this module's pages is the module's to show.
            return match parts.store.upload(township, sha256, Some(plugin)).await? {
                Some(_) => Ok(Cover::default()),
                None => Err(missing()),
            };
        };
        let module = parts.store.module(&self.link.module).await?.ok_or_else(missing)?;
        // Whatever was granted, what everybody sees is covered.
        let picture_level = module.grants.picture_level.min(PictureLevel::Masked);
        let key = CameraKey { township: township.clone(), camera: camera.clone() };
        let seen = parts.cameras.on_pages(&key, &Grants { picture_level, ..module.grants });
        Ok(seen.ok_or_else(missing)?.1)
    }

    async fn page_not_older_than(&self, age_ms: TimestampMs, language: Language) -> Result<Arc<Page>, Problem> {
        let (shown, code) = (&self.state.0.shown, &self.link.code);
        if let Some(page) = shown.get(code, language, self.state.now_ms(), age_ms) {
            return Ok(page);
        }
        let page = Arc::new(self.state.0.parts.modules.view(self.visit(language)).await?);
        shown.put(code, language, self.state.now_ms(), Arc::clone(&page));
        Ok(page)
    }
}

#[cfg(test)]
mod tests;
