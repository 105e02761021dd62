//! The register of cameras: found, registered, changed one by one or many at once. Tables stand in [`table`].
//!
//! Every wrong field of a request is told at once, by the name that tables use too: `owner.name`, `retention_days`.

mod body;
pub(crate) mod classes;
mod faults;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::OwnerKind;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::id::CameraId;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::StoreError;
use xl_store::cameras::CameraFilter;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::authority::place_of;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Secret;
use crate::places::Places;
use body::CameraBody;
pub(super) use view::CameraView;

/// Cameras of one page when nothing is said.
const PAGE: u32 = 100;

/// Which cameras somebody looks for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CameraQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    pub(crate) township: Option<TownshipId>,
    /// The first digits of the division code of where they stand; a place is also found by the codes that it had before.
    #[param(example = "371122102201")]
    pub(crate) place: Option<String>,
    /// `enterprise` or `public-unit`.
    pub(crate) owner_kind: Option<String>,
    /// A part of the owner's name.
    pub(crate) owner: Option<String>,
    /// `public-security`, `other-public-place` or `non-public`.
    pub(crate) class: Option<String>,
    /// Whether a person has said the class.
    pub(crate) class_confirmed: Option<bool>,
    /// `mqtt`, `onvif`, `mapped` or `none`.
    pub(crate) attachment: Option<String>,
    /// A part of id, name or owner.
    pub(crate) text: Option<String>,
    /// `{township}/{camera}` of the last camera of the page before: `next` of the last answer.
    pub(crate) after: Option<String>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    pub(crate) limit: Option<u32>,
}

impl CameraQuery {
    /// As the store understands it.
    ///
    /// # Errors
    /// The first parameter that is wrong.
    pub(crate) fn filter(self, authority: &Authority, places: &Places) -> Result<CameraFilter, Problem> {
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=1_000).contains(&limit) {
            return Err(Problem::field("limit", "1 to 1000"));
        }
        let place = self.place.filter(|place| !place.is_empty());
        if place.as_ref().is_some_and(|place| place.len() > 12 || !place.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Problem::field("place", "1 to 12 digits"));
        }
        let class = self.class.map(|text| {
            LegalClass::read(&text)
                .ok_or_else(|| Problem::field("class", "public-security, other-public-place or non-public"))
        });
        let owner_kind = self.owner_kind.map(|text| {
            OwnerKind::read(&text).ok_or_else(|| Problem::field("owner_kind", "enterprise or public-unit"))
        });
        let attachments = ["mqtt", "onvif", "mapped", "none"];
        if self.attachment.as_deref().is_some_and(|text| !attachments.contains(&text)) {
            return Err(Problem::field("attachment", "mqtt, onvif, mapped or none"));
        }
        let after = self.after.map(|text| text.parse::<CameraKey>());
        let to = self.township.as_ref().map(Reach::from).or_else(|| place.as_deref().and_then(place_of));
        Ok(CameraFilter {
            township: self.township,
            within: authority.narrowed(to).within(),
            places: place.map_or_else(Vec::new, |place| places.known_as(&place)),
            owner_kind: owner_kind.transpose()?,
            owner: self.owner.filter(|text| !text.is_empty()),
            class: class.transpose()?,
            class_confirmed: self.class_confirmed,
            attachment: self.attachment,
            text: self.text.filter(|text| !text.is_empty()),
            after: after.transpose().map_err(|error| Problem::field("after", error.to_string()))?,
            limit,
        })
    }
}

/// A page of cameras.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CameraPageView {
    /// The cameras, by township and id.
    cameras: Vec<CameraView>,
    /// How many there are on all pages together.
    total: u64,
    /// What `after` must say for the next page; nothing on the last.
    next: Option<String>,
}

