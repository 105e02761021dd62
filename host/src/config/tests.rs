//! The shipped files against the built-in defaults, and the report of mistakes.

use super::*;

const FULL: &str = include_str!("../../../config/xueliang.toml");
const SHIPPED: [(&str, &str); 3] = [
    ("xueliang.toml", FULL),
    ("minimal.toml", include_str!("../../../config/minimal.toml")),
    ("simulated-county.toml", include_str!("../../../config/simulated-county.toml")),
];

/// The full file with its optional parts switched on: they are written `#key` without a space after the sign.
fn with_optional_parts() -> String {
    let optional = |line: &str| {
        line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['))
    };
    FULL.lines().map(|line| if optional(line) { &line[1..] } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_shipped_configuration_is_accepted() {
    for (name, text) in SHIPPED {
        if let Err(mistakes) = Config::parse(name, text) {
            panic!("{mistakes}");
        }
    }
}

#[test]
fn the_bridges_configuration_lacks_only_its_password() {
    let text = include_str!("../../../config/edge.toml");
    let report = Config::parse("edge.toml", text).unwrap_err();
    assert_eq!(report.list.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), ["uplink.password_file"]);
    let secret = secret_of_mode(0o600);
    let here = secret.path().display().to_string();
    let config = Config::parse("edge.toml", &text.replace("/etc/xueliang/uplink-password", &here)).unwrap();
    assert_eq!(config.uplink.unwrap().bridge, "371122102.edge-1".parse().unwrap());
}

#[test]
fn an_uplink_or_a_certificate_is_given_whole() {
    for (text, keys) in [
        ("[uplink]\nurl = \"mqtt://hub\"\n", &["uplink.bridge", "uplink.password_file"][..]),
        ("[mqtt.tls]\n", &["mqtt.tls.certificate_file", "mqtt.tls.key_file"]),
    ] {
        let report = Config::parse("hub.toml", text).unwrap_err();
        assert_eq!(report.list.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), keys);
    }
}

/// SUP-6.
#[test]
fn a_hub_that_is_told_nothing_listens_on_this_machine_only() {
    let config = Config::default();
    assert!(config.http.listen.ip().is_loopback(), "{:?}", config.http.listen);
    assert!(config.mqtt.listen.ip().is_loopback(), "{:?}", config.mqtt.listen);
    assert!(config.mqtt.tls.is_none());
}

#[test]
fn the_commented_default_is_the_built_in_default() {
    assert_eq!(Config::parse("xueliang.toml", FULL).unwrap(), Config::default());
}

#[test]
fn the_commented_default_names_every_key() {
    let text = with_optional_parts();
    let report = Report::default();
    read(&text, &report);
    let missing: Vec<String> = report.asked().into_iter().filter(|(_, found)| !found).map(|(key, _)| key).collect();
    assert_eq!(missing, Vec::<String>::new());
    assert_eq!(report.into_result("", ()), Ok(()));
}

#[test]
fn every_key_of_the_commented_default_says_what_changing_it_does() {
    let mut said = String::new();
    for line in FULL.lines() {
        match line.strip_prefix("# ") {
            Some(comment) => said.push_str(comment),
            None if line.trim_start_matches('#').contains(" = ") => {
                assert!(
                    said.contains("Default") || line.ends_with("# Default"),
                    "no default and effect above `{line}`"
                );
                said.clear();
            }
            None => said.clear(),
        }
    }
}

/// What somebody may get wrong in the shipped file: section, key, and what he writes in its line; nothing: the line is gone.
const SIXTY: [(&str, &str, &str); 60] = [
    ("[hub]", "data", "data = 7"),
    ("[hub]", "public_url", "public_url = \"hub.example.cn\""),
    ("[places]", "county", "county = 371122"),
    ("[cases]", "limits_file", "limits_file = true"),
    ("[cases]", "file_under", "file_under = \"gbt\""),
    ("[cases]", "calendar_files", "calendar_files = \"2027.toml\""),
    ("[cases]", "office_hours", "office_hours = [\"09:00-12:00\"]"),
    ("[cases]", "work_day_ends", "work_day_ends = \"midnight\""),
    ("[[cases.township]]", "code", "code = \"3711221\""),
    ("[http]", "listen", "listen = \"localhost\""),
    ("[openid]", "issuer", "issuer = \"http://id.example.cn\""),
    ("[openid]", "scopes", "scopes = [\"profile\"]"),
    ("[openid]", "button", "buton = \"登录\""),
    ("[mqtt]", "enabled", "enabled = \"yes\""),
    ("[mqtt]", "listen", "listen = 1883"),
    ("[mqtt]", "max_clients", "max_clients = 0"),
    ("[mqtt]", "max_packet_bytes", "max_packet_bytes = 65535"),
    ("[mqtt]", "max_messages_per_second", "max_messages_per_second = 1000001"),
    ("[mqtt]", "max_bytes_per_second", "max_byte_per_second = 8388608"),
    ("[mqtt.tls]", "certificate_file", ""),
    ("[mqtt.external]", "url", "url = \"http://broker.example\""),
    ("[mqtt.external]", "username", "username = false"),
    ("[mqtt.external]", "share", "share = \"a/b\""),
    ("[mqtt.external]", "receive_maximum", "receive_maximum = 65536"),
    ("[mqtt.external]", "session_expiry_s", "session_expiry_s = 1.5"),
    ("[mqtt.external.dialects]", "onvif_ej_levels", "onvif_ej_levels = 9"),
    ("[mqtt.external.dialects]", "axis_prefixes", "axis_prefixes = \"axis/+\""),
    ("[[mqtt.external.dialects.image_map]]", "camera", ""),
    ("[[mqtt.external.dialects.image_map]]", "chunk", "chunk = \"some\""),
    ("[[mqtt.external.dialects.image_map]]", "max_per_min", "max_per_min = 0"),
    ("[onvif]", "networks", "networks = [\"inside\"]"),
    ("[onvif]", "interval_s", "interval_s = 9"),
    ("[onvif]", "retry_rare_s", "retry_rare = 300"),
    ("[onvif]", "clock_h", "clock_h = \"6\""),
    ("[[forward]]", "name", "name = \"City!\""),
    ("[[forward]]", "url", "url = \"mqtts://user:word@city.example\""),
    ("[[forward]]", "kinds", "kinds = \"trace.*\""),
    ("[uplink]", "bridge", ""),
    ("[uplink]", "max_messages_per_second", "max_messages_per_second = \"fast\""),
    ("[retention]", "dedupe_days", "dedupe_days = 0"),
    ("[retention]", "every_minutes", "every_minutes = 1441"),
    ("[[retention.rule]]", "kinds", "kinds = \"cam*\""),
    ("[[retention.rule]]", "class", "class = \"secret\""),
    ("[[retention.rule]]", "days", "days = 6"),
    ("[audit]", "keep_days", "keep_days = 182"),
    ("[looks]", "purposes_file", "purposes_file = 1"),
    ("[transparency]", "enabled", "enable = true"),
    ("[requests]", "public", "public = 0"),
    ("[requests]", "answer_days", "answer_days = 91"),
    ("[exports]", "keep_hours", "keep_days = 7"),
    ("[exports]", "most_a_day", "most_a_day = 0"),
    ("[pictures]", "max_side", "max_side = 63"),
    ("[events]", "burst", "burst = 0"),
    ("[plugins]", "unsigned", "unsigned = \"maybe\""),
    ("[[plugins.publisher]]", "until", "until = \"soon\""),
    ("[modules]", "max_tries", "max_tries = 21"),
    ("[modules]", "max_cpu_ms", "max_cpu_ms = 9"),
    ("[modules]", "compile_timeout_s", "compile_timeout_s = 2026-11-23"),
    ("[log]", "format", "format = \"xml\""),
    ("[log]", "level", "levle = \"info\""),
];

/// SUP-8: with the type wrong, out of range, not one of the words, misspelt, or gone where it must be given.
#[test]
fn each_of_sixty_mistakes_is_reported_with_line_and_key_alone_and_all_of_them_together() {
    let whole = with_optional_parts();
    let lines: Vec<&str> = whole.lines().collect();
    let reported = |lines: &[&str]| {
        let (text, report) = (lines.join("\n"), Report::default());
        read(&text, &report);
        let mistakes = report.into_result("hub.toml", ()).err().map_or_else(Vec::new, |mistakes| mistakes.list);
        mistakes.into_iter().map(|mistake| (mistake.line, mistake.key)).collect::<Vec<_>>()
    };
    assert_eq!(reported(&lines), []);
    let (mut all, mut expected) = (lines.clone(), Vec::new());
    for (section, key, written) in SIXTY {
        let header = lines.iter().position(|line| *line == section).unwrap();
        let begins = format!("{key} = ");
        let at = header + lines[header..].iter().position(|line| line.starts_with(&begins)).unwrap();
        let path = section.trim_start_matches('[').trim_end_matches(']');
        let mistake = match written.split_once(" = ") {
            Some((name, _)) => (at + 1, format!("{path}.{name}")),
            None => (header + 1, format!("{path}.{key}")),
        };
        let mut one = lines.clone();
        (one[at], all[at]) = (written, written);
        assert_eq!(reported(&one), std::slice::from_ref(&mistake), "{section} {key}: {written}");
        expected.push(mistake);
    }
    let mut found = reported(&all);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_is_given_twice_is_a_mistake_where_it_stands_the_second_time() {
    for text in ["[http]\nlisten = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n", "[http]\n[mqtt]\n[http]\n"] {
        let report = Config::parse("hub.toml", text).unwrap_err();
        let lines: Vec<usize> = report.list.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [3], "{report}");
        assert!(report.list[0].problem.contains("duplicate"), "{report}");
    }
}

#[test]
fn all_mistakes_come_in_one_report_with_line_key_and_what_is_allowed() {
    let text = "[http]\nlisten = \"here\"\nport = 1\n\n[mqtt]\nmax_clients = 0\n[mqtt.external]\nshare = \"a/b\"\n\n\
                [[retention.rule]]\nkinds = \"cam*\"\ndays = 3\n[[retention.rule]]\nkinds = \"*\"\nclass = \"public-security\"\ndays = 29\n[log]\nformat = \"xml\"\n[nothing]\n";
    let report = Config::parse("hub.toml", text).unwrap_err();
    let found: Vec<(usize, &str)> = report.list.iter().map(|mistake| (mistake.line, mistake.key.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "http.listen"),
            (3, "http.port"),
            (6, "mqtt.max_clients"),
            (7, "mqtt.external.url"),
            (8, "mqtt.external.share"),
            (11, "retention.rule.kinds"),
            (12, "retention.rule.days"),
            (16, "retention.rule.days"),
            (18, "log.format"),
            (19, "nothing"),
        ]
    );
    let shown = report.to_string();
    for part in ["10 处错误 · 10 mistake(s)", "hub.toml:6: `mqtt.max_clients`: 0 is not allowed", "from 1 to 1000000"]
    {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn a_rule_about_records_is_of_no_class_and_leaves_those_about_events_as_they_are() {
    let rule = |more: &str| format!("[retention]\n[[retention.rule]]\nkinds = \"record.city.*\"\ndays = 3\n{more}");
    let rules = Config::parse("hub.toml", &rule("")).unwrap().retention.rules;
    assert_eq!((rules[0].kinds.as_str(), rules[0].days), ("record.city.*", 3));
    assert_eq!(rules[1..], Config::default().retention.rules);
    let report = Config::parse("hub.toml", &rule("class = \"non-public\"\n")).unwrap_err();
    let keys: Vec<&str> = report.list.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["retention.rule.class"]);
}

/// CAM-14.
#[test]
fn no_key_names_a_command_and_another_scheme_is_refused_with_its_key() {
    let report = Report::default();
    read(&with_optional_parts(), &report);
    let keys: Vec<String> = report.asked().into_iter().map(|(key, _)| key).collect();
    assert!(keys.len() > 50 && keys.contains(&"uplink.url".to_owned()), "{keys:?}");
    let of_a_command = ["command", "exec", "script", "shell", "program", "hook"];
    assert!(!keys.iter().any(|key| of_a_command.iter().any(|word| key.contains(word))), "{keys:?}");
    for url in ["file:///etc/passwd", "gopher://broker", "http://broker", "mqtt://user:word@broker", "broker:1883"] {
        for section in ["mqtt.external", "forward", "uplink"] {
            let header =
                if section == "forward" { "[[forward]]\nname = \"a\"".to_owned() } else { format!("[{section}]") };
            let report = Config::parse("hub.toml", &format!("{header}\nurl = \"{url}\"\n")).unwrap_err();
            assert!(
                report.list.iter().any(|mistake| mistake.key == format!("{section}.url")),
                "{section} {url}: {report}"
            );
        }
    }
}

#[test]
fn broken_toml_is_reported_with_its_line() {
    let report = Config::parse("hub.toml", "[http]\nlisten = \n[mqtt]\nenabled = maybe\n").unwrap_err();
    let lines: Vec<usize> = report.list.iter().map(|mistake| mistake.line).collect();
    assert!(lines.contains(&2) && lines.contains(&4), "{report}");
}

#[test]
fn a_packet_limit_that_cannot_hold_a_picture_is_a_mistake() {
    let report = Config::parse("hub.toml", "[pictures]\nmax_bytes = 8388608\n").unwrap_err();
    assert_eq!(report.list[0].key, "mqtt.max_packet_bytes");
    assert!(
        Config::parse("hub.toml", "[pictures]\nmax_bytes = 8388608\n[mqtt]\nmax_packet_bytes = 16777216\n").is_ok()
    );
}

#[test]
fn a_county_is_six_digits() {
    assert_eq!(Config::parse("hub.toml", "[places]\ncounty = \"371121\"\n").unwrap().places.county, "371121");
    for county in ["37112", "3711220", "莒县", "071122", ""] {
        let report = Config::parse("hub.toml", &format!("[places]\ncounty = \"{county}\"\n")).unwrap_err();
        assert_eq!(report.list[0].key, "places.county", "{county}");
    }
}

#[test]
fn a_secret_file_that_cannot_be_read_is_a_mistake() {
    let text = "[mqtt.external]\nurl = \"mqtt://broker:1883\"\npassword_file = \"no/such/file\"\n";
    assert_eq!(Config::parse("hub.toml", text).unwrap_err().list[0].key, "mqtt.external.password_file");
}

/// The file of a secret with these permission bits.
fn secret_of_mode(mode: u32) -> tempfile::NamedTempFile {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).unwrap();
    file
}

