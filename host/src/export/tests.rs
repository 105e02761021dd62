//! Exports from the wish to the receipt, over real pictures.

mod package;

use std::sync::atomic::Ordering;

use sha2::Digest as _;
use sha2::Sha256;
use xl_model::audit::Actor;
use xl_model::audit::Outcome;
use xl_model::camera::draft::Field;
use xl_model::cloud_event::rfc3339;
use xl_model::event::NewEvent;
use xl_model::export::Level;
use xl_model::picture::PictureRef;
use xl_model::region::Masks;
use xl_store::audit::AuditFilter;

use super::*;
use crate::cameras::testing::NOW_MS;
use crate::cameras::testing::TestRegister;

/// Of the first camera an hour and two days ago, then of the second.
const PICTURES: [&[u8]; 4] = [
    include_bytes!("../../media/testdata/baseline-exif-gps.jpg"),
    include_bytes!("../../media/testdata/progressive.jpg"),
    include_bytes!("../../media/testdata/gray.jpg"),
    include_bytes!("../../media/testdata/cmyk.jpg"),
];

struct Site {
    exports: Exports,
    register: TestRegister,
}

impl Site {
    async fn new() -> Self {
        Self::with(config::Config::default().exports).await
    }

    /// Two cameras, each with a picture an hour ago and one two days ago.
    async fn with(rules: config::Exports) -> Self {
        let register = TestRegister::new().await;
        for (camera, taken) in ["gate-1", "gate-2"].into_iter().zip(PICTURES.chunks(2)) {
            let camera = register.add_camera(camera, &[(Field::Purposes, "public-security, sanitation")]).await;
            for (hours, bytes) in [1, 48].into_iter().zip(taken) {
                receive(&register, &camera, NOW_MS - hours * HOUR_MS, bytes).await;
            }
        }
        Self { exports: desk(&register, rules), register }
    }

    fn new_export(&self) -> NewExport {
        testing::wish("371122102", NOW_MS - 2 * HOUR_MS)
    }

    async fn agreed(&self, new: NewExport) -> Export {
        let asked = self.exports.ask(new, &by("li")).await.unwrap();
        let export = self.exports.decide(&asked.new.township, asked.number, true, "wang", "").await.unwrap();
        self.exports.work().await.unwrap();
        self.exports.one(&export.new.township, export.number).await.unwrap()
    }

    fn verified(&self, export: &Export) -> archive::Verified {
        archive::verify(std::fs::File::open(self.exports.0.path(export)).unwrap()).unwrap()
    }

