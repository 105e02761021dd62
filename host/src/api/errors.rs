//! The pages about fault codes, as JSON.

use serde::Serialize;
use xl_model::fault::Code;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::fault_pages;
use crate::api::fault_pages::FaultPage;
use crate::api::language::Language;
use crate::api::problem::Problem;

/// A fault code in both languages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FaultView {
    /// The stable code.
    #[schema(value_type = String, example = "XL0203")]
    code: Code,
    /// What happened, `{"zh", "en"}`.
    title: InBoth,
    /// What it means and what to do, as Markdown; only when one code is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<InBoth>,
}

/// A text in both languages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InBoth {
    /// Chinese.
    zh: &'static str,
    /// English.
    en: &'static str,
}

fn both(text: impl Fn(Language) -> &'static str) -> InBoth {
    InBoth { zh: text(Language::Chinese), en: text(Language::English) }
}

fn view(page: &'static FaultPage, whole: bool) -> FaultView {
    let text = whole.then(|| both(|language| page.section(language)));
    FaultView { code: page.code, title: both(|language| page.title(language)), text }
}

/// Lists all fault codes
#[utoipa::path(get, path = "/errors", tag = "hub", responses((status = 200, body = Vec<FaultView>), Problem))]
pub(super) async fn list(identity: Identity) -> Result<axum::Json<Vec<FaultView>>, Problem> {
    identity.anywhere(Action::ReadManual)?;
    Ok(axum::Json(fault_pages::all().iter().map(|page| view(page, false)).collect()))
}

/// Explains a fault code
#[utoipa::path(get, path = "/errors/{code}", tag = "hub",
    params(("code" = String, Path, description = "Such as `XL0203`.")),
    responses((status = 200, body = FaultView), Problem))]
pub(super) async fn one(identity: Identity, Path(code): Path<Code>) -> Result<axum::Json<FaultView>, Problem> {
    identity.anywhere(Action::ReadManual)?;
    let page = fault_pages::of(code).ok_or_else(|| Problem::not_there("fault code", code))?;
    Ok(axum::Json(view(page, true)))
}