/// SUP-5.
#[test]
fn the_file_of_a_secret_that_others_may_read_or_write_is_a_mistake_with_what_to_do() {
    let readable = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let parsed = |file: &Path| {
        let file = file.display();
        let text = format!(
            "[mqtt.external]\nurl = \"mqtt://b:1883\"\npassword_file = \"{file}\"\n\
             [mqtt.tls]\ncertificate_file = \"{readable}\"\nkey_file = \"{file}\"\n\
             [[forward]]\nname = \"city\"\nurl = \"mqtt://b:1883\"\npassword_file = \"{file}\"\n\
             [uplink]\nurl = \"mqtt://b:1883\"\nbridge = \"371122102.edge-1\"\npassword_file = \"{file}\"\n"
        );
        Config::parse("hub.toml", &text)
    };
    for mode in [0o644, 0o604, 0o602, 0o601, 0o620, 0o660, 0o666] {
        let file = secret_of_mode(mode);
        let report = parsed(file.path()).unwrap_err();
        let mut keys: Vec<&str> = report.list.iter().map(|mistake| mistake.key.as_str()).collect();
        keys.sort_unstable();
        let expected =
            ["forward.password_file", "mqtt.external.password_file", "mqtt.tls.key_file", "uplink.password_file"];
        assert_eq!(keys, expected, "{mode:o}");
        let said = report.to_string();
        for part in [&*format!("{mode:04o}"), &*format!("`chmod 600 {}`", file.path().display()), "XL0318"] {
            assert!(said.contains(part), "{said}");
        }
    }
    for mode in [0o600, 0o400, 0o640, 0o440] {
        let file = secret_of_mode(mode);
        assert!(parsed(file.path()).is_ok(), "{mode:o}");
    }
}

