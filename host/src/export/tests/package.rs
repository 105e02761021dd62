//! What is in a package and what is not: under masks, of one township, and by whom it is registered.

use std::fs::File;
use std::io::Read as _;

use xl_media::PixelFormat;
use xl_model::picture::Cover;

use super::*;
use crate::tar;

/// Columns and rows of each of [`PICTURES`]: too small for words over them, which stand in the strip below alone.
const SIZE: (usize, usize) = (64, 48);

/// A mask over the left of a picture, and how many columns it covers as a whole.
const LEFT: (&str, usize) = ("[[[0,0],[0.4,0],[0.4,1],[0,1]]]", 25);

/// The first column that it leaves alone: it grows to units of 16 pixels and two beside them, and a block of the file has 8.
const BESIDE_LEFT: usize = 40;

impl Site {
    /// The files of a package, in its order.
    fn files(&self, export: &Export) -> Vec<(String, Vec<u8>)> {
        let mut package = File::open(self.exports.0.path(export)).unwrap();
        let mut files = Vec::new();
        while let Some((name, bytes)) = tar::read_header(&mut package).unwrap() {
            let mut content = vec![0; usize::try_from(bytes).unwrap()];
            package.read_exact(&mut content).unwrap();
            tar::skip_padding(&mut package, bytes).unwrap();
            files.push((name, content));
        }
        files
    }

    /// The pixels of a package's first picture: those under a mask over the left, and those beside it.
    fn pixels(&self, export: &Export) -> (Vec<u8>, Vec<u8>) {
        let (files, limits) = (self.files(export), PictureLimits::default());
        let jpeg = &files[0].1;
        let header = xl_media::check(jpeg, &limits).unwrap();
        assert_eq!(header.width as usize, SIZE.0);
        let (width, height, nothing) = (header.width, header.height, Cover::default());
        let pixels = xl_media::covered_pixels(jpeg, width, height, PixelFormat::Rgb, &nothing, &limits).unwrap();
        let rows = pixels.chunks_exact(3 * SIZE.0).take(SIZE.1);
        let parts = rows.map(|row| (row[..3 * LEFT.1].to_vec(), row[3 * BESIDE_LEFT..].to_vec()));
        let (under, beside): (Vec<_>, Vec<_>) = parts.unzip();
        (under.concat(), beside.concat())
    }
}

/// EXP-3, PRIV-3.
#[tokio::test]
async fn a_masked_package_is_constant_under_the_camera_s_mask_where_a_raw_one_shows_the_picture() {
    let site = Site::new().await;
    let gate = "371122102/gate-1".parse().unwrap();
    let masks = [(Field::Masks, LEFT.0.to_owned())];
    site.register.cameras.change(&gate, &masks, &site.register.hand("li", "")).await.unwrap();
    let wish = |level| NewExport { level, ..site.new_export() };
    let (masked, raw) = (site.agreed(wish(Level::Masked)).await, site.agreed(wish(Level::Raw)).await);
    for export in [&masked, &raw] {
        assert_eq!(site.verified(export).manifest.pictures[0].original_sha256, hash(PICTURES[0]));
    }

    let ((hidden, beside), (shown, same)) = (site.pixels(&masked), site.pixels(&raw));
    assert!(hidden.iter().all(|byte| *byte == xl_media::MASKED), "nothing of the picture is under its mask");
    assert!(shown.iter().any(|byte| *byte != xl_media::MASKED), "raw shows it");
    assert!(beside == same && beside.iter().any(|byte| *byte != xl_media::MASKED), "and both show the rest");
}

/// TEN-14: neither the pictures of another township nor a word of it, although camera and hour are called the same.
#[tokio::test]
async fn a_package_holds_nothing_of_a_camera_of_the_same_name_in_another_township() {
    const CANARY: &str = "canary-371122103";
    let site = Site::new().await;
    let fields = [
        (Field::Township, "371122103"),
        (Field::Place, "371122103201"),
        (Field::Name, CANARY),
        (Field::Purposes, "public-security"),
    ];
    let camera = site.register.add_camera("gate-1", &fields).await;
    receive(&site.register, &camera, NOW_MS - HOUR_MS, PICTURES[2]).await;
    let own = site.agreed(site.new_export()).await;
    let document = format!("{CANARY} 18");
    let theirs = NewExport { document, recipient: CANARY.to_owned(), reason: CANARY.to_owned(), ..site.new_export() };
    let theirs = site.agreed(NewExport { township: camera.township, ..theirs }).await;
    let again = site.agreed(site.new_export()).await;

    let packages = [(&own, PICTURES[0], false), (&theirs, PICTURES[2], true), (&again, PICTURES[0], false)];
    for (export, expected, is_theirs) in packages {
        let manifest = site.verified(export).manifest;
        let taken: Vec<_> = manifest.pictures.iter().map(|picture| picture.original_sha256.as_str()).collect();
        assert_eq!((taken, manifest.left_out.len()), (vec![hash(expected).as_str()], 0), "{}", manifest.export);
        let files = site.files(export);
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["pictures/00001.jpg", "manifest.json", "manifest.sha256"], "{}", manifest.export);
        let text = String::from_utf8_lossy(&files[1].1);
        assert_eq!((text.contains(CANARY), text.contains("371122103")), (is_theirs, is_theirs), "{text}");
    }
}

/// PRIV-1: the register wants the unit of who called pictures up, also when somebody else agrees after a restart.
#[tokio::test]
async fn what_is_given_out_is_registered_with_who_asked_and_his_unit_when_he_asked() {
    let Site { exports, register } = Site::new().await;
    let asked = exports.ask(testing::wish("371122102", NOW_MS - 2 * HOUR_MS), &by("li")).await.unwrap();
    drop(exports);
    let register = register.restart().await;
    let site = Site { exports: desk(&register, config::Config::default().exports), register };
    site.exports.decide(&asked.new.township, asked.number, true, "wang", "").await.unwrap();
    site.exports.work().await.unwrap();
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let rows = site.register.store.audit_rows(&filter).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&row.entry.actor, row.entry.action.as_str()), (&by("li"), "look.export"));
    let look = row.entry.look.as_ref().unwrap();
    assert_eq!((look.camera.as_str(), look.reason.as_str()), ("gate-1", "盗窃案调查"));
}
