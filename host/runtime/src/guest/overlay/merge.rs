//! One answer out of two orders: the committed records and the run's own.
//!
//! Pure: [`crate::host`] fetches a page of the store, hands it over, and fetches the next while there is room.

use std::iter::Peekable;
use std::vec::IntoIter;

use xl_model::record::Record;
use xl_model::record::RecordPage;

use super::cursor::Cursor;
use super::cursor::Position;

/// An answer in the making.
pub(crate) struct Merge {
    own: Peekable<IntoIter<(Position, String)>>,
    descending: bool,
    limit: usize,
    /// Where the last page began and what was given out last.
    cursor: Cursor,
    records: Vec<Record>,
}

/// What to do after a page of the store was merged.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Ask the store for the page behind this token.
    Next(String),
    /// This is the answer.
    Done(RecordPage),
}

impl Merge {
    /// Goes on from `cursor` with the run's `own` matching records.
    pub(crate) fn new(cursor: Cursor, own: Vec<(Position, String)>, descending: bool, limit: u32) -> Self {
        let mut own = own.into_iter().peekable();
        if let Some(last) = &cursor.last {
            while own.next_if(|(place, _)| !last.precedes(place, descending)).is_some() {}
        }
        Self { own, descending, limit: limit as usize, cursor, records: Vec::new() }
    }

    /// Merges the page that begins at the cursor; a record without a place of its own keeps the store's order.
    pub(crate) fn page(&mut self, rows: Vec<(Option<Position>, Record)>, next: Option<String>) -> Step {
        for (place, record) in rows {
            let Some(place) = place else {
                self.records.push(record);
                continue;
            };
            if self.cursor.last.as_ref().is_some_and(|last| !last.precedes(&place, self.descending)) {
                continue; // Given out already.
            }
            while self.records.len() < self.limit && self.take_own_before(Some(&place)) {}
            if self.records.len() >= self.limit {
                return self.finish(true);
            }
            self.give(place, record);
        }
        match next {
            Some(next) => {
                self.cursor.store = Some(next.clone());
                self.cursor.inside = false;
                if self.records.len() < self.limit { Step::Next(next) } else { self.finish(false) }
            }
            None => {
                while self.records.len() < self.limit && self.take_own_before(None) {}
                let more = self.own.peek().is_some();
                if more { self.finish(true) } else { self.end() }
            }
        }
    }

    fn take_own_before(&mut self, place: Option<&Position>) -> bool {
        let descending = self.descending;
        match self.own.next_if(|(own, _)| place.is_none_or(|place| own.precedes(place, descending))) {
            Some((own, document)) => {
                let record = Record { key: own.key.clone(), document };
                self.give(own, record);
                true
            }
            None => false,
        }
    }

    fn give(&mut self, place: Position, record: Record) {
        self.cursor.last = Some(place);
        self.records.push(record);
    }

    fn finish(&mut self, inside: bool) -> Step {
        self.cursor.inside = inside;
        let next = Some(self.cursor.token());
        Step::Done(RecordPage { records: std::mem::take(&mut self.records), next })
    }

    fn end(&mut self) -> Step {
        Step::Done(RecordPage { records: std::mem::take(&mut self.records), next: None })
    }
}

#[cfg(test)]
mod tests {
    use xl_model::effect::IndexValue;

    use super::*;

    fn place(value: i64, key: &str) -> Position {
        Position { value: IndexValue::Integer(value), key: key.to_owned() }
    }

    fn record(key: &str) -> Record {
        Record { key: key.to_owned(), document: "{}".to_owned() }
    }

    /// A store whose token is the number of records before the page.
    fn stored(
        all: &[Position],
        after: Option<&str>,
        limit: usize,
    ) -> (Vec<(Option<Position>, Record)>, Option<String>) {
        let start: usize = after.map_or(0, |token| token.parse().unwrap());
        let end = all.len().min(start + limit);
        let rows = all[start..end].iter().map(|place| (Some(place.clone()), record(&place.key))).collect();
        (rows, (end < all.len()).then(|| end.to_string()))
    }

    /// All pages of an answer, each asked for with the token of the one before, as a guest would.
    fn listed(all: &[Position], own: &[Position], descending: bool, limit: u32) -> Vec<String> {
        let (mut keys, mut token) = (Vec::new(), None);
        loop {
            let cursor = Cursor::read(token.as_deref()).unwrap();
            let mut after = cursor.store.clone();
            let own = own.iter().map(|place| (place.clone(), "{}".to_owned())).collect();
            let mut merge = Merge::new(cursor, own, descending, limit);
            let page = loop {
                let (rows, next) = stored(all, after.as_deref(), limit as usize);
                match merge.page(rows, next) {
                    Step::Next(token) => after = Some(token),
                    Step::Done(page) => break page,
                }
            };
            assert!(page.records.len() <= limit as usize);
            keys.extend(page.records.into_iter().map(|record| record.key));
            token = page.next;
            if token.is_none() {
                return keys;
            }
        }
    }

    #[test]
    fn every_record_comes_once_and_in_order_however_the_pages_fall() {
        for seed in 0..200_u64 {
            let draw = |n: u64| (seed + 1).wrapping_mul(n + 1).wrapping_mul(6_364_136_223_846_793_005) >> 40;
            let places = |salt: u64, count: u64| -> Vec<Position> {
                (0..count).map(|n| place((draw(salt + n) % 7) as i64, &format!("{salt}-{n:02}"))).collect()
            };
            let (mut all, mut own) = (places(100, seed % 13), places(500, seed % 7));
            let descending = seed % 2 == 1;
            all.sort();
            own.sort();
            if descending {
                all.reverse();
                own.reverse();
            }
            let mut both = [all.clone(), own.clone()].concat();
            both.sort();
            if descending {
                both.reverse();
            }
            let expected: Vec<_> = both.into_iter().map(|place| place.key).collect();
            for limit in [1, 2, 3, 5, 200] {
                assert_eq!(listed(&all, &own, descending, limit), expected, "seed {seed}, limit {limit}");
            }
        }
    }
}
