//! From a notification to its changes, by the table.

use serde_json::Map;
use serde_json::Value;
use xl_model::cloud_event::rfc3339;

use super::Change;
use super::Meaning;
use super::Notification;
use super::Operation;
use super::State;
use super::date;
use super::items;
use super::items::Origin;
use super::table;
use super::table::Reading;

/// The longest topic that is looked at, in characters.
const TOPIC_CHARS_MOST: usize = 512;

/// Reads one notification.
pub(super) fn of(notification: &Notification) -> Meaning {
    let path = path(&notification.topic);
    let (data, identities_dropped) = items::kept(notification, &path);
    let subject = Subject { notification, origin: Origin::of(notification), path: &path, data };
    let changes = match table::row(&path) {
        Some((_, reading, kind)) => subject.read(*reading, kind).unwrap_or_else(|| subject.raw()),
        None => subject.raw(),
    };
    Meaning { changes, identities_dropped }
}

/// The topic without namespace prefixes, empty levels and the trailing `//.` of some firmware.
fn path(topic: &str) -> String {
    let topic = crate::text::short(topic, TOPIC_CHARS_MOST);
    let levels = topic.trim_end_matches(['/', '.', ' ']).split('/');
    let bare = levels.map(|level| level.split_once(':').map_or(level, |(_, name)| name).trim());
    bare.filter(|level| !level.is_empty()).collect::<Vec<_>>().join("/")
}

/// A notification with what all readings of it need.
struct Subject<'n> {
    notification: &'n Notification,
    origin: Origin,
    path: &'n str,
    data: Map<String, Value>,
}

impl Subject<'_> {
    /// The changes by this reading; `None`: the items do not fit it.
    fn read(&self, reading: Reading, kind: &str) -> Option<Vec<Change>> {
        let items = &self.notification.data;
        let one = |change: Option<Change>| Some(change.into_iter().collect());
        match reading {
            Reading::Flag(names) => {
                let Some((on, item)) = items::flag(items, names) else {
                    // A property that is gone says no value, and has ended all the same.
                    return self.is_deleted().then(|| vec![self.change(kind, State::Inactive, "", "")]);
                };
                one(Some(self.change(kind, self.state(on), "", item)))
            }
            Reading::Pulse(_) if self.is_deleted() => Some(Vec::new()),
            Reading::Pulse(names) => {
                let said = names.iter().find_map(|name| items::named(items, name));
                let said = said.and_then(|(item, value)| Some((items::boolean(value)?, item)));
                let (state, item) = said.map_or((State::Pulse, ""), |(on, item)| (self.state(on), item));
                one(Some(self.change(kind, state, "", item)))
            }
            Reading::Count(item) => {
                let (item, value) = items::named(items, item)?;
                let count = value.trim().parse::<f64>().ok().filter(|count| count.is_finite())?;
                let mut change = self.change(kind, State::Value, "", item);
                insert_data(&mut change, "count", number(count));
                one(Some(change))
            }
            Reading::Classes(item) => self.classes(items::named(items, item)?),
            Reading::Smart => self.smart(),
            Reading::Job => {
                let (item, value) = items::named(items, "State")?;
                let words = [("Active", true), ("PartiallyActive", true), ("Idle", false), ("Error", false)];
                let of_job = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(value.trim())).map(|(_, on)| *on);
                let on = of_job.or_else(|| items::boolean(value))?;
                one(Some(self.change(kind, self.state(on), "", item)))
            }
            Reading::Share(item, reading) => {
                let (_, value) = items::named(items, item)?;
                let share = value.trim().parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share))?;
                // Up to 1 it is a fraction: no processor of a camera that works idles at one percent.
                let percent = if share <= 1.0 { share * 100.0 } else { share };
                one(Some(self.telemetry(reading, number((percent * 10.0).round() / 10.0))))
            }
            Reading::Date(reading) => {
                let date = items.iter().find_map(|(_, value)| date::tolerant(value));
                one(date.map(|at_ms| self.telemetry(reading, rfc3339(at_ms).into())))
            }
            Reading::Ignored => Some(Vec::new()),
        }
    }

    fn is_deleted(&self) -> bool {
        self.notification.operation == Some(Operation::Deleted)
    }

    fn state(&self, on: bool) -> State {
        if on && !self.is_deleted() { State::Active } else { State::Inactive }
    }

    /// One state a class; what is not in the list is not there.
    fn classes(&self, (item, value): (&str, &str)) -> Option<Vec<Change>> {
        let words: Vec<&str> = value.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let known = |word: &str| table::CLASSES.iter().any(|(class, _)| class.eq_ignore_ascii_case(word));
        if !words.iter().all(|word| known(word)) {
            return None;
        }
        let mut changes: Vec<Change> = Vec::new();
        for (class, kind) in table::CLASSES {
            let there = self.state(words.iter().any(|word| class.eq_ignore_ascii_case(word)));
            let change = self.change(kind, there, "", item);
            match changes.iter_mut().find(|before| before.kind == change.kind) {
                Some(before) if there == State::Active => before.state = there,
                Some(_) => {}
                None => changes.push(change),
            }
        }
        Some(changes)
    }

    fn smart(&self) -> Option<Vec<Change>> {
        let changes: Vec<Change> = table::SMART
            .iter()
            .filter_map(|(item, kind)| {
                let (name, value) = items::named(&self.notification.data, item)?;
                Some(self.change(kind, self.state(items::boolean(value)?), item, name))
            })
            .collect();
        (!changes.is_empty()).then_some(changes)
    }

    /// What the table does not know, kept for the person who maps it.
    fn raw(&self) -> Vec<Change> {
        let state = match items::flag(&self.notification.data, &[]) {
            Some((on, _)) => self.state(on),
            None if self.is_deleted() => return Vec::new(),
            None => State::Value,
        };
        let mut change = self.change(table::RAW, state, "", "");
        change.data.insert("topic".to_owned(), self.path.into());
        vec![change]
    }

    fn telemetry(&self, reading: &str, value: Value) -> Change {
        let data = Map::from_iter([(reading.to_owned(), value)]);
        Change { data, ..self.change(table::TELEMETRY, State::Value, "", "") }
    }

    /// A change of this kind; `of_item` tells apart the states of one topic, `told` is the item that said the state.
    fn change(&self, kind: &str, state: State, of_item: &str, told: &str) -> Change {
        let mut data = Map::new();
        if let Some(source) = self.origin.kept() {
            data.insert("source".to_owned(), source);
        }
        let mut kept = self.data.clone();
        kept.remove(told);
        if kind == "line.cross" {
            direct(&mut kept);
        }
        if !kept.is_empty() {
            data.insert("data".to_owned(), Value::Object(kept));
        }
        let kind = ["camera.", kind].concat().parse().expect("the table's kinds are kinds");
        Change { kind, state, source_key: self.origin.key(self.path, of_item), data }
    }
}

/// Which way a line was crossed has one name, whatever the vendor calls it.
fn direct(kept: &mut Map<String, Value>) {
    let name = ["Action", "Direction"].iter().find(|name| kept.contains_key(**name));
    if let Some(Value::String(way)) = name.and_then(|name| kept.remove(*name)) {
        kept.insert("direction".to_owned(), way.to_lowercase().into());
    }
}

fn insert_data(change: &mut Change, name: &str, value: Value) {
    let data = change.data.entry("data").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(data) = data {
        data.insert(name.to_owned(), value);
    }
}

/// A whole number without its point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}
