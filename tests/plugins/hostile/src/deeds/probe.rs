//! Single calls of the host, as a test asks for them; the answer is told as text.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::net::TcpStream;
use std::net::ToSocketAddrs;
use std::net::UdpSocket;
use std::time::Instant;
use std::time::SystemTime;

use serde::Deserialize;
use xl_plugin::Event;
use xl_plugin::bindings::xueliang::hub::cameras;
use xl_plugin::bindings::xueliang::hub::cases;
use xl_plugin::bindings::xueliang::hub::events;
use xl_plugin::bindings::xueliang::hub::http;
use xl_plugin::bindings::xueliang::hub::kpis;
use xl_plugin::bindings::xueliang::hub::links;
use xl_plugin::bindings::xueliang::hub::pictures;
use xl_plugin::bindings::xueliang::hub::records;
use xl_plugin::bindings::xueliang::hub::settings;
use xl_plugin::bindings::xueliang::hub::viewer;

/// One call.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    Put(String, String, String),
    Get(String, String),
    Delete(String, String),
    Find(Box<Find>),
    Publish(Box<Publish>),
    Cameras,
    Camera(String),
    Latest(String),
    Snapshot(String, String, u32),
    Metrics(String),
    Change(String, String, Vec<[f64; 2]>),
    Open(String),
    Pixels(String, u32, u32),
    Shades(String, u32, u32),
    Jpeg(String, u32),
    Issue(String, String),
    Revoke(String),
    Fetch(String, String),
    Settings,
    Clocks,
    Random,
    World,
    Print(String),
    Event,
    OpenCase(String, serde_json::Value),
    SeeCase(String),
    ByKey(String),
    MoveCase(String, String),
    Cases(u32),
    History(String),
    Figures(i64, i64),
    Kpi(String, String, Option<String>, f64, f64),
    Viewer,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Find {
    collection: String,
    index: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    descending: bool,
    limit: u32,
    after: Option<String>,
}