/// Lists cameras
#[utoipa::path(get, path = "/cameras", tag = "cameras", params(CameraQuery),
    responses((status = 200, body = CameraPageView), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<CameraQuery>,
) -> Result<axum::Json<CameraPageView>, Problem> {
    let authority = identity.anywhere(Action::ReadCameras)?;
    let (devices, places) = (state.devices(&authority), state.places(&authority));
    let page = state.cameras(&authority).find(&query.filter(&authority, places)?).await?;
    let cameras = page.cameras.into_iter().map(|row| {
        let login = devices.of(&row.camera.key);
        CameraView::new(row, login, places)
    });
    Ok(axum::Json(CameraPageView {
        cameras: cameras.collect(),
        total: page.total,
        next: page.next.map(|key| key.to_string()),
    }))
}

/// Registers a camera
///
/// Without a class it gets the one that its GB/T 28181 id proposes, else the strictest, and waits for a person.
#[utoipa::path(post, path = "/cameras", tag = "cameras", request_body = CameraBody,
    responses((status = 201, body = CameraView), Problem))]
pub(super) async fn add(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<CameraBody>,
) -> Result<(StatusCode, axum::Json<CameraView>), Problem> {
    let draft = body.draft();
    let authority = to_register(&identity, &draft)?;
    let row = state.cameras(&authority).add(&draft).await?;
    Ok((StatusCode::CREATED, axum::Json(CameraView::new(row, None, state.places(&authority)))))
}

/// May he register what stands in `draft`? Where its township cannot be read, the draft is refused for that.
pub(crate) fn to_register(identity: &Identity, draft: &Draft) -> Result<Authority, Problem> {
    match draft.get(Field::Township).parse::<TownshipId>() {
        Ok(township) => {
            identity.of_township(Action::EditCameras, &township, || Problem::not_there("township", &township))
        }
        Err(_) => identity.anywhere(Action::EditCameras),
    }
}

/// Which camera.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CameraPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Its id there.
    #[param(value_type = String, example = "gh-1")]
    camera: CameraId,
}

impl CameraPath {
    pub(super) fn key(self) -> CameraKey {
        CameraKey { township: self.township, camera: self.camera }
    }
}

/// Reads one camera
#[utoipa::path(get, path = "/cameras/{township}/{camera}", tag = "cameras", params(CameraPath),
    responses((status = 200, body = CameraView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<axum::Json<CameraView>, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::ReadCameras, &key)?;
    let row = state.cameras(&authority).get(&key);
    let row = row.ok_or_else(|| StoreError::NotFound { what: "camera", id: key.to_string() })?;
    Ok(axum::Json(CameraView::new(row, state.devices(&authority).of(&key), state.places(&authority))))
}

/// Registers a camera, or says anew everything about a registered one
///
/// What is not said is empty afterwards; credentials, streams and a class that a person has said excepted. Where such a class
/// becomes another one, nothing is changed (409): the wish is kept with its `reason` until another account says the same.
#[utoipa::path(put, path = "/cameras/{township}/{camera}", tag = "cameras", params(CameraPath),
    request_body = CameraBody, responses((status = 200, body = CameraView), Problem))]
pub(super) async fn put(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(body): Json<CameraBody>,
) -> Result<axum::Json<CameraView>, Problem> {
    let key = path.key();
    let missing = || StoreError::NotFound { what: "camera", id: key.to_string() }.into();
    let authority = identity.of_township(Action::EditCameras, &key.township, missing)?;
    let reason = body.reason();
    let mut draft = body.draft();
    for (field, path) in [(Field::Township, key.township.as_str()), (Field::Camera, key.camera.as_str())] {
        if !draft.get(field).is_empty() && draft.get(field) != path {
            return Err(Problem::field(field.name(), "is another one than in the address"));
        }
        draft.set(field, path);
    }
    let hand = state.hand(&authority, reason.as_deref())?;
    let row = state.cameras(&authority).put(&draft, &hand).await?;
    Ok(axum::Json(CameraView::new(row, state.devices(&authority).of(&key), state.places(&authority))))
}

