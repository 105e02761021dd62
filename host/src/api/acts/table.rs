//! What acts are called, and which fields of a request say what they are done to. No password and no key is among them.

use axum::http::Method;

use crate::api::PREFIX;

/// An act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Recorded by the layer before it happens.
    Named {
        /// Dotted words; `{what}` is the part of the path of that name.
        name: &'static str,
        /// Fields of the body that are recorded with it.
        fields: &'static [&'static str],
    },
    /// Recorded by its handler, which knows the camera.
    Look,
    /// Recorded by its handler: by the desk for requests of people, which knows the reason, or that nobody has signed in; where
    /// an export is fetched, once it is there; and for a public page as an act of its link, whoever is signed in.
    Own,
    /// Somebody without a session opens one.
    SignIn,
}

/// What everything is called that changes something and stands in no line below.
const UNNAMED: Act = Act::Named { name: "other.act", fields: &[] };

/// The act behind a method and a matched path; nothing: something is read.
pub(super) fn of(method: &Method, route: &str) -> Option<Act> {
    // HEAD runs the handler of GET.
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let (acts, route) = match route.strip_prefix(PREFIX) {
        Some(route) => (API, route),
        None => (CONSOLE, route),
    };
    if let Some((_, _, name, fields)) = acts.iter().find(|(of, path, ..)| method.as_str() == *of && *path == route) {
        return Some(match *name {
            "session.open" => Act::SignIn,
            "look" => Act::Look,
            "own" => Act::Own,
            name => Act::Named { name, fields },
        });
    }
    (!method.is_safe()).then_some(UNNAMED)
}

type Line = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Fields of the form by which a module is enabled or changed: everything that it is granted.
const GRANTED: &[&str] = &[
    "township",
    "plugin",
    "cameras",
    "camera_ids",
    "picture_level",
    "purposes",
    "assessment",
    "http",
    "links",
    "cases",
    "pictures_per_minute",
    "fetches_per_minute",
    "cpu_ms",
    "records_mib",
    "events_per_day",
];

#[rustfmt::skip]
pub(super) const API: &[Line] = &[
    ("POST", "/events", "event.publish", &["township", "kind", "camera"]),
    ("POST", "/cameras", "camera.register", &["township", "camera", "class", "purposes"]),
    ("PATCH", "/cameras", "camera.change-many", &["cameras", "set", "reason"]),
    ("POST", "/cameras/import", "camera.import", &[]),
    ("GET", "/cameras/export", "camera.export", &[]),
    ("PUT", "/cameras/{township}/{camera}", "camera.change", &["class", "purposes", "masks", "reason"]),
    ("POST", "/cameras/{township}/{camera}/class/approve", "camera.approve-class", &["to"]),
    ("POST", "/cameras/{township}/{camera}/class/refuse", "camera.refuse-class", &["to"]),
    ("DELETE", "/cameras/{township}/{camera}", "camera.remove", &[]),
    ("PUT", "/cameras/{township}/{camera}/credentials", "camera.password", &[]),
    ("DELETE", "/cameras/{township}/{camera}/credentials", "camera.forget-password", &[]),
    ("POST", "/cameras/{township}/{camera}/maintenance", "camera.maintenance", &["from", "to", "reason"]),
    ("DELETE", "/cameras/{township}/{camera}/maintenance", "camera.end-maintenance", &[]),
    ("POST", "/cameras/{township}/{camera}/probe", "camera.probe", &[]),
    ("POST", "/cameras/{township}/{camera}/snapshot", "look", &[]),
    ("POST", "/cameras/{township}/{camera}/ptz", "look", &[]),
    ("POST", "/probe", "camera.probe-address", &["host", "port"]),
    ("POST", "/discovery", "camera.discover", &["multicast", "interfaces", "cidrs", "ports"]),
    ("POST", "/waiting/{dialect}/{publisher}/adopt", "waiting.adopt", &["camera"]),
    ("DELETE", "/waiting/{dialect}/{publisher}", "waiting.dismiss", &[]),
    ("POST", "/devices", "device.register", &["township", "camera", "bridge"]),
    ("POST", "/devices/{id}/password", "device.renew", &[]),
    ("POST", "/devices/{id}/disable", "device.disable", &[]),
    ("POST", "/devices/{id}/enable", "device.enable", &[]),
    ("POST", "/accounts", "account.make", &["name", "reach", "roles"]),
    ("PUT", "/accounts/{name}/roles", "account.roles", &["roles"]),
    ("PUT", "/accounts/{name}/units", "account.units", &["units"]),
    ("POST", "/accounts/{name}/password", "account.renew", &[]),
    ("POST", "/accounts/{name}/disable", "account.disable", &[]),
    ("POST", "/accounts/{name}/enable", "account.enable", &[]),
    ("PUT", "/accounts/{name}/openid", "account.link", &["subject"]),
    ("DELETE", "/accounts/{name}/openid", "account.unlink", &[]),
    ("PUT", "/account/password", "account.password", &[]),
    ("POST", "/account/factor", "account.factor", &[]),
    ("POST", "/account/factor/proof", "account.prove-factor", &[]),
    ("POST", "/account/factor/code", "account.show-factor", &[]),
    ("POST", "/keys", "key.make", &["title", "roles", "days", "addresses"]),
    ("DELETE", "/keys/{id}", "key.revoke", &[]),
    ("POST", "/sessions", "session.open", &[]),
    ("DELETE", "/sessions/current", "session.close", &[]),
    ("DELETE", "/sessions/{id}", "session.end", &[]),
    ("POST", "/places/import", "place.import", &[]),
    ("POST", "/plugins", "plugin.install", &[]),
    ("POST", "/modules", "module.enable", &["township", "plugin", "digest", "grants"]),
    ("POST", "/modules/many", "module.enable-many", &["plugin", "digest", "grants", "townships"]),
    ("PUT", "/modules/{township}/{plugin}/settings", "module.configure", &["grants"]),
    ("POST", "/modules/{township}/{plugin}/disable", "module.disable", &[]),
    ("POST", "/modules/{township}/{plugin}/resume", "module.resume", &[]),
    ("POST", "/modules/{township}/{plugin}/upgrade", "module.upgrade", &["digest", "version", "grants"]),
    ("POST", "/modules/{township}/{plugin}/approve", "module.approve", &["digest", "grants"]),
    ("POST", "/modules/{township}/{plugin}/refuse", "module.refuse", &["digest"]),
    ("POST", "/modules/{township}/{plugin}/rollback", "module.roll-back", &[]),
    ("POST", "/modules/{township}/{plugin}/dead-letters/{seq}/retry", "module.retry", &[]),
    ("POST", "/modules/{township}/{plugin}/pages/{page}/actions/{action}", "module.act", &["query"]),
    ("POST", "/modules/{township}/{plugin}/calls/{name}", "module.call", &[]),
    ("PUT", "/modules/{township}/{plugin}/calls/{name}", "module.call", &[]),
    ("DELETE", "/modules/{township}/{plugin}/calls/{name}", "module.call", &[]),
    ("POST", "/requests", "request.file", &["township", "kind"]),
    ("POST", "/requests/{township}/{number}/open", "own", &[]),
    ("POST", "/requests/{township}/{number}/{what}", "request.{what}", &[]),
    ("POST", "/holds", "hold.place", &["township", "cameras", "kinds", "from", "to", "document", "reason", "until"]),
    ("POST", "/holds/{township}/{number}/lift", "hold.lift", &["reason"]),
    ("GET", "/holds/{township}/records", "hold.read", &[]),
    ("GET", "/pictures/{township}/{sha256}", "look", &[]),
    ("POST", "/cases", "case.open", &["township", "code", "place"]),
    ("POST", "/cases/{case}/steps", "case.step", &["name", "revision"]),
    ("POST", "/exports", "export.ask", &["township", "cameras", "from", "to", "level", "purpose", "basis", "document", "recipient", "reason"]),
    ("GET", "/exports/{township}/{number}/package", "own", &[]),
    ("POST", "/exports/{township}/{number}/approve", "export.approve", &[]),
    ("POST", "/exports/{township}/{number}/refuse", "export.refuse", &["words"]),
    ("POST", "/exports/{township}/{number}/receipt", "export.receipt", &["words"]),
    ("GET", "/audit", "audit.read", &[]),
    ("GET", "/looks", "look.read", &[]),
];

