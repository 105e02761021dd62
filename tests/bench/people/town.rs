//! Two townships: one in which somebody has a role, and the one beside, in which there is one of everything.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::SystemTime;

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use serde_json::json;
use simulated_county::hub::Hub;
use simulated_county::people;
use simulated_county::say::Say;

use super::line::Line;
use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::packed;

/// The township beside [`TOWNSHIP`].
pub(crate) const BESIDE: &str = "371122104";

/// An account that exists, one that does not, and one that is disabled; names of one length.
pub(crate) const KNOWN: &str = "bench-li";
pub(crate) const UNKNOWN: &str = "bench-wu";
pub(crate) const DISABLED: &str = "bench-qi";

/// The camera of each township.
const CAMERA: &str = "gate-1";

/// What that camera may be looked at for.
const PURPOSE: &str = "sanitation";

/// Something of the township beside, and what is asked for in its place.
pub(crate) struct Kind {
    /// What it is.
    pub(crate) name: &'static str,
    /// Path of one that exists, below `/api/v1/`.
    pub(crate) there: String,
    /// Path of one that does not, of the same length.
    pub(crate) missing: String,
}

/// A registered camera.
pub(crate) struct Camera {
    pub(crate) township: &'static str,
    pub(crate) password: String,
}

impl Camera {
    /// Its user name at the broker.
    pub(crate) fn user(&self) -> String {
        format!("{}.{CAMERA}", self.township)
    }

    /// Where it publishes.
    pub(crate) fn topic(&self, channel: &str) -> String {
        format!("xl/v1/{}/{CAMERA}/{channel}", self.township)
    }

    async fn register(site: &Site, township: &'static str) -> Self {
        let device = json!({"township": township, "camera": CAMERA, "name": CAMERA, "place": format!("{township}201"),
            "class": "non-public", "purposes": [PURPOSE]});
        let answer = site.post("devices", device).await;
        Self { township, password: answer["password"].as_str().unwrap().to_owned() }
    }
}

/// What the measurements work with.
pub(crate) struct Town {
    /// Where the hub's broker listens.
    pub(crate) broker: SocketAddr,
    /// API key of an operator of [`TOWNSHIP`], who has a role nowhere else.
    pub(crate) key: String,
    /// The camera of [`TOWNSHIP`].
    pub(crate) own: Camera,
    /// The camera of [`BESIDE`].
    pub(crate) beside: Camera,
    /// What is in [`BESIDE`].
    pub(crate) kinds: Vec<Kind>,
}

impl Town {
    /// Fills a fresh hub.
    pub(crate) async fn settle(site: &Site, broker: SocketAddr) -> Self {
        let key = enrol(site, KNOWN).await;
        enrol(site, DISABLED).await;
        site.post(&format!("accounts/{DISABLED}/disable"), json!({})).await;
        let (own, beside) = (Camera::register(site, TOWNSHIP).await, Camera::register(site, BESIDE).await);
        let mut line = Line::new(broker, &beside, 0);
        line.publish(beside.topic("image"), picture()).await;
        drop(line);
        let kinds = vec![camera(), case(site).await, kept(site).await, export(site).await, page(site).await];
        Self { broker, key, own, beside, kinds }
    }
}

/// Makes an operator's account in [`TOWNSHIP`]; his API key.
async fn enrol(site: &Site, name: &str) -> String {
    let person = people::Person {
        name: name.to_owned(),
        title: "bench".to_owned(),
        role: "operator",
        place: TOWNSHIP.to_owned(),
    };
    let hub = Hub::new(&site.address(), &site.token()).unwrap();
    people::enrol_one(&hub, &person, &site.folder().join("people"), &Say::default()).await.unwrap()
}

/// A JPEG of a gradient.
fn picture() -> Vec<u8> {
    let (width, height) = (320, 180);
    let pixels: Vec<u8> = (0..3 * u32::from(width) * u32::from(height)).map(|n| (n % 251) as u8).collect();
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 80).encode(&pixels, width, height, ColorType::Rgb).unwrap();
    jpeg
}

fn camera() -> Kind {
    let there = format!("cameras/{BESIDE}/{CAMERA}");
    Kind { name: "cameras", missing: there.replace(CAMERA, "gate-2"), there }
}

async fn case(site: &Site) -> Kind {
    let case = json!({"township": BESIDE, "code": "01-02", "title": "bench", "source": "patrol",
        "place": format!("{BESIDE}201")});
    let answer = site.post("cases", case).await;
    let id = answer["id"].as_str().unwrap();
    let (of_year, _) = id.rsplit_once('-').unwrap();
    Kind { name: "cases", there: format!("cases/{id}"), missing: format!("cases/{of_year}-000999") }
}

async fn kept(site: &Site) -> Kind {
    let events = site.get(&format!("events?township={BESIDE}&kind=camera.picture&after=0")).await;
    let sha256 = events["events"][0]["pictures"][0]["sha256"].as_str().unwrap();
    let path = |sha256: &str| format!("pictures/{BESIDE}/{sha256}?purpose={PURPOSE}&reason=bench");
    Kind { name: "pictures", there: path(sha256), missing: path(&"b".repeat(sha256.len())) }
}

async fn export(site: &Site) -> Kind {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let hour = Duration::from_secs(3_600);
    let export = json!({"township": BESIDE, "cameras": [CAMERA], "from": (now - hour).as_millis().to_string(),
        "to": (now + hour).as_millis().to_string(), "purpose": PURPOSE, "basis": "a law", "document": "a document",
        "recipient": "an office", "reason": "a reason"});
    let number = site.post("exports", export).await["number"].as_u64().unwrap();
    let path = |number: u64| format!("exports/{BESIDE}/{number}");
    // The first of a fresh hub has one digit, as has the one after it.
    Kind { name: "exports", there: path(number), missing: path(number + 1) }
}

async fn page(site: &Site) -> Kind {
    let digest = site.install(packed("produce-trace")).await;
    site.enable(BESIDE, &digest).await;
    let path = |plugin: &str| format!("modules/{BESIDE}/{plugin}/pages/home");
    Kind { name: "pages of modules", there: path("produce-trace"), missing: path("produce-trade") }
}
