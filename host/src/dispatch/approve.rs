//! What an admin may set: settings by the plugin's schema, grants within what it asks for, limits within the hub's. Pure.

use std::collections::BTreeMap;

use serde_json::Value;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::Quotas;
use xl_model::grant::is_credential_name;
use xl_model::manifest::Ceilings;
use xl_model::manifest::Limits;
use xl_model::manifest::Manifest;
use xl_model::picture::PictureLevel;

use super::ModuleError;

/// Most faults that one answer names.
const MAX_FAULTS: usize = 20;

/// Settings must be an object that fits the plugin's schema; without a schema, an empty one.
pub(super) fn settings(manifest: &Manifest, settings: &Value) -> Result<(), ModuleError> {
    let faults = match (&manifest.settings_schema, settings) {
        (_, Value::Object(object)) if manifest.settings_schema.is_none() && !object.is_empty() => {
            vec!["the plugin takes no settings".to_owned()]
        }
        (Some(schema), Value::Object(_)) => match jsonschema::validator_for(schema) {
            Err(error) => vec![format!("the plugin's schema cannot be used: {error}")],
            Ok(validator) => validator
                .iter_errors(settings)
                .take(MAX_FAULTS)
                .map(|error| format!("`{}`: {error}", error.instance_path()))
                .collect(),
        },
        (None, Value::Object(_)) => Vec::new(),
        _ => vec!["settings are a JSON object".to_owned()],
    };
    if faults.is_empty() { Ok(()) } else { Err(ModuleError::Settings { faults }) }
}

/// Grants must stay within what the manifest asks for.
pub(super) fn grants(manifest: &Manifest, grants: &Grants) -> Result<(), ModuleError> {
    let asks = &manifest.asks;
    let mut beyond = Vec::new();
    match &asks.cameras {
        None if grants.cameras != CameraSelector::None => beyond.push("it does not ask for cameras".to_owned()),
        None if grants.picture_level > PictureLevel::None => beyond.push("it does not ask for pictures".to_owned()),
        Some(ask) if grants.picture_level > ask.level => {
            beyond.push(format!(
                "it asks for the picture level {}, not {}",
                word(ask.level),
                word(grants.picture_level)
            ));
        }
        _ => {}
    }
    if asks.http.is_none() && !grants.http.is_empty() {
        beyond.push("it does not ask for http".to_owned());
    }
    for grant in &grants.http {
        if grant.host.is_empty() || grant.host.contains(['/', '@', ' ', '?', '#', '*']) {
            beyond.push(format!("`{}` is not `host` or `host:port`", grant.host));
        }
        if let Some(name) = grant.credential.as_deref().filter(|name| !is_credential_name(name)) {
            beyond.push(format!("`{name}` is not the name of a credential"));
        }
    }
    if asks.links.is_none() && grants.links {
        beyond.push("it does not ask for public links".to_owned());
    }
    if asks.cases.is_none() && grants.cases {
        beyond.push("it does not ask for cases".to_owned());
    }
    if beyond.is_empty() { Ok(()) } else { Err(ModuleError::Grants { detail: beyond.join("; ") }) }
}

