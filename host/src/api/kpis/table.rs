//! Key figures as a table.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use xl_model::kpi::Period;
use xl_model::kpi::sum::Sum;
use xl_model::people::action::Action;

use super::Kpi;
use super::KpiQuery;
use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::sheet::harmless;

/// The names of the columns; Chinese first, as whoever opens it reads them.
const COLUMNS: [&str; 9] =
    ["period", "plugin", "kpi", "version", "指标 name", "place", "numerator", "denominator", "value"];

/// Writes key figures as a table
///
/// CSV in UTF-8: each key figure with a line for all of it (an empty place) and one for each part. Cells that a spreadsheet
/// could run as a formula stand behind an apostrophe.
#[utoipa::path(get, path = "/kpis/export", tag = "figures", params(KpiQuery),
    responses((status = 200, content_type = "text/csv", body = String), Problem))]
pub(in crate::api) async fn export(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<KpiQuery>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadStatus)?;
    let period = query.period(&state)?;
    let kpis = query.read(&state, &authority, &period).await?;
    let mut response = table(&period, &kpis).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"figures.csv\""));
    Ok(response)
}

/// CSV (RFC 4180) in UTF-8, marked so that Excel knows it.
fn table(period: &Period, kpis: &[Kpi]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing to memory cannot fail, and each line has as many cells as the first.
    let _ = writer.write_record(COLUMNS);
    for kpi in kpis {
        let mut line = |place: &str, sum: Sum| {
            let cells = [
                period.to_string(),
                kpi.plugin.to_string(),
                kpi.id.clone(),
                kpi.version.to_string(),
                format!("{} {}", kpi.name.zh, kpi.name.en),
                place.to_owned(),
                sum.numerator.to_string(),
                sum.denominator.to_string(),
                sum.written(kpi.shown).unwrap_or_default(),
            ];
            let _ = writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned()));
        };
        line("", kpi.sum);
        kpi.parts.iter().for_each(|(place, sum)| line(place.as_str(), *sum));
    }
    writer.into_inner().unwrap_or_default()
}
