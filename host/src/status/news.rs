//! What changed, on its way to ingest as observations.

use std::collections::VecDeque;

use metrics::counter;
use serde_json::json;
use xl_model::ladder::output::Shown;
use xl_model::observation::Observation;

/// News that wait for ingest: a county that goes and comes back twice, 16 MiB.
const MOST: usize = 65_536;

/// News in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct News(VecDeque<Observation>);

impl News {
    /// Makes an observation of a change, if it is news.
    pub(super) fn tell(&mut self, shown: &Shown) {
        let Some(now) = shown.now.as_ref().filter(|_| shown.is_news) else { return };
        if self.0.len() >= MOST {
            counter!("xl_status_news_lost_total").increment(1);
            return;
        }
        let data = json!({
            "level": now.level,
            "reason": now.reason,
            "source": &*now.source,
            "from_ms": now.from_us.div_euclid(1_000),
            "flapping": shown.is_flapping,
        });
        self.0.push_back(Observation {
            township: shown.camera.township.clone(),
            source: "status".into(),
            // The hub makes one: the same level from the same moment may be told again when an error is taken back.
            id: None,
            kind: "camera.status".parse().expect("a valid kind"),
            camera: Some(shown.camera.camera.clone()),
            subject: None,
            // Not the moment that it is dated back to: that would look like a device with a wrong clock.
            time_ms: None,
            data: data.to_string().into(),
            picture: None,
            relayed: false,
        });
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The oldest.
    pub(super) fn next(&mut self) -> Option<Observation> {
        self.0.pop_front()
    }
}