#[test]
fn the_data_folder_of_the_command_line_wins() {
    assert_eq!(Config::load(None, Some("elsewhere".into())).unwrap().hub.data, Path::new("elsewhere"));
}

#[test]
fn what_is_wrong_with_a_dialect_is_reported_with_its_key() {
    let with = |lines: &str| format!("[mqtt.external]\nurl = \"mqtt://b:1883\"\n[mqtt.external.dialects]\n{lines}");
    let row = |lines: &str| with(&format!("[[mqtt.external.dialects.image_map]]\n{lines}"));
    for (text, key) in [
        (with("axis_prefixes = [\"#\"]"), "mqtt.external.dialects.axis_prefixes"),
        (with("frigate_prefix = \"a/+\""), "mqtt.external.dialects.frigate_prefix"),
        (with("onvif_ej_levels = 9"), "mqtt.external.dialects.onvif_ej_levels"),
        (row("filter = \"a/+\"\ndivision = \"371122102\"\n"), "mqtt.external.dialects.image_map.camera"),
        (
            row("filter = \"a/+\"\ndivision = \"371122102\"\ncamera = \"gh-$2\""),
            "mqtt.external.dialects.image_map.filter",
        ),
        (
            row("filter = \"a\"\ndivision = \"371122102\"\ncamera = \"a\"\nallow_url = true"),
            "mqtt.external.dialects.image_map.allow_url",
        ),
    ] {
        let report = Config::parse("hub.toml", &text).unwrap_err();
        let keys: Vec<&str> = report.list.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(keys, [key], "{text}");
    }
}

