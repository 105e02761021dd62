//! Cameras by filter, page by page in the order of township and id, with how many there are in all.

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::OwnerKind;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::cameras::RegisteredCamera;
use crate::cameras::camera_from;
use crate::not_read;
use crate::sqlite::columns;

/// Most cameras of one page.
const MOST: u32 = 1_000;

/// Which cameras somebody looks for; nothing said: all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CameraFilter {
    /// Of this township.
    pub township: Option<TownshipId>,
    /// Belonging to one of these places, given by the first digits of their codes; a camera that stands outside of its
    /// township belongs to the township alone. Nothing: everywhere.
    pub within: Option<Vec<String>>,
    /// At a place whose code begins with one of these; none: anywhere.
    pub places: Vec<String>,
    /// Of this kind of owner.
    pub owner_kind: Option<OwnerKind>,
    /// Of an owner whose name holds this.
    pub owner: Option<String>,
    /// Of this legal class.
    pub class: Option<LegalClass>,
    /// Whose class a person has said, or not.
    pub class_confirmed: Option<bool>,
    /// Attached in this way: `mqtt`, `onvif`, `mapped`, `none`.
    pub attachment: Option<String>,
    /// With this in id, name or owner, whatever the case of its ASCII letters.
    pub text: Option<String>,
    /// After this one: where the last page ended.
    pub after: Option<CameraKey>,
    /// At most so many, 1 to 1000.
    pub limit: u32,
}

/// A page of cameras.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraPage {
    /// The cameras, by township and id.
    pub cameras: Vec<RegisteredCamera>,
    /// How many there are on all pages together.
    pub total: u64,
    /// Where the next page goes on; nothing after the last.
    pub next: Option<CameraKey>,
}

macro_rules! wanted {
    () => {
        "(?1 IS NULL OR township = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(?2) WHERE substr(place, 1, length(value)) = value)) \
         AND (?3 IS NULL OR owner_kind = ?3) AND (?4 IS NULL OR instr(owner_name, ?4) > 0) \
         AND (?5 IS NULL OR class = ?5) AND (?6 IS NULL OR class_confirmed = ?6) \
         AND (?7 IS NULL OR attachment = ?7) \
         AND (?8 IS NULL OR instr(lower(camera || ' ' || name || ' ' || owner_name), ?8) > 0) \
         AND (?9 IS NULL OR EXISTS (SELECT 1 FROM json_each(?9) WHERE value = substr(CASE \
         WHEN substr(place, 1, 9) = printf('%09d', township) THEN place ELSE printf('%09d', township) END, \
         1, length(value))))"
    };
}

impl Store {
    /// A page of cameras.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn find_cameras(&self, filter: &CameraFilter) -> Result<CameraPage, StoreError> {
        self.flush().await;
        self.page(filter).await.map_err(not_read("cameras"))
    }

    async fn page(&self, filter: &CameraFilter) -> Result<CameraPage, sqlx::Error> {
        let limit = filter.limit.clamp(1, MOST);
        // One more than asked for tells whether there is another page.
        let rows = sqlx::query(concat!(
            "SELECT *, ",
            super::sealed!(),
            " FROM cameras WHERE ",
            wanted!(),
            " AND (?10 IS NULL OR (township, camera) > (?10, ?11)) ORDER BY township, camera LIMIT ?12"
        ));
        let after = filter.after.as_ref();
        let rows = bound(rows, filter)
            .bind(after.map(|key| columns::township_number(&key.township)))
            .bind(after.map(|key| key.camera.as_str()))
            .bind(limit + 1)
            .fetch_all(&self.shared.readers)
            .await?;
        let mut cameras = rows.iter().map(camera_from).collect::<Result<Vec<_>, _>>()?;
        let more = cameras.len() > limit as usize;
        cameras.truncate(limit as usize);
        let next = cameras.last().filter(|_| more).map(|last| last.camera.key.clone());
        let total = sqlx::query(concat!("SELECT count(*) AS total FROM cameras WHERE ", wanted!()));
        let total = columns::uint(&bound(total, filter).fetch_one(&self.shared.readers).await?, "total")?;
        Ok(CameraPage { cameras, total, next })
    }
}

type Asked<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bound<'q>(query: Asked<'q>, filter: &'q CameraFilter) -> Asked<'q> {
    query
        .bind(filter.township.as_ref().map(columns::township_number))
        .bind(
            Some(&filter.places)
                .filter(|it| !it.is_empty())
                .map(|it| serde_json::Value::from(it.as_slice()).to_string()),
        )
        .bind(filter.owner_kind.map(OwnerKind::word))
        .bind(filter.owner.as_deref())
        .bind(filter.class.map(LegalClass::word))
        .bind(filter.class_confirmed)
        .bind(filter.attachment.as_deref())
        .bind(filter.text.as_ref().map(|text| text.to_ascii_lowercase()))
        .bind(filter.within.clone().map(columns::list))
}
