//! An event as a tree of names, texts and children: the shape that its JSON and its XML form have in common.

use serde_json::Map;
use serde_json::Value;

use super::names::Names;
use super::value;

/// Fields that are notes for people.
const IGNORED: [&str; 3] = ["#text", "rdfs:comment", "comment"];

/// Fields that are not part of an event's content.
const NOT_HASHED: [&str; 5] = ["@context", "type", "eventID", "recordTime", "errorDeclaration"];

/// Lists whose elements are a type and a value, in that order.
const TYPED: [(&str, &str); 3] =
    [("bizTransactionList", "bizTransaction"), ("sourceList", "source"), ("destinationList", "destination")];

/// A name with a text and children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Node>,
    /// Whether the children keep their order and have no name of their own around them.
    pub(super) is_typed: bool,
}

impl Node {
    fn new(name: impl Into<String>, text: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), text: text.into(), children, is_typed: false }
    }
}

/// The children of an event.
pub(super) fn of_event(event: &Value, names: &Names) -> Vec<Node> {
    let Value::Object(map) = event else { return Vec::new() };
    let content: Map<String, Value> = map
        .iter()
        .filter(|(key, _)| !NOT_HASHED.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    corrected(children_of(&content, names, true))
}

fn children_of(map: &Map<String, Value>, names: &Names, is_event: bool) -> Vec<Node> {
    let mut children = Vec::new();
    for (key, value) in map.iter().filter(|(key, _)| !IGNORED.contains(&key.as_str())) {
        if let Some((_, member)) = TYPED.iter().find(|(list, _)| is_event && list == key) {
            children.extend(typed_list(key, member, value, names));
            continue;
        }
        let name = names.key(key);
        match value {
            Value::Array(elements) => {
                children.extend(elements.iter().map(|element| node(name.clone(), element, names)));
            }
            single => children.push(node(name, single, names)),
        }
    }
    children
}

fn node(name: String, value: &Value, names: &Names) -> Node {
    match value {
        Value::Object(map) => {
            let text = map.get("#text").map(|text| value::plain(text, names)).unwrap_or_default();
            Node::new(name, text, children_of(map, names, false))
        }
        Value::Array(elements) => {
            let children = elements.iter().map(|element| node(String::new(), element, names)).collect();
            Node::new(name, "", children)
        }
        simple => Node::new(name, value::plain(simple, names), Vec::new()),
    }
}

/// A list of transactions or parties: each element its type first.
fn typed_list(list: &str, member: &str, value: &Value, names: &Names) -> Option<Node> {
    let elements = value.as_array().filter(|elements| !elements.is_empty())?;
    let pair = |element: &Value| {
        let part = |key: &str| element.get(key).map(|value| Node::new(key, value::plain(value, names), Vec::new()));
        let children = ["type", member].into_iter().filter_map(part).collect();
        Node { is_typed: true, ..Node::new("", "", children) }
    };
    Some(Node::new(list, "", elements.iter().map(pair).collect()))
}

/// Gives lists the names around their elements that JSON leaves out.
fn corrected(children: Vec<Node>) -> Vec<Node> {
    let mut plain: Vec<Node> = Vec::new();
    let mut lists: Vec<Node> = Vec::new();
    for child in children {
        let element = match child.name.strip_suffix("List") {
            Some(element) if !is_typed_list(&child) => element.to_owned(),
            _ if child.name == "childEPCs" => "epc".to_owned(),
            _ => {
                plain.push(child);
                continue;
            }
        };
        let member = Node::new(element, child.text, child.children);
        match lists.iter_mut().find(|list| list.name == child.name) {
            Some(list) => list.children.push(member),
            None => lists.push(Node::new(child.name, "", vec![member])),
        }
    }
    plain.extend(lists);
    plain.into_iter().map(renamed).collect()
}

fn is_typed_list(node: &Node) -> bool {
    node.children.first().is_some_and(|child| child.is_typed)
}

fn renamed(node: Node) -> Node {
    if is_typed_list(&node) {
        return node;
    }
    let children = corrected(node.children);
    let name = match node.name.as_str() {
        "inputEPC" | "outputEPC" => "epc",
        "inputQuantity" | "outputQuantity" | "childQuantity" => "quantityElement",
        "quantity" if !children.is_empty() => "quantityElement",
        other => other,
    };
    Node::new(name, node.text, children)
}