/// Removes a camera
///
/// Its login and its credentials go with it, its connections are cut; its events and pictures stay.
#[utoipa::path(delete, path = "/cameras/{township}/{camera}", tag = "cameras", params(CameraPath),
    responses((status = 204), Problem))]
pub(super) async fn remove(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<StatusCode, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::EditCameras, &key)?;
    remove_camera(&authority, &state, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a camera and cuts its connections.
pub(crate) async fn remove_camera(authority: &Authority, state: &ApiState, key: &CameraKey) -> Result<(), Problem> {
    state.devices(authority).remove(key).await?;
    let device = DeviceId { township: key.township.clone(), camera: key.camera.clone() };
    state.cut(authority, &device).await;
    Ok(())
}

/// A change of many cameras.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkChange {
    /// `{township}/{camera}` of each, at most 20,000.
    #[schema(value_type = Vec<String>, example = json!(["371122102/gh-1", "371122102/gh-2"]))]
    cameras: Vec<String>,
    /// Fields by their name in tables, with what they shall say; empty text clears a field.
    #[schema(value_type = Object, example = json!({"retention_days": "30", "owner.name": "浮来青茶业"}))]
    set: BTreeMap<String, String>,
    /// Why classes become others, where a person has said them.
    reason: Option<String>,
}

/// What a bulk change did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct BulkView {
    /// How many cameras are different now.
    changed: u64,
}

/// Changes the same fields of many cameras
///
/// All or none: with one fault no camera is changed, and none while a class that a person has said waits for a second one (409).
#[utoipa::path(patch, path = "/cameras", tag = "cameras", request_body = BulkChange,
    responses((status = 200, body = BulkView), Problem))]
pub(super) async fn change_many(
    identity: Identity,
    State(state): State<ApiState>,
    Json(change): Json<BulkChange>,
) -> Result<axum::Json<BulkView>, Problem> {
    let keys = change.cameras.iter().map(|text| text.parse::<CameraKey>());
    let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::field("cameras", error.to_string()))?;
    let authority = identity.anywhere(Action::EditCameras)?;
    for key in &keys {
        identity.of_camera(&state, Action::EditCameras, key)?;
    }
    let set = change.set.into_iter().map(|(name, text)| match Field::read(&name) {
        Some(field) => Ok((field, text)),
        None => Err(Problem::field("set", "holds a name that is no field of a camera")),
    });
    let set = set.collect::<Result<Vec<_>, _>>()?;
    let hand = state.hand(&authority, change.reason.as_deref())?;
    let changed = state.cameras(&authority).change_many(&keys, &set, &hand).await?;
    Ok(axum::Json(BulkView { changed }))
}

/// What the hub signs in to a camera with; its user stands in the attachment.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// 1 to 128 characters; kept sealed and never told again.
    password: String,
}

/// Sets the password that the hub signs in to a camera with
///
/// It is sealed at once; no address of this API tells it.
#[utoipa::path(put, path = "/cameras/{township}/{camera}/credentials", tag = "cameras", params(CameraPath),
    request_body = Credentials, responses((status = 204), Problem))]
pub(super) async fn set_credentials(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(credentials): Json<Credentials>,
) -> Result<StatusCode, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::EditCameras, &key)?;
    let secret = Secret::new(credentials.password)
        .ok_or_else(|| Problem::field("password", "1 to 128 characters without control characters"))?;
    state.cameras(&authority).set_secret(&key, &secret).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets the password that the hub signs in to a camera with
#[utoipa::path(delete, path = "/cameras/{township}/{camera}/credentials", tag = "cameras", params(CameraPath),
    responses((status = 204), Problem))]
pub(super) async fn forget_credentials(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<StatusCode, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::EditCameras, &key)?;
    state.cameras(&authority).forget_secret(&key).await?;
    Ok(StatusCode::NO_CONTENT)
}