impl Default for Find {
    fn default() -> Self {
        let collection = "counts".to_owned();
        Self { collection, index: None, from: None, to: None, descending: false, limit: 200, after: None }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Publish {
    kind: String,
    camera: Option<String>,
    subject: Option<String>,
    data: String,
    pictures: Vec<String>,
    cause: Option<u64>,
}

impl Step {
    /// Calls and tells the answer; `event` is the one that asks.
    pub(super) fn run(&self, event: Option<&Event>) -> String {
        match self {
            Self::Put(collection, key, document) => told(records::put(collection, key, document)),
            Self::Get(collection, key) => told(records::get(collection, key)),
            Self::Delete(collection, key) => told(records::delete(collection, key)),
            Self::Find(find) => found(find),
            Self::Publish(publish) => published(publish),
            Self::Cameras => told(cameras::list().map(|all| all.into_iter().map(|one| one.id).collect::<Vec<_>>())),
            Self::Camera(id) => told(cameras::get(id).map(|camera| (camera.name, camera.last_seen_ms))),
            Self::Latest(id) => told(cameras::latest_picture(id).map(|picture| picture.info().sha256)),
            Self::Snapshot(id, purpose, max_age_ms) => {
                told(cameras::snapshot(id, purpose, *max_age_ms).map(|picture| picture.info().sha256))
            }
            Self::Metrics(sha256) => told(pictures::open(sha256).and_then(|picture| picture.metrics())),
            Self::Change(sha256, reference, region) => {
                let corners: Vec<_> = region.iter().map(|[x, y]| pictures::Point { x: *x, y: *y }).collect();
                let region = (!corners.is_empty()).then_some(corners.as_slice());
                told(pictures::open(sha256).and_then(|picture| picture.change(&pictures::open(reference)?, region)))
            }
            Self::Open(sha256) => told(pictures::open(sha256).map(|picture| {
                let info = picture.info();
                (info.camera, info.width, info.height, info.bytes)
            })),
            Self::Pixels(sha256, width, height) => told(pictures::open(sha256).and_then(|picture| {
                picture.pixels(*width, *height, pictures::PixelFormat::Gray).map(|pixels| pixels.len())
            })),
            Self::Shades(sha256, width, height) => told(pictures::open(sha256).and_then(|picture| {
                picture.pixels(*width, *height, pictures::PixelFormat::Gray).map(|pixels| shades(&pixels, *width))
            })),
            Self::Jpeg(sha256, width) => {
                told(pictures::open(sha256).and_then(|picture| picture.jpeg(*width).map(|jpeg| jpeg.len())))
            }
            Self::Issue(page, query) => told(links::issue(page, query)),
            Self::Revoke(code) => told(links::revoke(code)),
            Self::Fetch(method, url) => {
                let request =
                    http::Request { method: method.clone(), url: url.clone(), headers: Vec::new(), body: Vec::new() };
                told(http::fetch(&request).map(|answer| (answer.status, answer.headers, answer.body)))
            }
            Self::Settings => format!("{} {}", settings::township(), settings::get()),
            Self::Clocks => clocks(),
            Self::Random => format!("{:016x}", RandomState::new().hash_one(1)),
            Self::World => world(),
            Self::Event => format!("{event:?}"),
            Self::OpenCase(key, more) => told(cases::open(&draft(key, more))),
            Self::SeeCase(id) => told(cases::get(id).map(standing)),
            Self::ByKey(key) => told(cases::by_key(key).map(|case| case.map(standing))),
            Self::MoveCase(id, step) => told(cases::move_(id, &stepped(step)).map(standing)),
            Self::Cases(limit) => {
                let query = xl_plugin::cases::Query::all().limit(*limit);
                let keys = |page: cases::Page| {
                    (page.cases.into_iter().map(|case| case.key).collect::<Vec<_>>(), page.next.is_some())
                };
                told(xl_plugin::cases::find(&query).map(keys))
            }
            Self::History(id) => {
                let names = |steps: Vec<cases::Past>| {
                    steps.into_iter().map(|step| (step.number, step.name, step.actor)).collect::<Vec<_>>()
                };
                told(cases::history(id).map(names))
            }
            Self::Figures(from, to) => told(cases::figures(*from, *to, cases::Grouping::All)),
            Self::Kpi(kpi, period, place, numerator, denominator) => told(kpis::report(&kpis::Figure {
                kpi: kpi.clone(),
                period: period.clone(),
                place: place.clone(),
                numerator: *numerator,
                denominator: *denominator,
            })),
            Self::Viewer => format!("{:?}", viewer::current()),
            Self::Print(text) => {
                use std::io::Write;
                told(std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.kind()))
            }
        }
    }
}

/// A draft with what the test says of it.
fn draft(key: &str, more: &serde_json::Value) -> cases::Draft {
    let text = |name: &str| more[name].as_str().map(str::to_owned);
    cases::Draft {
        source: text("source").unwrap_or_else(|| "video".to_owned()),
        place: text("place"),
        camera: text("camera"),
        pictures: text("picture").into_iter().collect(),
        ..cases::Draft::new(key, "gbt30428", "01-02", "暴露垃圾")
    }
}

fn stepped(name: &str) -> cases::Step {
    let step = cases::Step::new(name).note("n");
    if name == "dispatch" { step.unit("crew") } else { step }
}

fn standing(case: cases::Case) -> (String, String, Option<String>) {
    (case.id, case.stage, case.unit)
}

/// The different shades in the left and in the right half of a picture.
fn shades(pixels: &[u8], width: u32) -> [BTreeSet<u8>; 2] {
    let width = width as usize;
    let half = |from: usize, to: usize| pixels.chunks(width).flat_map(|row| &row[from..to]).copied().collect();
    [half(0, width / 2), half(width / 2, width)]
}

fn found(find: &Find) -> String {
    let query = records::Query {
        collection: find.collection.clone(),
        index: find.index.clone(),
        from: find.from.map(records::IndexValue::Integer),
        to: find.to.map(records::IndexValue::Integer),
        descending: find.descending,
        limit: find.limit,
        after: find.after.clone(),
    };
    told(records::find(&query).map(|page| {
        let keys: Vec<_> = page.entries.into_iter().map(|entry| entry.key).collect();
        (keys, page.next.is_some())
    }))
}

fn published(publish: &Publish) -> String {
    told(events::publish(&events::Publication {
        kind: publish.kind.clone(),
        camera: publish.camera.clone(),
        subject: publish.subject.clone(),
        data: publish.data.clone(),
        pictures: publish.pictures.clone(),
        cause: publish.cause,
    }))
}

/// The time before and after some work, and the monotonic clock's way between them.
#[expect(clippy::disallowed_methods, reason = "the test is that these clocks stand still")]
fn clocks() -> String {
    let (wall, monotonic) = (SystemTime::now(), Instant::now());
    std::hint::black_box((0..100_000_u64).fold(0, |sum, n| std::hint::black_box(sum ^ n)));
    let since = wall.duration_since(SystemTime::UNIX_EPOCH).map(|since| since.as_millis());
    format!("{since:?} {:?} {:?}", wall.elapsed().map_err(drop), monotonic.elapsed())
}

/// What of the world outside can be reached.
fn world() -> String {
    let files = ["/", "/etc/passwd", "."].map(|path| std::fs::read_dir(path).is_ok() || std::fs::read(path).is_ok());
    let sockets = [
        TcpStream::connect("127.0.0.1:22").is_ok(),
        UdpSocket::bind("0.0.0.0:0").is_ok(),
        ("localhost", 80).to_socket_addrs().is_ok(),
    ];
    format!("{:?} {files:?} {sockets:?}", (std::env::vars().count(), std::env::args().count()))
}

fn told<T: std::fmt::Debug, E: std::fmt::Debug>(answer: Result<T, E>) -> String {
    format!("{answer:?}")
}
