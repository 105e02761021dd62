//! Every picture and recording of the project stands in one list, with where it came from: `tests/pictures.md`.
//!
//! What a file is, its first bytes say, not its name. Pictures inside text (base64) count when they are large enough to show
//! something; the handful of bytes that tests of the parsers call a JPEG does not.

use std::collections::BTreeMap;
use std::fs;

use sha2::Digest as _;

use super::tree;

const LIST: &str = "tests/pictures.md";

/// First bytes, and what begins with them.
const BEGINNINGS: [(&[u8], &str); 13] = [
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP, AVI"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\0\0\0\x01", "H.264, H.265"),
    (b"\0\0\x01", "H.264, H.265, MPEG, icon"),
    (b"\x1a\x45\xdf\xa3", "Matroska"),
    (b"FLV\x01", "FLV"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"<svg", "SVG"),
    (b"%PDF", "PDF"),
];
/// What follows the first four bytes of MP4, HEIF and AVIF.
const BOX: &[u8] = b"ftyp";
/// Base64 of the beginnings of JPEG, PNG, GIF and RIFF.
const ENCODED: [&str; 4] = ["/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR"];
/// Characters of base64 below which nothing is to be seen: 300 bytes are a JPEG's tables alone.
const STUB: usize = 400;
/// What a name ends with when a person means a picture, whatever its bytes are.
const ENDINGS: [&str; 16] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".svg", ".ico", ".mp4",
    ".h264", ".h265", ".mkv",
];

/// A row of the list.
struct Row {
    path: String,
    sha256: String,
    origin: String,
}

#[test]
fn every_picture_is_listed_with_its_origin_and_every_listed_one_is_there() {
    let mut found = BTreeMap::new();
    for path in tree::paths("") {
        let bytes = fs::read(tree::root().join(&path)).expect("a file of the project can be read");
        if let Some(kind) = kind(&path, &bytes) {
            found.insert(path, (kind, hex::encode(sha2::Sha256::digest(&bytes))));
        }
    }
    assert!(found.len() >= 5, "the walk finds them");
    tree::assert_none(&format!("see `{LIST}`"), &faults(&found, &rows(&tree::read(LIST))));
}

fn faults(found: &BTreeMap<String, (&str, String)>, rows: &[Row]) -> Vec<String> {
    let listed = |path: &String| rows.iter().any(|row| row.path == *path);
    let unlisted = found.iter().filter(|(path, _)| !listed(path));
    let mut faults: Vec<String> = unlisted
        .map(|(path, (kind, sha256))| format!("`{path}` ({kind}) is not listed; its hash is {sha256}"))
        .collect();
    for row in rows {
        let Row { path, sha256, origin } = row;
        match found.get(path) {
            None => faults.push(format!("`{path}` is listed and gone, or no picture any more")),
            Some((_, is)) if is != sha256 => {
                faults.push(format!("`{path}` is another picture than the listed one: its hash is {is}"));
            }
            Some(_) => {}
        }
        let told = origin.strip_prefix("synthetic: ").or(origin.strip_prefix("licence: ")).unwrap_or_default();
        if told.len() < 10 {
            faults.push(format!("`{path}`: its origin is `synthetic: how it was made` or `licence: which, and whose`"));
        }
    }
    faults
}

/// Path, hash and origin of each row.
fn rows(text: &str) -> Vec<Row> {
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let row = |line: &str| {
        let [path, _, sha256, origin] = cells(line).try_into().expect("a row has four cells");
        Row { path: path.trim_matches('`').to_owned(), sha256: sha256.trim_matches('`').to_owned(), origin }
    };
    text.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

/// What kind of picture a file is, or holds; none for all other files.
fn kind(path: &str, bytes: &[u8]) -> Option<&'static str> {
    let begins =
        |bytes: &[u8]| BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| *kind);
    let told = begins(bytes).or_else(|| bytes.get(4..8).filter(|at| *at == BOX).map(|_| "MP4, HEIF"));
    let named = || ENDINGS.iter().any(|ending| path.to_lowercase().ends_with(ending)).then_some("by its name");
    told.or_else(named).or_else(|| holds_encoded(bytes).then_some("inside text"))
}

fn holds_encoded(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let length = |from: &str| from.chars().take_while(|c| c.is_ascii_alphanumeric() || "+/=\r\n".contains(*c)).count();
    ENCODED.iter().any(|start| text.match_indices(start).any(|(at, _)| length(&text[at..]) >= STUB))
}

#[test]
fn the_check_sees_what_is_new_gone_changed_and_of_nobody_knows_where() {
    let found = [("a.jpg", "01"), ("b.png", "02"), ("c.gif", "03")];
    let found = found.map(|(path, sha256)| (path.to_owned(), ("JPEG", sha256.to_owned()))).into();
    let list = "| file | shows | SHA-256 | origin |\n|---|---|---|---|\n\
                | `a.jpg` | x | `01` | synthetic: drawn by a test |\n| `b.png` | x | `03` | licence: CC0, somebody |\n\
                | `d.jpg` | x | `04` | from a camera |\n";
    let told = faults(&found, &rows(list)).join("\n");
    for fault in
        ["`c.gif` (JPEG) is not listed", "`b.png` is another", "`d.jpg` is listed and gone", "`d.jpg`: its origin"]
    {
        assert!(told.contains(fault), "{fault}: {told}");
    }
    assert_eq!(told.lines().count(), 4);
    assert_eq!(kind("x.txt", b"\xff\xd8\xff\xe0"), Some("JPEG"));
    assert_eq!(kind("x", b"\0\0\0\x20ftypisom"), Some("MP4, HEIF"));
    assert_eq!(kind("x", b"\0\0\0\x01\x67"), Some("H.264, H.265"));
    assert_eq!(kind("x.json", format!("{{\"p\":\"/9j/{}\"}}", "A".repeat(500)).as_bytes()), Some("inside text"));
    assert_eq!(kind("x.json", b"{\"p\":\"/9j/AAA=\"}"), None);
    assert_eq!(kind("x.jpg", b"not one"), Some("by its name"));
}