#[test]
fn the_shipped_purposes_are_the_built_in_ones_and_a_file_of_other_things_is_refused() {
    let shipped = include_str!("../../../config/purposes.toml");
    let named = |file: &str| {
        Config::parse("hub.toml", &format!("[looks]\npurposes_file = \"{}/{file}\"\n", env!("CARGO_MANIFEST_DIR")))
    };
    let config = named("../config/purposes.toml").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.looks.purposes.len(), shipped.matches("\n[[purpose]]").count());
    for file in ["Cargo.toml", "nowhere.toml"] {
        let report = named(file).unwrap_err();
        let keys: Vec<_> = report.list.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(keys, ["looks.purposes_file"], "{file}");
    }
}

#[test]
fn the_audit_log_is_kept_for_six_months_at_least() {
    let report = Config::parse("hub.toml", "[audit]\nkeep_days = 182\n").unwrap_err();
    assert_eq!(report.list.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), ["audit.keep_days"]);
    assert_eq!(Config::parse("hub.toml", "[audit]\nkeep_days = 183\n").unwrap().audit.keep_days, 183);
}

#[test]
fn unsigned_plugins_are_refused_unless_the_configuration_says_development() {
    assert_eq!(Config::default().plugins, Plugins { unsigned: Unsigned::Refuse, publishers: Vec::new() });
    let development = include_str!("../../../config/simulated-county.toml");
    assert_eq!(Config::parse("simulated-county.toml", development).unwrap().plugins.unsigned, Unsigned::Allow);
}

