//! The host's functions over the test thread's state, with the signatures of the generated imports.

use super::with;

pub(crate) mod cases;
pub(crate) mod kpis;
pub(crate) mod viewer;

pub(crate) mod log {
    use super::with;
    use crate::log::Level;

    pub(crate) fn write(level: Level, message: &str) {
        with(|state| state.log.push((level, message.chars().take(4096).collect())));
    }
}

pub(crate) mod settings {
    use super::with;

    pub(crate) fn get() -> String {
        with(|state| state.settings.clone())
    }

    pub(crate) fn township() -> String {
        "371122102".to_owned()
    }
}

pub(crate) mod records {
    use super::with;
    use crate::records::MAX_PAGE;
    use crate::testing::State;

    pub(crate) use crate::bindings::xueliang::hub::records::Entry;
    pub(crate) use crate::bindings::xueliang::hub::records::IndexValue;
    pub(crate) use crate::bindings::xueliang::hub::records::Page;
    pub(crate) use crate::bindings::xueliang::hub::records::Query;
    pub(crate) use crate::bindings::xueliang::hub::records::RecordsError;

    pub(crate) fn put(collection: &str, key: &str, document: &str) -> Result<(), RecordsError> {
        with(|state| {
            declared(state, collection)?;
            super::may_write(state).map_err(RecordsError::Other)?;
            if key.is_empty() || !document.starts_with('{') {
                return Err(RecordsError::Invalid("a key and a JSON object are needed".to_owned()));
            }
            if key.len() > 256 {
                return Err(RecordsError::TooLarge(256));
            }
            if document.len() > 64 * 1024 {
                return Err(RecordsError::TooLarge(64 * 1024));
            }
            state.kept.records.insert((collection.to_owned(), key.to_owned()), document.to_owned());
            Ok(())
        })
    }

    pub(crate) fn get(collection: &str, key: &str) -> Result<Option<String>, RecordsError> {
        with(|state| {
            declared(state, collection)?;
            Ok(state.kept.records.get(&(collection.to_owned(), key.to_owned())).cloned())
        })
    }

    pub(crate) fn delete(collection: &str, key: &str) -> Result<(), RecordsError> {
        with(|state| {
            declared(state, collection)?;
            super::may_write(state).map_err(RecordsError::Other)?;
            state.kept.records.remove(&(collection.to_owned(), key.to_owned()));
            Ok(())
        })
    }

    pub(crate) fn find(query: &Query) -> Result<Page, RecordsError> {
        with(|state| {
            let pointer = match (declared(state, &query.collection)?, &query.index) {
                (_, None) => None,
                (indexes, Some(name)) => match indexes.iter().find(|(index, _)| index == name) {
                    Some((_, pointer)) => Some(pointer.clone()),
                    None => return Err(RecordsError::Undeclared(name.clone())),
                },
            };
            if !(1..=MAX_PAGE).contains(&query.limit) {
                return Err(RecordsError::Invalid(format!("limit is 1 to {MAX_PAGE}")));
            }
            let mut hits: Vec<(Order, String, String)> = Vec::new();
            for ((collection, key), document) in &state.kept.records {
                if *collection != query.collection {
                    continue;
                }
                let value = match &pointer {
                    None => Some(Order::Text(key.clone())),
                    Some(pointer) => indexed(document, pointer),
                };
                let Some(value) = value else { continue };
                let above = query.from.as_ref().is_none_or(|from| value >= Order::of(from));
                let below = query.to.as_ref().is_none_or(|to| value <= Order::of(to));
                if above && below {
                    hits.push((value, key.clone(), document.clone()));
                }
            }
            hits.sort();
            if query.descending {
                hits.reverse();
            }
            let start = match &query.after {
                None => 0,
                Some(after) => after.parse().map_err(|_| RecordsError::Invalid("no such `after`".to_owned()))?,
            };
            let end = hits.len().min(start + query.limit as usize);
            let next = (end < hits.len()).then(|| end.to_string());
            let entries = hits.drain(start.min(end)..end).map(|(_, key, document)| Entry { key, document }).collect();
            Ok(Page { entries, next })
        })
    }

    /// Numbers before texts, as both kinds never meet in one range.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    enum Order {
        Integer(i64),
        Text(String),
    }

    impl Order {
        fn of(value: &IndexValue) -> Self {
            match value {
                IndexValue::Integer(number) => Self::Integer(*number),
                IndexValue::Text(text) => Self::Text(text.clone()),
            }
        }
    }

    fn indexed(document: &str, pointer: &str) -> Option<Order> {
        let document: serde_json::Value = serde_json::from_str(document).ok()?;
        let value = document.pointer(pointer)?;
        value.as_i64().map(Order::Integer).or_else(|| value.as_str().map(|text| Order::Text(text.to_owned())))
    }

    fn declared(state: &mut State, collection: &str) -> Result<Vec<(String, String)>, RecordsError> {
        state.host_calls += 1;
        match state.manifest.collections.iter().find(|known| known.name == collection) {
            Some(known) => Ok(known.indexes.iter().map(|index| (index.name.clone(), index.pointer.clone())).collect()),
            None => Err(RecordsError::Undeclared(collection.to_owned())),
        }
    }
}