#[rustfmt::skip]
pub(super) const CONSOLE: &[Line] = &[
    ("POST", "/t/{code}", "own", &[]),
    ("POST", "/sign-in", "session.open", &[]),
    ("GET", "/sign-in/openid/back", "session.open", &[]),
    ("GET", "/sign-in/openid/code", "session.open", &[]),
    ("POST", "/sign-in/openid/code", "session.open", &[]),
    ("POST", "/sign-out", "session.close", &[]),
    ("POST", "/accounts", "account.make", &["name", "reach", "roles"]),
    ("POST", "/accounts/{name}/{what}", "account.{what}", &["roles"]),
    ("POST", "/cameras/new/save", "camera.register", &["township", "camera", "class", "purposes"]),
    ("POST", "/cameras/import/table", "camera.import", &[]),
    ("POST", "/cameras/onvif/probe", "camera.probe-address", &["host", "port"]),
    ("POST", "/cameras/onvif/{offer}/save", "camera.register", &["township", "camera"]),
    ("POST", "/cameras/{township}/{camera}/{what}", "camera.{what}", &["class", "purposes", "masks", "reason"]),
    ("POST", "/classes/{township}/{camera}/{what}", "camera.{what}-class", &["to"]),
    ("POST", "/waiting", "waiting.decide", &["what", "dialect", "publisher", "camera"]),
    ("POST", "/modules/{township}/{plugin}/{page}/{action}", "module.act", &[]),
    ("POST", "/enable", "module.enable", GRANTED),
    ("POST", "/configure/{township}/{plugin}", "module.configure", GRANTED),
    ("POST", "/operate/{township}/{plugin}/{what}", "module.{what}", &["seq", "digest"]),
    ("POST", "/rights", "own", &[]),
    ("POST", "/rights/status", "own", &[]),
    ("POST", "/requests/new", "request.file", &["township", "kind"]),
    ("POST", "/requests/{township}/{number}/open", "own", &[]),
    ("POST", "/requests/{township}/{number}/{what}", "request.{what}", &[]),
    ("POST", "/holds", "hold.place", &["township", "cameras", "kinds", "from", "to", "document", "reason", "until"]),
    ("POST", "/holds/{township}/{number}/lift", "hold.lift", &["reason"]),
    ("POST", "/cases/new", "case.open", &["township", "matter", "place"]),
    ("POST", "/cases/{case}/{what}", "case.{what}", &["revision"]),
    ("POST", "/open311/v2/requests.xml", "case.report", &["jurisdiction_id", "service_code"]),
    ("POST", "/open311/v2/requests.json", "case.report", &["jurisdiction_id", "service_code"]),
    ("POST", "/exports", "export.ask", &["township", "cameras", "from", "to", "level", "purpose", "basis", "document", "recipient", "reason"]),
    ("GET", "/exports/{township}/{number}/package", "own", &[]),
    ("POST", "/exports/{township}/{number}/{what}", "export.{what}", &["words"]),
    ("GET", "/pictures/{township}/{sha256}", "look", &[]),
    ("GET", "/audit", "audit.read", &[]),
    ("GET", "/looks", "look.read", &[]),
];