/// Quotas that somebody gives must be below the plugin's own limits: one that is not would seem to hold something back.
///
/// An upgrade to a build that asks for less keeps the quotas that were given before; they hold nothing back then.
pub(super) fn quotas(manifest: &Manifest, quotas: Quotas) -> Result<(), ModuleError> {
    let limits: BTreeMap<&str, u64> = manifest.limits.named().into();
    let wrong = quotas.named().into_iter().filter_map(|(name, given)| {
        let (least, most) = (u64::from(name == "cpu_ms"), limits.get(name).copied().unwrap_or(u64::MAX));
        let given = given.filter(|given| !(least..=most).contains(given))?;
        Some(format!("quotas.{name} is {given}, the plugin's own limit allows {least} to {most}"))
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(ModuleError::Grants { detail: wrong.join("; ") }) }
}

/// Limits must be at least 1 and at most the hub's own.
///
/// # Errors
/// What is too much, in words for the plugin's author.
pub(super) fn limits(limits: &Limits, ceilings: &Ceilings) -> Result<(), String> {
    let wrong: Vec<String> = limits
        .named()
        .into_iter()
        .filter_map(|(name, value)| {
            let least = u64::from(matches!(name, "batch_events" | "cpu_ms" | "wall_ms" | "memory_mib"));
            let most = ceilings.get(name).copied().unwrap_or(u64::MAX);
            (value < least || value > most)
                .then(|| format!("limits.{name} = {value}, this hub allows {least} to {most}"))
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

fn word(level: PictureLevel) -> &'static str {
    match level {
        PictureLevel::None => "none",
        PictureLevel::Metric => "metric",
        PictureLevel::Masked => "masked",
        PictureLevel::Raw => "raw",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use xl_model::grant::HttpGrant;

    fn manifest(more: Value) -> Manifest {
        let text = json!({"zh": "x", "en": "x"});
        let mut all = json!({"id": "p", "version": "1.0.0", "hub": "0.1.0", "name": text, "description": text});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn every_fault_of_the_settings_is_named_with_its_place() {
        let schema = json!({
            "type": "object",
            "properties": {"days": {"type": "integer", "minimum": 1}, "name": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": false
        });
        let plugin = manifest(json!({"settings_schema": schema}));
        let Err(ModuleError::Settings { faults }) = settings(&plugin, &json!({"days": 0, "extra": 1})) else {
            panic!("accepted")
        };
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("`/days`")), "{faults:?}");
        assert!(settings(&plugin, &json!({"name": "x", "days": 3})).is_ok());
        assert!(settings(&plugin, &json!([])).is_err());
    }

    #[test]
    fn a_plugin_without_a_schema_takes_no_settings() {
        assert!(settings(&manifest(json!({})), &json!({})).is_ok());
        assert!(settings(&manifest(json!({})), &json!({"a": 1})).is_err());
    }

    #[test]
    fn a_grant_beyond_what_was_asked_for_is_refused() {
        let reason = json!({"zh": "x", "en": "x"});
        let modest = manifest(json!({"asks": {"cameras": {"level": "metric", "reason": reason}}}));
        let nothing = manifest(json!({}));
        let web = |host: &str| HttpGrant { host: host.to_owned(), plain: false, private: false, credential: None };
        let cases = [
            (
                &modest,
                Grants { cameras: CameraSelector::All, picture_level: PictureLevel::Metric, ..Grants::default() },
                true,
            ),
            (&modest, Grants { picture_level: PictureLevel::Masked, ..Grants::default() }, false),
            (&modest, Grants { links: true, ..Grants::default() }, false),
            (&modest, Grants { cases: true, ..Grants::default() }, false),
            (&modest, Grants { http: vec![web("example.org")], ..Grants::default() }, false),
            (&nothing, Grants { cameras: CameraSelector::All, ..Grants::default() }, false),
            (&nothing, Grants { picture_level: PictureLevel::Metric, ..Grants::default() }, false),
            (&nothing, Grants::default(), true),
        ];
        for (plugin, granted, allowed) in cases {
            assert_eq!(grants(plugin, &granted).is_ok(), allowed, "{granted:?}");
        }
        let online = manifest(json!({"asks": {"http": {"reason": reason}}}));
        for (host, allowed) in
            [("example.org", true), ("example.org:8443", true), ("a/b", false), ("*", false), ("", false)]
        {
            assert_eq!(
                grants(&online, &Grants { http: vec![web(host)], ..Grants::default() }).is_ok(),
                allowed,
                "{host}"
            );
        }
    }

    #[test]
    fn a_limit_of_zero_or_above_the_hubs_is_refused() {
        let ceilings = Ceilings::from([("cpu_ms".to_owned(), 1_000)]);
        assert_eq!(limits(&Limits::default(), &ceilings), Ok(()));
        assert!(limits(&Limits { cpu_ms: 1_001, ..Limits::default() }, &ceilings).is_err());
        assert!(limits(&Limits { batch_events: 0, ..Limits::default() }, &ceilings).is_err());
    }

    #[test]
    fn a_quota_stays_below_the_plugin_s_own_limit() {
        let plugin = manifest(json!({"limits": {"pictures_per_minute": 60, "cpu_ms": 100}}));
        let given = |pictures, cpu_ms| {
            let given = Quotas { pictures_per_minute: pictures, cpu_ms, ..Quotas::default() };
            quotas(&plugin, given).map_err(|error| error.to_string())
        };
        for (pictures, cpu_ms) in [(None, None), (Some(0), None), (Some(60), Some(1)), (Some(1), Some(100))] {
            assert_eq!(given(pictures, cpu_ms), Ok(()), "{pictures:?} {cpu_ms:?}");
        }
        let refused = given(Some(61), Some(0)).unwrap_err();
        assert!(
            refused.contains("quotas.pictures_per_minute is 61") && refused.contains("allows 0 to 60"),
            "{refused}"
        );
        assert!(refused.contains("quotas.cpu_ms is 0"), "{refused}");
    }
}
