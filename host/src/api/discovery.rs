//! Searching for cameras. What answers is a candidate: nothing is enrolled by it.

use std::net::Ipv4Addr;

use axum::extract::State;
use ipnet::IpNet;
use serde::Deserialize;
use serde::Serialize;
use xl_bridge::onvif::discovery::Candidate;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::onvif::Search;

/// Where to search.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SearchBody {
    /// By multicast.
    multicast: bool,
    /// Addresses of the hub's interfaces for multicast; the one of its default route when nothing is said.
    #[schema(value_type = Vec<String>)]
    interfaces: Vec<Ipv4Addr>,
    /// Ranges to ask address by address, together at most a /16, within `onvif.networks`.
    #[schema(example = json!(["10.20.0.0/24"]))]
    cidrs: Vec<String>,
    /// Ports to ask in ranges, at most 4; 3702 when nothing is said.
    ports: Vec<u16>,
}

/// A device that answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CandidateView {
    /// Its endpoint reference: the same through all its addresses.
    reference: String,
    /// Where it answered from.
    from: String,
    /// Its addresses as it told them.
    addresses: Vec<String>,
    /// Its types.
    types: Vec<String>,
    /// Its name, as it says.
    name: Option<String>,
    /// Its hardware, as it says.
    hardware: Option<String>,
}

/// What a search found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FindingsView {
    /// At most 5,000.
    candidates: Vec<CandidateView>,
    /// Answers that could not be read.
    unreadable: u64,
    /// Candidates beyond the most.
    dropped: u64,
    /// Whether time ended the search before all addresses were asked.
    cut: bool,
}

/// Searches for cameras
///
/// One search at a time, up to some minutes. What answers is a candidate: nothing is enrolled by it.
#[utoipa::path(post, path = "/discovery", tag = "cameras", request_body = SearchBody,
    responses((status = 200, body = FindingsView), Problem))]
pub(super) async fn search(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<SearchBody>,
) -> Result<axum::Json<FindingsView>, Problem> {
    let authority = identity.of_hub(Action::SearchCameras)?;
    let SearchBody { multicast, mut interfaces, cidrs, ports } = body;
    match (multicast, interfaces.is_empty()) {
        (true, true) => interfaces.push(Ipv4Addr::UNSPECIFIED),
        (false, false) => return Err(Problem::field("interfaces", "only with `multicast`")),
        _ => {}
    }
    let range = |text: &String| {
        text.parse::<IpNet>().map_err(|_| Problem::field("cidrs", "ranges of addresses such as 10.20.0.0/24"))
    };
    let ranges = cidrs.iter().map(range).collect::<Result<Vec<_>, _>>()?;
    let found = state.onvif(&authority).search(&Search { interfaces, ranges, ports }).await?;
    let candidates = found.candidates.into_iter().map(|candidate| {
        let Candidate { reference, from, addresses, types, name, hardware } = candidate;
        CandidateView { reference, from: from.to_string(), addresses, types, name, hardware }
    });
    Ok(axum::Json(FindingsView {
        candidates: candidates.collect(),
        unreadable: found.unreadable,
        dropped: found.dropped,
        cut: found.is_cut,
    }))
}
