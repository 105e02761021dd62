//! Which pictures pages of modules showed to whom lately: no other is opened as a picture of a page.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use axum::http::StatusCode;
use xl_model::block::Page;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;

use crate::api::authority::Authority;
use crate::api::looks::NOTHING_STATED;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::PageVisit;

/// How long a page may lie open before one of its pictures is opened: a night.
const LIFE_MS: TimestampMs = 12 * 60 * 60 * 1_000;

/// Most pictures of one person; beyond, the older half is forgotten and its pages are opened again.
const MOST: usize = 4_096;

/// Pictures with the module whose page showed them to somebody, and when it did last.
type Shown = HashMap<(ModuleKey, Digest), TimestampMs>;

/// What was shown, by the name of whoever looked.
#[derive(Default)]
pub(super) struct Galleries(Mutex<HashMap<String, Shown>>);

impl Galleries {
    fn note<'a>(&self, who: &str, module: &ModuleKey, pictures: impl Iterator<Item = &'a Digest>, now_ms: TimestampMs) {
        let shown: Vec<_> = pictures.map(|sha256| ((module.clone(), sha256.clone()), now_ms)).collect();
        if shown.is_empty() {
            return;
        }
        let mut galleries = self.lock();
        let mine = galleries.entry(who.to_owned()).or_default();
        mine.retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < LIFE_MS);
        mine.extend(shown);
        if mine.len() > MOST {
            let mut times: Vec<TimestampMs> = mine.values().copied().collect();
            times.sort_unstable();
            let from_ms = times[times.len() / 2];
            mine.retain(|_, at_ms| *at_ms >= from_ms);
        }
    }

    fn has(&self, who: &str, module: &ModuleKey, sha256: &Digest, now_ms: TimestampMs) -> bool {
        let galleries = self.lock();
        let at_ms = galleries.get(who).and_then(|mine| mine.get(&(module.clone(), sha256.clone())));
        at_ms.is_some_and(|at_ms| (0..LIFE_MS).contains(&now_ms.saturating_sub(*at_ms)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApiState {
    /// Draws a page of a module for somebody, who may open the pictures that it shows from then on.
    ///
    /// # Errors
    /// When the module cannot draw it now.
    pub(crate) async fn page(&self, authority: &Authority, visit: PageVisit) -> Result<Page, Problem> {
        let module = visit.module.clone();
        let page = self.modules(authority).view(visit).await?;
        self.note_shown(authority, &module, &page);
        Ok(page)
    }

    pub(in crate::api) fn note_shown(&self, authority: &Authority, module: &ModuleKey, page: &Page) {
        let pictures = page.pictures().map(|picture| &picture.sha256);
        self.0.galleries.note(&authority.actor().who.to_string(), module, pictures, self.now_ms());
    }

    /// Whether a page of the module showed him this picture lately.
    ///
    /// # Errors
    /// XL0946 when none did.
    pub(in crate::api) fn has_shown(
        &self,
        authority: &Authority,
        module: &ModuleKey,
        sha256: &Digest,
    ) -> Result<(), Problem> {
        if self.0.galleries.has(&authority.actor().who.to_string(), module, sha256, self.now_ms()) {
            return Ok(());
        }
        let detail = format!("no page of module `{module}` showed you this picture lately: open the page first");
        Err(Problem::new(StatusCode::FORBIDDEN, NOTHING_STATED).with_detail(detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(plugin: &str) -> ModuleKey {
        ModuleKey { township: "371122102".parse().unwrap(), plugin: plugin.parse().unwrap() }
    }

    fn digest(n: usize) -> Digest {
        format!("{n:064x}").parse().unwrap()
    }

    #[test]
    fn a_picture_is_shown_to_him_by_this_module_and_for_half_a_day() {
        let galleries = Galleries::default();
        galleries.note("li", &module("trace"), [digest(1)].iter(), 1_000);
        assert!(galleries.has("li", &module("trace"), &digest(1), LIFE_MS + 999));
        assert!(!galleries.has("li", &module("trace"), &digest(1), LIFE_MS + 1_000));
        assert!(!galleries.has("li", &module("trace"), &digest(1), 999), "tomorrow");
        assert!(!galleries.has("li", &module("trace"), &digest(2), 1_000));
        assert!(!galleries.has("li", &module("city"), &digest(1), 1_000));
        assert!(!galleries.has("zhang", &module("trace"), &digest(1), 1_000));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_newest_stays() {
        let galleries = Galleries::default();
        for n in 0..3 * MOST {
            galleries.note("li", &module("trace"), [digest(n)].iter(), n as TimestampMs);
        }
        assert!(galleries.lock()["li"].len() <= MOST);
        assert!(galleries.has("li", &module("trace"), &digest(3 * MOST - 1), 3 * MOST as TimestampMs));
    }
}
