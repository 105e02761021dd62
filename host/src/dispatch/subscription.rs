//! Which events a module is shown. Pure.

use serde::Deserialize;
use xl_model::event::Event;
use xl_model::event::KindPattern;
use xl_model::grant::CameraSelector;
use xl_model::id::PluginId;
use xl_model::manifest::Manifest;

use crate::effect::CASES;

/// What a module's manifest wants and its grants allow.
#[derive(Debug, Clone)]
pub(super) struct Subscription {
    plugin: PluginId,
    kinds: Vec<KindPattern>,
    cameras: CameraSelector,
}

/// The part of a due event's data that says whose it is.
#[derive(Deserialize)]
struct Due {
    module: PluginId,
}

/// The part of a case event's data that says whose case it is.
#[derive(Deserialize)]
struct OfCase {
    plugin: Option<PluginId>,
}

impl Subscription {
    /// The subscription of a build under the given grant of cameras.
    pub(super) fn new(manifest: &Manifest, cameras: &CameraSelector) -> Self {
        Self { plugin: manifest.id.clone(), kinds: manifest.subscribe.clone(), cameras: cameras.clone() }
    }

    /// The kinds that a module may want: its patterns and its own due times.
    pub(super) fn kinds(&self) -> Vec<KindPattern> {
        let mut kinds = self.kinds.clone();
        kinds.push("schedule.due".parse().expect("a valid pattern"));
        kinds
    }

    /// Whether the module is shown `event`.
    ///
    /// - `schedule.due` reaches the module whose schedule it is, subscribed or not, and nobody else.
    /// - What happens to a case (`case.*`) reaches the module that opened it, where it subscribed, and nobody else.
    /// - `page.action` and `module.call` reach nobody: their module handled them when they were committed, and what somebody
    ///   typed into the form of one module is not for another.
    /// - An event about a camera is shown only where that camera was granted.
    /// - Everything else by the manifest's patterns; the module's own events too, where it asked for them.
    pub(super) fn wants(&self, event: &Event) -> bool {
        match event.kind.as_str() {
            "schedule.due" => serde_json::from_str::<Due>(&event.data).is_ok_and(|due| due.module == self.plugin),
            "page.action" | "module.call" => false,
            kind if kind.starts_with("case.") => {
                let own = &*event.source == CASES
                    && serde_json::from_str::<OfCase>(&event.data)
                        .is_ok_and(|it| it.plugin == Some(self.plugin.clone()));
                own && self.kinds.iter().any(|pattern| pattern.matches(&event.kind))
            }
            _ => {
                self.kinds.iter().any(|pattern| pattern.matches(&event.kind))
                    && event.camera.as_ref().is_none_or(|camera| self.cameras.allows(camera))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xl_model::event::NewEvent;

    fn event(kind: &str, camera: Option<&str>, source: &str, data: &str) -> Event {
        let fact = NewEvent {
            township: "371122102".parse().unwrap(),
            source: source.into(),
            id: "1".into(),
            kind: kind.parse().unwrap(),
            camera: camera.map(|camera| camera.parse().unwrap()),
            subject: None,
            time_ms: 0,
            received_ms: 0,
            data: data.into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        };
        Event { seq: 1, fact }
    }

    fn trace(kinds: &[&str], cameras: CameraSelector) -> Subscription {
        Subscription {
            plugin: "trace".parse().unwrap(),
            kinds: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
            cameras,
        }
    }

    #[test]
    fn an_event_of_a_camera_that_was_not_granted_is_not_shown() {
        let one = trace(&["camera.*"], CameraSelector::Only(vec!["gh-1".parse().unwrap()]));
        assert!(one.wants(&event("camera.picture", Some("gh-1"), "x", "{}")));
        assert!(!one.wants(&event("camera.picture", Some("gh-2"), "x", "{}")));
        assert!(!one.wants(&event("trace.noted", Some("gh-1"), "x", "{}")));
        assert!(!trace(&["*"], CameraSelector::None).wants(&event("camera.picture", Some("gh-1"), "x", "{}")));
    }

    #[test]
    fn a_due_time_reaches_only_the_module_whose_it_is() {
        let mine =
            event("schedule.due", None, "schedule", r#"{"module":"trace","schedule":"daily","due_ms":0,"missed":0}"#);
        let other = event("schedule.due", None, "schedule", r#"{"module":"street","schedule":"daily"}"#);
        assert!(trace(&[], CameraSelector::None).wants(&mine));
        assert!(!trace(&["*"], CameraSelector::All).wants(&other));
        assert!(!trace(&["*"], CameraSelector::All).wants(&event("schedule.due", None, "x", "{}")));
    }

    #[test]
    fn what_somebody_typed_into_a_form_is_shown_to_no_handler() {
        assert!(!trace(&["*"], CameraSelector::All).wants(&event("page.action", None, "page:street", "{}")));
    }

    #[test]
    fn a_case_is_told_only_to_the_module_that_opened_it() {
        let all = trace(&["*"], CameraSelector::All);
        let told = |source: &str, data: &str| all.wants(&event("case.closed", None, source, data));
        assert!(told("cases", r#"{"plugin":"trace"}"#));
        for data in [r#"{"plugin":"street"}"#, r#"{"plugin":null}"#, "{}"] {
            assert!(!told("cases", data), "{data}");
        }
        assert!(!told("api", r#"{"plugin":"trace"}"#), "somebody else says so");
        assert!(!all.wants(&event("module.call", None, "call:trace", "{}")));
    }

    #[test]
    fn a_module_sees_its_own_events_where_it_asked_for_them() {
        let own = event("trace.noted", None, "module:trace", "{}");
        assert!(trace(&["trace.*"], CameraSelector::None).wants(&own));
        assert!(!trace(&["camera.*"], CameraSelector::None).wants(&own));
    }
}