pub(crate) mod cameras {
    use super::with;
    use crate::bindings::xueliang::hub::cameras::Camera;
    use crate::bindings::xueliang::hub::cameras::CamerasError;
    use crate::bindings::xueliang::hub::pictures::Picture;

    pub(crate) fn list() -> Result<Vec<Camera>, CamerasError> {
        with(|state| {
            state.host_calls += 1;
            if state.manifest.asks.cameras.is_none() {
                Err(CamerasError::AccessDenied)
            } else {
                Ok(state.cameras.clone())
            }
        })
    }

    pub(crate) fn get(id: &str) -> Result<Camera, CamerasError> {
        list()?.into_iter().find(|camera| camera.id == id).ok_or(CamerasError::NotFound)
    }

    pub(crate) fn latest_picture(id: &str) -> Result<Picture, CamerasError> {
        get(id).and(Err(CamerasError::NotFound))
    }

    pub(crate) fn snapshot(id: &str, _purpose: &str, _max_age_ms: u32) -> Result<Picture, CamerasError> {
        get(id).and(Err(CamerasError::Unavailable("a test has no pictures".to_owned())))
    }
}

pub(crate) mod pictures {
    use super::with;
    use crate::bindings::xueliang::hub::pictures::Picture;
    use crate::bindings::xueliang::hub::pictures::PicturesError;

    pub(crate) fn open(_sha256: &str) -> Result<Picture, PicturesError> {
        with(|state| {
            state.host_calls += 1;
            Err(match state.manifest.asks.cameras {
                None => PicturesError::AccessDenied,
                Some(_) => PicturesError::NotFound,
            })
        })
    }
}

pub(crate) mod events {
    use super::with;
    use crate::bindings::xueliang::hub::events::EventsError;
    use crate::bindings::xueliang::hub::events::Publication;

    pub(crate) fn publish(publication: &Publication) -> Result<(), EventsError> {
        with(|state| {
            state.host_calls += 1;
            super::may_write(state).map_err(EventsError::Other)?;
            if !state.manifest.publish.contains(&publication.kind) {
                return Err(EventsError::Undeclared(publication.kind.clone()));
            }
            if !publication.data.starts_with('{') {
                return Err(EventsError::Invalid("data is no JSON object".to_owned()));
            }
            state.kept.published.push(publication.clone());
            Ok(())
        })
    }
}

pub(crate) mod links {
    use super::with;
    use crate::bindings::xueliang::hub::links::LinksError;

    pub(crate) fn issue(page: &str, query: &str) -> Result<String, LinksError> {
        with(|state| {
            state.host_calls += 1;
            super::may_write(state).map_err(LinksError::Other)?;
            if state.manifest.asks.links.is_none() {
                return Err(LinksError::AccessDenied);
            }
            if !state.manifest.pages.iter().any(|known| known.name == page && known.public) {
                return Err(LinksError::NotPublic(page.to_owned()));
            }
            state.kept.issued += 1;
            let code = format!("link{:022}", state.kept.issued);
            state.kept.links.insert(code.clone(), (page.to_owned(), query.to_owned()));
            Ok(code)
        })
    }

    pub(crate) fn revoke(code: &str) -> Result<(), LinksError> {
        with(|state| {
            state.host_calls += 1;
            super::may_write(state).map_err(LinksError::Other)?;
            state.kept.links.remove(code).map(|_| ()).ok_or(LinksError::NotFound)
        })
    }
}

pub(crate) mod http {
    use super::with;
    use crate::bindings::xueliang::hub::http::HttpError;
    use crate::bindings::xueliang::hub::http::Request;
    use crate::bindings::xueliang::hub::http::Response;

    pub(crate) fn fetch(request: &Request) -> Result<Response, HttpError> {
        with(|state| {
            state.host_calls += 1;
            super::may_write(state).map_err(HttpError::Other)?;
            if state.manifest.asks.http.is_none() {
                return Err(HttpError::AccessDenied(request.url.clone()));
            }
            state.answers.pop_front().ok_or_else(|| HttpError::Unreachable(request.url.clone()))
        })
    }
}

/// Drawing a page changes nothing, and neither does a call that does not write.
fn may_write(state: &super::State) -> Result<(), String> {
    if state.read_only { Err("this call is read only".to_owned()) } else { Ok(()) }
}

/// Whether a 12-digit division code lies inside the test township.
pub(super) fn is_inside(place: &str) -> bool {
    place.len() == 12 && place.bytes().all(|byte| byte.is_ascii_digit()) && place.starts_with(&settings::township())
}
