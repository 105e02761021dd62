//! What everybody is told about the cameras of a place, as a page. No sign-in, no cookie, no script.

use askama::Template;
use axum::extract::Extension;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::LegalClass;
use xl_model::picture::PictureLevel;
use xl_model::place::Names;
use xl_model::place::code::PlaceCode;

use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::transparency::CACHED;
use crate::api::transparency::too_often;
use crate::console::address::with_query;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::module::said;
use crate::console::rights_text::Words;
use crate::console::rights_text::words;
use crate::console::rows;
use crate::console::time;
use crate::rights::Count;
use crate::rights::Figures;
use crate::rights::ModuleShown;
use crate::rights::Shown;

/// About which place.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    place: String,
}

struct PlaceLink {
    href: String,
    name: String,
}

struct PurposeRow {
    name: String,
    count: String,
}

struct ClassRow {
    name: &'static str,
    count: String,
    purposes: Vec<PurposeRow>,
    picture_days: Option<u32>,
}

struct LooksRow {
    month: String,
    purpose: String,
    by_persons: u64,
    by_modules: u64,
}

struct ModuleRow {
    name: String,
    township: String,
    reasons: Vec<String>,
    /// Nothing: it sees none.
    cameras: Option<String>,
    level: &'static str,
    purposes: String,
    hosts: String,
    private_hosts: usize,
    links: bool,
}

#[derive(Template)]
#[template(path = "transparency.html")]
struct TransparencyHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    name: String,
    code: String,
    above: Option<PlaceLink>,
    below: Vec<PlaceLink>,
    counted: String,
    classes: Vec<ClassRow>,
    looks: Vec<LooksRow>,
    modules: Vec<ModuleRow>,
    colon: &'static str,
}

/// Shows a place.
pub(crate) async fn show(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(from)): Extension<Caller>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    state.visits().take(from, state.now_ms()).map_err(too_often)?;
    let frame = frame.for_everybody();
    let place = match wish.place.trim() {
        "" => None,
        place => Some(place.parse::<PlaceCode>().map_err(|error| Problem::field("place", error.to_string()))?),
    };
    let missing = || Problem::not_there("place", place.as_ref().map_or("", PlaceCode::as_str));
    let shown = state.figures().of(place.as_ref()).await?.ok_or_else(missing)?;
    let sight = Sight { frame: &frame, words: words(frame.language), state: &state, figures: state.figures() };
    let mut response = page_with(StatusCode::OK, &sight.page(&shown))?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    Ok(response)
}

/// Everything that a page is drawn from.
struct Sight<'a> {
    frame: &'a Frame,
    words: &'a Words,
    state: &'a ApiState,
    figures: &'a Figures,
}

impl<'a> Sight<'a> {
    fn page(&self, shown: &Shown) -> TransparencyHtml<'a> {
        let (above, below) = self.figures.around(&shown.place);
        let name = rows::named(self.frame.language, shown.names.clone());
        TransparencyHtml {
            frame: self.frame,
            words: self.words,
            name: if name.is_empty() { shown.place.to_string() } else { name },
            code: shown.place.to_string(),
            above: above.map(|(code, names)| self.link(&code, names)),
            below: below.into_iter().map(|(code, names)| self.link(&code, names)).collect(),
            counted: time::minute(shown.counted_ms),
            classes: shown
                .cameras
                .iter()
                .map(|it| ClassRow {
                    name: self.class(it.class),
                    count: self.count(it.count),
                    purposes: it
                        .purposes
                        .iter()
                        .map(|(code, count)| PurposeRow { name: self.purpose(code), count: self.count(*count) })
                        .collect(),
                    picture_days: it.picture_days,
                })
                .collect(),
            looks: shown
                .looks
                .iter()
                .map(|it| LooksRow {
                    month: it.month.clone(),
                    purpose: self.purpose(&it.purpose),
                    by_persons: it.by_persons,
                    by_modules: it.by_modules,
                })
                .collect(),
            modules: shown.modules.iter().map(|module| self.module(module)).collect(),
            colon: if self.frame.language == Language::English { ": " } else { "：" },
        }
    }

    fn link(&self, code: &PlaceCode, names: Names) -> PlaceLink {
        let query = [("place", code.significant()), ("lang", self.frame.language.tag())];
        PlaceLink { href: with_query("/transparency", query), name: rows::named(self.frame.language, names) }
    }

    fn module(&self, module: &ModuleShown) -> ModuleRow {
        let township = module.township.as_str();
        let offices = self.state.counter().offices();
        let names = offices.into_iter().find(|(id, _)| id.as_str() == township).map(|(_, names)| names);
        let purposes: Vec<String> = module.purposes.iter().map(|code| self.purpose(code)).collect();
        ModuleRow {
            name: said(self.frame, &module.name),
            township: names.map_or_else(|| township.to_owned(), |names| rows::named(self.frame.language, names)),
            reasons: module.reasons.iter().map(|reason| said(self.frame, reason)).collect(),
            cameras: Some(module.cameras).filter(|it| *it != Count::Exact(0)).map(|count| self.count(count)),
            level: match module.level {
                PictureLevel::None => self.words.level_none,
                PictureLevel::Metric => self.words.level_metric,
                PictureLevel::Masked => self.words.level_masked,
                PictureLevel::Raw => self.words.level_raw,
            },
            purposes: purposes.join(self.comma()),
            hosts: module.hosts.join(self.comma()),
            private_hosts: module.private_hosts,
            links: module.links,
        }
    }

    fn comma(&self) -> &'static str {
        if self.frame.language == Language::English { ", " } else { "、" }
    }

    fn count(&self, count: Count) -> String {
        match count {
            Count::Exact(count) => count.to_string(),
            Count::About(count) => format!("{} {count}", self.words.about),
            Count::Few => self.words.few.to_owned(),
        }
    }

    fn purpose(&self, code: &str) -> String {
        let purpose = self.figures.purpose(code);
        purpose.map_or(self.words.other, |it| if self.frame.lang() == "en" { &it.en } else { &it.zh }).to_owned()
    }

    fn class(&self, class: LegalClass) -> &'static str {
        match class {
            LegalClass::PublicSecurity => self.words.class_c1,
            LegalClass::OtherPublicPlace => self.words.class_c2,
            LegalClass::NonPublic => self.words.class_c3,
        }
    }
}
