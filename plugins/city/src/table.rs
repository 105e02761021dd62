//! Tables as Excel writes them: lines of cells between commas, a cell with commas or line breaks in quotes.
//!
//! RFC 4180, with LF or CR LF, and a byte order mark that is passed over.

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it begins, counted from 1 as an editor counts.
    pub number: u32,
    /// Its cells, without the blanks around them.
    pub cells: Vec<String>,
}

/// A quote that never ends, and the line on which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed(pub u32);

/// The lines of `text` that hold anything.
///
/// # Errors
/// When a quoted cell does not end.
pub fn lines(text: &str) -> Result<Vec<Line>, Unclosed> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut lines = Vec::new();
    let mut here = Line { number: 1, cells: Vec::new() };
    let mut cell = String::new();
    let mut quoted: Option<u32> = None;
    let mut number = 1;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', Some(_)) => quoted = None,
            ('"', None) if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some(number);
            }
            (',', None) => end_cell(&mut here, &mut cell),
            ('\n', None) => {
                end_cell(&mut here, &mut cell);
                number += 1;
                let ended = std::mem::replace(&mut here, Line { number, cells: Vec::new() });
                lines.push(ended);
                continue;
            }
            _ => cell.push(letter),
        }
        if letter == '\n' {
            number += 1;
        }
    }
    if let Some(begun) = quoted {
        return Err(Unclosed(begun));
    }
    end_cell(&mut here, &mut cell);
    lines.push(here);
    lines.retain(|line| line.cells.iter().any(|cell| !cell.is_empty()));
    Ok(lines)
}

fn end_cell(line: &mut Line, cell: &mut String) {
    line.cells.push(cell.trim().to_owned());
    cell.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        lines(text).unwrap().into_iter().map(|line| (line.number, line.cells)).collect()
    }

    #[test]
    fn a_table_of_excel_reads_cell_by_cell() {
        let text = "\u{FEFF}id,area\r\nA, 一格 \r\n\r\nB,\"35.1,118.1;\n35.2,118.2\"\r\nC,\"say \"\"x\"\"\"";
        let expected = [
            (1, vec!["id", "area"]),
            (2, vec!["A", "一格"]),
            (4, vec!["B", "35.1,118.1;\n35.2,118.2"]),
            (6, vec!["C", "say \"x\""]),
        ];
        let expected: Vec<_> =
            expected.map(|(number, cells)| (number, cells.into_iter().map(str::to_owned).collect())).into();
        assert_eq!(cells(text), expected);
    }

    #[test]
    fn a_quote_that_does_not_end_is_named_by_its_line() {
        assert_eq!(lines("a,b\nc,\"d\ne"), Err(Unclosed(2)));
        assert_eq!(lines(""), Ok(Vec::new()));
    }
}