    fn pass(&self, ms: i64) {
        self.register.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// The actions of the audit log, oldest first.
    async fn acts(&self) -> Vec<String> {
        let rows = self.register.store.audit_rows(&AuditFilter { limit: 100, ..AuditFilter::default() }).await.unwrap();
        rows.iter().rev().map(|row| row.entry.action.as_str().to_owned()).collect()
    }
}

fn desk(register: &TestRegister, rules: config::Exports) -> Exports {
    let (store, clock) = (register.store.clone(), register.clock.clone());
    let auditor = Auditor::new(store.clone(), clock.clone());
    let folder = register.folder.path().join("exports");
    Exports::new(store, register.cameras.clone(), auditor, clock, folder, PictureLimits::default(), rules)
}

/// Somebody of the township who asks.
fn by(who: &str) -> Actor {
    Actor::new(who, "township-admin@371122102")
}

async fn receive(register: &TestRegister, camera: &CameraKey, time_ms: i64, bytes: &'static [u8]) {
    let sha256: xl_model::id::Digest = hex::encode(Sha256::digest(bytes)).parse().unwrap();
    register.store.put_picture(&sha256, bytes.into()).await.unwrap();
    let event = NewEvent {
        township: camera.township.clone(),
        source: camera.to_string().into(),
        id: time_ms.to_string().into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some(camera.camera.clone()),
        subject: None,
        time_ms,
        received_ms: time_ms,
        data: "{}".into(),
        pictures: vec![PictureRef { sha256, width: 64, height: 48, bytes: bytes.len() as u32 }],
        cause: None,
        depth: 0,
    };
    register.store.append(vec![event]).await.unwrap();
}

fn fields(error: &ExportError) -> Vec<&'static str> {
    match error {
        ExportError::Fields(faults) => faults.iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

/// EXP-1.
#[tokio::test]
async fn an_export_takes_two_people_and_an_approval_in_time() {
    let site = Site::new().await;
    let asked = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    let township = asked.new.township.clone();
    let decide = async |by: &str| site.exports.decide(&township, asked.number, true, by, "").await;
    assert!(matches!(decide("li").await, Err(ExportError::NotWaiting)), "not by himself");
    site.exports.work().await.unwrap();
    assert!(!site.exports.0.path(&asked).exists(), "nothing is made before somebody agreed");
    assert_eq!(decide("wang").await.unwrap().standing(NOW_MS), Standing::Approved);
    assert!(matches!(decide("zhao").await, Err(ExportError::NotWaiting)), "nor twice");

    let late = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    site.pass(72 * HOUR_MS);
    let agreed = site.exports.decide(&township, late.number, true, "wang", "").await;
    assert!(matches!(agreed, Err(ExportError::NotWaiting)), "nor when its time is over");

    let waiting = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    let elsewhere: TownshipId = "371122103".parse().unwrap();
    let agreed = site.exports.decide(&elsewhere, waiting.number, true, "wang", "").await;
    assert!(matches!(agreed, Err(ExportError::NotWaiting)), "nor under another township");
    let agreed = site.exports.decide(&township, waiting.number, true, "wang", "").await.unwrap();
    assert_eq!(agreed.standing(NOW_MS), Standing::Approved, "it waited under its own");
}

/// EXP-1: an approval is for exactly what was asked; other cameras and another time wait for an approval of their own.
#[tokio::test]
async fn what_is_asked_for_anew_changes_nothing_of_what_was_agreed_to() {
    let site = Site::new().await;
    let asked = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    let township = asked.new.township.clone();
    site.exports.decide(&township, asked.number, true, "wang", "").await.unwrap();
    let cameras = vec!["gate-1".parse().unwrap(), "gate-2".parse().unwrap()];
    let wider = NewExport { cameras, from_ms: NOW_MS - 20 * HOUR_MS, level: Level::Raw, ..site.new_export() };
    let anew = site.exports.ask(wider, &by("li")).await.unwrap();
    assert_ne!(anew.number, asked.number);
    site.exports.work().await.unwrap();

    let made = site.exports.one(&township, asked.number).await.unwrap();
    assert_eq!(made.new, site.new_export());
    let manifest = site.verified(&made).manifest;
    assert_eq!(manifest.scope, serde_json::to_value(site.new_export()).unwrap());
    let pictures: Vec<&str> = manifest.pictures.iter().map(|picture| picture.original_sha256.as_str()).collect();
    assert_eq!(pictures, [hash(PICTURES[0])], "of the one camera, of the hour");
    let anew = site.exports.one(&township, anew.number).await.unwrap();
    assert_eq!(anew.standing(NOW_MS), Standing::Waiting);
    assert!(!site.exports.0.path(&anew).exists());
}

#[tokio::test]
async fn a_refusal_is_put_in_writing_and_ends_it() {
    let site = Site::new().await;
    let asked = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    let township = asked.new.township.clone();
    let refuse = async |words: &str| site.exports.decide(&township, asked.number, false, "wang", words).await;
    assert_eq!(fields(&refuse(" ").await.unwrap_err()), ["words"]);
    assert_eq!(refuse("依据不足").await.unwrap().standing(NOW_MS), Standing::Refused);
    site.exports.work().await.unwrap();
    assert!(!site.exports.0.path(&asked).exists());
}

/// EXP-2, EXP-3.
#[tokio::test]
async fn the_package_holds_the_scope_and_nothing_else_masked_and_stamped() {
    let site = Site::new().await;
    let export = site.agreed(site.new_export()).await;
    let verified = site.verified(&export);
    let package = export.package.as_ref().unwrap();
    assert_eq!((&verified.sha256, package.pictures), (&package.sha256, 1));
    let [picture] = verified.manifest.pictures.as_slice() else { panic!("{:?}", verified.manifest) };
    assert_eq!((picture.camera.as_str(), picture.original_sha256.as_str()), ("gate-1", hash(PICTURES[0]).as_str()));
    assert_ne!(picture.sha256, picture.original_sha256, "words stand on it");
    assert_eq!(verified.manifest.export, "371122102-E1");
    assert_eq!(verified.manifest.scope["recipient"], "莒县公安局");

    for (wrong, field) in [
        (NewExport { level: Level::Raw, purpose: "sanitation".to_owned(), ..site.new_export() }, "level"),
        (NewExport { purpose: "flood".to_owned(), ..site.new_export() }, "purpose"),
        (NewExport { cameras: vec!["gate-9".parse().unwrap()], ..site.new_export() }, "cameras"),
        (NewExport { basis: String::new(), ..site.new_export() }, "basis"),
        (NewExport { from_ms: NOW_MS - HOUR_MS / 2, ..site.new_export() }, "from"),
    ] {
        assert_eq!(fields(&site.exports.ask(wrong, &by("zhao")).await.unwrap_err()), [field]);
    }
}

/// EXP-2: a picture is passed on with the words that stand on it; with any other words it would be another file.
#[tokio::test]
async fn on_each_picture_stand_the_export_s_number_who_asked_who_agreed_and_when() {
    let site = Site::new().await;
    let export = site.agreed(site.new_export()).await;
    let manifest = site.verified(&export).manifest;
    let stamped = |words: &[&str]| {
        let stamped = xl_media::stamped_jpeg(PICTURES[0], words, &Masks::default(), &PictureLimits::default());
        hash(&stamped.unwrap())
    };
    let approved = format!("approved by wang {}", rfc3339(NOW_MS));
    let taken = format!("gate-1 {}", rfc3339(NOW_MS - HOUR_MS));
    let words: [&str; 3] = ["371122102-E1 li 莒公（治）调证字〔2026〕18号", &approved, &taken];
    assert_eq!(manifest.pictures[0].sha256, stamped(&words));
    for (line, said) in words.into_iter().enumerate() {
        let mut other = words;
        other[line] = "somebody, some time";
        assert_ne!(manifest.pictures[0].sha256, stamped(&other), "{said}");
    }
}

/// EXP-2: with the number of another case it would be another file, also where the two differ in their last digit.
#[tokio::test]
async fn the_number_of_its_case_stands_on_each_picture_as_it_was_typed() {
    let site = Site::new().await;
    let stamped = |words: &[&str]| {
        hash(&xl_media::stamped_jpeg(PICTURES[0], words, &Masks::default(), &PictureLimits::default()).unwrap())
    };
    let approved = format!("approved by wang {}", rfc3339(NOW_MS));
    let taken = format!("gate-1 {}", rfc3339(NOW_MS - HOUR_MS));
    let longest = "调".repeat(STATED_CHARS.1);
    for document in ["莒公（治）调证字〔2026〕18号", "莒公（治）调证字〔2026〕19号", longest.as_str()]
    {
        // Spaces around it would push it out of what is stamped.
        let typed = format!("{:300}{document} ", "");
        let export = site.agreed(NewExport { document: typed, ..site.new_export() }).await;
        let of = |document: &str| stamped(&[&format!("{} li {document}", name(&export)), &approved, &taken]);
        let sha256 = site.verified(&export).manifest.pictures[0].sha256.clone();
        assert_eq!(sha256, of(document), "{document}");
        assert_ne!(sha256, of("莒公（治）调证字〔2026〕20号"), "{document}");
    }
}

/// EXP-4, and the register of looks.
#[tokio::test]
async fn a_package_is_deleted_when_its_time_is_over_and_its_destruction_is_owed() {
    let site = Site::new().await;
    let export = site.agreed(site.new_export()).await;
    let township = export.new.township.clone();
    let fetch = async || site.exports.fetch(Actor::new("li", ""), &township, export.number).await;
    fetch().await.unwrap();
    let confirm = async |words: &str| site.exports.confirm(&township, export.number, "li", words).await;
    assert!(matches!(confirm("已粉碎光盘").await, Err(ExportError::NotNow { standing: Standing::Ready })), "too early");
    site.pass(168 * HOUR_MS);
    assert!(matches!(fetch().await, Err(ExportError::NotNow { standing: Standing::Owed })));
    assert!(site.exports.0.path(&export).exists());
    site.exports.work().await.unwrap();
    assert!(!site.exports.0.path(&export).exists());
    assert_eq!(fields(&confirm("").await.unwrap_err()), ["words"]);
    assert_eq!(confirm("已粉碎光盘").await.unwrap().standing(i64::MAX), Standing::Closed);
    assert!(matches!(confirm("已粉碎光盘").await, Err(ExportError::NotNow { .. })), "once");
    assert_eq!(site.acts().await, ["look.export", "export.fetch", "export.destroy"]);
}

/// EXP-4: the day after its last one.
#[tokio::test]
async fn a_receipt_that_is_overdue_is_one_row_of_the_log_also_over_a_restart() {
    let site = Site::new().await;
    let (late, confirmed) = (site.agreed(site.new_export()).await, site.agreed(site.new_export()).await);
    let _unfetched = site.agreed(site.new_export()).await;
    let township = late.new.township.clone();
    for export in [&late, &confirmed] {
        site.exports.fetch(Actor::new("li", ""), &township, export.number).await.unwrap();
    }
    let told = async |site: &Site| {
        site.exports.work().await.unwrap();
        let rows = site.register.store.audit_rows(&AuditFilter { limit: 100, ..AuditFilter::default() }).await.unwrap();
        let overdue = rows.into_iter().filter(|row| row.entry.action.as_str() == "export.receipt-overdue");
        overdue.map(|row| row.entry).collect::<Vec<_>>()
    };
    let owed = async |site: &Site| {
        let owed = site.exports.owed(None).await.unwrap();
        owed.iter().map(|owed| (owed.number, owed.due.to_string(), owed.overdue)).collect::<Vec<_>>()
    };
    // It is fetched until 2026-11-30 in China, so it is confirmed until the end of 2026-12-30 there, 16:00 in UTC.
    site.pass(7 * 24 * HOUR_MS);
    site.exports.confirm(&township, confirmed.number, "li", "已粉碎光盘").await.unwrap();
    site.pass(30 * 24 * HOUR_MS + 8 * HOUR_MS - 1);
    assert!(told(&site).await.is_empty());
    assert_eq!(owed(&site).await, [(late.number, "2026-12-30".to_owned(), false)]);
    site.pass(1);
    let rows = told(&site).await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(
        (row.object.as_str(), row.township.as_ref(), row.outcome),
        ("export 371122102-E1", Some(&township), Outcome::Noted)
    );
    assert_eq!(row.detail.as_str(), "asked for by li, due 2026-12-30");
    assert_eq!(told(&site).await.len(), 1, "once");

    let Site { exports, register } = site;
    drop(exports);
    let register = register.restart().await;
    let site = Site { exports: desk(&register, config::Config::default().exports), register };
    site.pass(38 * 24 * HOUR_MS);
    assert_eq!(told(&site).await.len(), 1, "and once only");
    assert_eq!(owed(&site).await, [(late.number, "2026-12-30".to_owned(), true)]);
    site.exports.confirm(&township, late.number, "li", "已粉碎光盘").await.unwrap();
    assert!(owed(&site).await.is_empty());
}

/// EXP-5.
#[tokio::test]
async fn a_making_that_was_cut_off_leaves_nothing_to_fetch_and_is_repeated_to_the_same_bytes() {
    let site = Site::new().await;
    let whole = site.agreed(site.new_export()).await;
    let package = whole.package.clone().unwrap();
    let path = site.exports.0.path(&whole);
    // As after a kill: half a file under its other name, and nothing written down.
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::write(path.with_extension("part"), &bytes[..bytes.len() / 2]).unwrap();
    let unmade = Export { package: None, ..whole.clone() };
    site.exports.0.make(&unmade).await.unwrap();
    assert_eq!(site.verified(&whole).sha256, package.sha256);
    assert!(!path.with_extension("part").exists());
}

/// EXP-8.
#[tokio::test]
async fn more_exports_a_day_than_one_person_may_are_refused_until_the_day_is_over() {
    let rules = config::Exports { most_a_day: 2, ..config::Config::default().exports };
    let site = Site::with(rules).await;
    for _ in 0..2 {
        site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    }
    let third = site.exports.ask(site.new_export(), &by("li")).await.unwrap_err();
    assert_eq!((third.code(), third.to_string().contains('2')), (xl_model::fault::Code(1052), true));
    site.exports.ask(site.new_export(), &by("zhao")).await.unwrap();
    site.pass(24 * HOUR_MS);
    let from_ms = NOW_MS - HOUR_MS;
    site.exports.ask(NewExport { from_ms, ..site.new_export() }, &by("li")).await.unwrap();
}

#[tokio::test]
async fn more_pictures_than_a_package_takes_are_refused_with_the_number() {
    let rules = config::Exports { most_pictures: 1, ..config::Config::default().exports };
    let site = Site::with(rules).await;
    let cameras = vec!["gate-1".parse().unwrap(), "gate-2".parse().unwrap()];
    let refused = site.exports.ask(NewExport { cameras, ..site.new_export() }, &by("li")).await.unwrap_err();
    assert_eq!(fields(&refused), ["to"]);
}

#[tokio::test]
async fn a_picture_that_is_gone_is_left_out_and_named() {
    let site = Site::new().await;
    let asked = site.exports.ask(site.new_export(), &by("li")).await.unwrap();
    let key = CameraKey { township: asked.new.township.clone(), camera: "gate-1".parse().unwrap() };
    site.register.cameras.remove(&key).await.unwrap();
    site.exports.decide(&asked.new.township, asked.number, true, "wang", "").await.unwrap();
    site.exports.work().await.unwrap();
    let verified = site.verified(&asked);
    assert_eq!((verified.manifest.pictures.len(), verified.manifest.left_out.len()), (0, 1));
    assert!(verified.manifest.left_out[0].reason.contains("masks"));
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