#[test]
fn a_publisher_has_a_name_and_a_key_that_no_other_has() {
    let key = xl_model::signature::PublisherSecret::new(&[7; 32]).public();
    let publisher = |lines: &str| format!("[[plugins.publisher]]\n{lines}\n");
    let whole = publisher(&format!("name = \"日照农业\"\nkey = \"{key}\"\nuntil = \"2027-12-31\""));
    let read = Config::parse("hub.toml", &whole).unwrap().plugins.publishers;
    let until = Some("2027-12-31".parse().unwrap());
    assert_eq!(read, [Publisher { name: "日照农业".to_owned(), key: key.clone(), until }]);
    for (text, wrong) in [
        (publisher(&format!("key = \"{key}\"")), "plugins.publisher.name"),
        (publisher(&format!("name = \"{}\"\nkey = \"{key}\"", "x".repeat(65))), "plugins.publisher.name"),
        (publisher("name = \"a\""), "plugins.publisher.key"),
        (publisher("name = \"a\"\nkey = \"ab\""), "plugins.publisher.key"),
        (publisher(&format!("name = \"a\"\nkey = \"{}\"", "0".repeat(64))), "plugins.publisher.key"),
        (publisher(&format!("name = \"a\"\nkey = \"{key}\"\nuntil = \"soon\"")), "plugins.publisher.until"),
        (whole.repeat(2), "plugins.publisher"),
        ("[plugins]\nunsigned = \"maybe\"\n".to_owned(), "plugins.unsigned"),
    ] {
        let report = Config::parse("hub.toml", &text).unwrap_err();
        assert_eq!(report.list.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), [wrong], "{text}");
    }
}
