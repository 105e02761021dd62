//! Which codes of different sets mean the same matter: how a county changes its standard without losing what came before.

use crate::case::matter::Matter;

/// The codes of several sets, one matter a row; versioned as the codes are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crosswalk {
    /// Set and version of each column.
    columns: Vec<(String, String)>,
    /// A code a column; empty: that set has none known.
    rows: Vec<Vec<String>>,
}

impl Crosswalk {
    /// A crosswalk of these columns; a row that is shorter has nothing in the last ones.
    pub fn new(columns: Vec<(String, String)>, rows: Vec<Vec<String>>) -> Self {
        Self { columns, rows }
    }

    /// All matters that it names, with the number of the row, from 0 on.
    pub fn matters(&self) -> impl Iterator<Item = (usize, Matter)> {
        self.rows.iter().enumerate().flat_map(|(number, row)| self.of_row(row).map(move |matter| (number, matter)))
    }

    /// The matters of other sets that mean the same as this one, each once; several of one set: which of them, only a person
    /// can say.
    pub fn same_as(&self, matter: &Matter) -> Vec<Matter> {
        let mut same: Vec<Matter> = Vec::new();
        for row in self.rows.iter().filter(|row| self.names(row, matter)) {
            let others = self.of_row(row).filter(|other| other.set != matter.set);
            for other in others {
                if !same.contains(&other) {
                    same.push(other);
                }
            }
        }
        same
    }

    fn names(&self, row: &[String], matter: &Matter) -> bool {
        let mut cells = self.columns.iter().zip(row);
        cells.any(|((set, version), code)| {
            !code.is_empty() && *code == matter.code && *set == matter.set && *version == matter.version
        })
    }

    fn of_row<'a>(&'a self, row: &'a [String]) -> impl Iterator<Item = Matter> + 'a {
        let cells = self.columns.iter().zip(row).filter(|(_, code)| !code.is_empty());
        cells.map(|((set, version), code)| Matter { set: set.clone(), version: version.clone(), code: code.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter(set: &str, version: &str, code: &str) -> Matter {
        Matter { set: set.to_owned(), version: version.to_owned(), code: code.to_owned() }
    }

    #[test]
    fn a_code_means_what_stands_in_its_rows_and_only_in_its_own_version() {
        let columns = [("old", "2013"), ("new", "2026"), ("own", "1")].map(|(set, of)| (set.to_owned(), of.to_owned()));
        let rows = [["01", "0601", ""], ["02", "0602", "x"], ["02", "0603", "x"], ["", "0604", "y"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let crosswalk = Crosswalk::new(columns.to_vec(), rows.to_vec());
        assert_eq!(crosswalk.same_as(&matter("old", "2013", "01")), [matter("new", "2026", "0601")]);
        let two = [matter("new", "2026", "0602"), matter("own", "1", "x"), matter("new", "2026", "0603")];
        assert_eq!(crosswalk.same_as(&matter("old", "2013", "02")), two);
        assert_eq!(crosswalk.same_as(&matter("new", "2026", "0604")), [matter("own", "1", "y")]);
        for unknown in [matter("old", "2020", "01"), matter("old", "2013", "09"), matter("old", "2013", "")] {
            assert_eq!(crosswalk.same_as(&unknown), []);
        }
        assert_eq!(crosswalk.matters().count(), 10);
    }
}
