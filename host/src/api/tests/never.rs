//! What no interface of the hub has a word for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Parts of names that would be a search for people: templates of faces, plates, tracks.
const NEVER: [&str; 16] = [
    "face",
    "faces",
    "facial",
    "plate",
    "plates",
    "gait",
    "iris",
    "biometric",
    "biometrics",
    "fingerprint",
    "reid",
    "embedding",
    "embeddings",
    "track",
    "tracks",
    "trajectory",
];

/// PRIV-11: recognition of faces, plates and persons cannot be asked for, because nothing takes or gives it.
#[test]
fn no_name_of_the_api_or_of_the_plugins_world_is_that_of_a_face_a_plate_or_a_track() {
    let mut names = BTreeSet::new();
    collect(&serde_json::to_value(super::description()).unwrap(), &mut names);
    assert!(names.contains("township") && names.contains("picture_level"), "the scan finds fields");
    let before = names.len();
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    for entry in fs::read_dir(world).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "wit") {
            let text = fs::read_to_string(path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            names.extend(
                code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '-')).map(str::to_owned),
            );
        }
    }
    assert!(names.len() > before + 50 && names.contains("latest-picture"), "the scan finds the world");
    let never: Vec<&String> = names.iter().filter(|name| parts(name).any(|part| NEVER.contains(&part))).collect();
    assert!(never.is_empty(), "{never:?}");
}

/// Names of fields, parameters, schemas and routes: everything but prose.
fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                names.extend(key.split(['/', '{', '}']).map(str::to_owned));
                match value.as_str() {
                    Some(text) if key == "name" || key == "operationId" => drop(names.insert(text.to_owned())),
                    _ => collect(value, names),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

/// `picture_level`, `picture-level` and `pictureLevel` in their parts.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', ' ']).flat_map(|part| {
        let mut ends: Vec<usize> =
            part.char_indices().skip(1).filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at).collect();
        ends.push(part.len());
        let mut begin = 0;
        ends.into_iter().map(move |end| &part[std::mem::replace(&mut begin, end)..end])
    })
}

#[test]
fn the_scan_sees_a_name_by_its_parts() {
    for name in ["face_template", "licence-plate", "person.track"] {
        assert!(parts(name).any(|part| NEVER.contains(&part)), "{name}");
    }
    assert!(!parts("interface").any(|part| NEVER.contains(&part)));
    assert_eq!(parts("pictureLevel-of_it").collect::<Vec<_>>(), ["picture", "Level", "of", "it"]);
}
