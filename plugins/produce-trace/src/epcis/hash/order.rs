//! The order in which an event's fields become one text.

use super::tree::Node;
use super::value;

/// Fields in order, each with the order of its own fields.
struct Order(&'static [(&'static str, Order)]);

const NONE: Order = Order(&[]);
const EPCS: Order = Order(&[("epc", NONE)]);
const PLACE: Order = Order(&[("id", NONE)]);
const QUANTITIES: Order =
    Order(&[("quantityElement", Order(&[("epcClass", NONE), ("quantity", NONE), ("uom", NONE)]))]);

const SENSOR_METADATA: Order = Order(&[
    ("time", NONE),
    ("startTime", NONE),
    ("endTime", NONE),
    ("deviceID", NONE),
    ("deviceMetadata", NONE),
    ("rawData", NONE),
    ("dataProcessingMethod", NONE),
    ("bizRules", NONE),
]);

const SENSOR_REPORT: Order = Order(&[
    ("type", NONE),
    ("exception", NONE),
    ("deviceID", NONE),
    ("deviceMetadata", NONE),
    ("rawData", NONE),
    ("dataProcessingMethod", NONE),
    ("time", NONE),
    ("microorganism", NONE),
    ("chemicalSubstance", NONE),
    ("value", NONE),
    ("component", NONE),
    ("stringValue", NONE),
    ("booleanValue", NONE),
    ("hexBinaryValue", NONE),
    ("uriValue", NONE),
    ("minValue", NONE),
    ("maxValue", NONE),
    ("meanValue", NONE),
    ("sDev", NONE),
    ("percRank", NONE),
    ("percValue", NONE),
    ("uom", NONE),
    ("coordinateReferenceSystem", NONE),
]);

const EVENT: Order = Order(&[
    ("eventTime", NONE),
    ("eventTimeZoneOffset", NONE),
    ("certificationInfo", NONE),
    ("parentID", NONE),
    ("epcList", EPCS),
    ("inputEPCList", EPCS),
    ("childEPCs", EPCS),
    ("quantityList", QUANTITIES),
    ("childQuantityList", QUANTITIES),
    ("inputQuantityList", QUANTITIES),
    ("outputEPCList", EPCS),
    ("outputQuantityList", QUANTITIES),
    ("action", NONE),
    ("transformationID", NONE),
    ("bizStep", NONE),
    ("disposition", NONE),
    ("persistentDisposition", Order(&[("set", NONE), ("unset", NONE)])),
    ("readPoint", PLACE),
    ("bizLocation", PLACE),
    (
        "sensorElementList",
        Order(&[("sensorElement", Order(&[("sensorMetadata", SENSOR_METADATA), ("sensorReport", SENSOR_REPORT)]))]),
    ),
]);

/// The standard's fields in their order. What it has written it takes out of the tree.
pub(super) fn standard(event: &mut Vec<Node>) -> String {
    in_order(event, &EVENT)
}

/// What is left, sorted: transactions, parties, master data, fields of one's own.
pub(super) fn rest(nodes: &[Node]) -> String {
    let mut parts: Vec<String> = nodes.iter().map(generic).collect();
    // Type and value of a transaction or party stay together in their order.
    if !nodes.iter().any(|node| matches!(node.name.as_str(), "bizTransaction" | "source" | "destination")) {
        parts.sort_unstable();
    }
    parts.concat()
}

fn generic(node: &Node) -> String {
    let text = node.text.trim();
    let text = if text.is_empty() { String::new() } else { format!("={}", value::other(text)) };
    format!("{}{text}{}", node.name, rest(&node.children))
}

fn in_order(nodes: &mut Vec<Node>, order: &Order) -> String {
    let own = own_fields(nodes);
    let mut text = String::new();
    for (name, inner) in order.0 {
        let mut parts = Vec::new();
        nodes.retain_mut(|node| {
            if node.name != *name {
                return true;
            }
            parts.push(part(node, inner));
            !node.children.is_empty()
        });
        parts.sort_unstable();
        text.extend(parts);
    }
    text + &rest(&own)
}

fn part(node: &mut Node, inner: &Order) -> String {
    let below = if inner.0.is_empty() { String::new() } else { in_order(&mut node.children, inner) };
    let text = match node.text.trim() {
        "" => String::new(),
        text => format!("={}", value::of_field(&node.name, text)),
    };
    if text.is_empty() && below.is_empty() { String::new() } else { format!("{}{text}{below}", node.name) }
}

/// Takes fields of one's own out of a standard element: they are written at its end. Not those of the event itself.
fn own_fields(nodes: &mut Vec<Node>) -> Vec<Node> {
    let is_event = nodes.iter().any(|node| node.name.contains("eventTime") || node.name.contains("action"));
    if nodes.len() <= 1 || is_event {
        return Vec::new();
    }
    let (own, standard) =
        std::mem::take(nodes).into_iter().partition(|node| node.name.contains('{') && node.name.contains("/}"));
    *nodes = standard;
    own
}
