//! Looks for what must never stand in a public notice or in a free text: numbers of persons, and words about health.
//!
//! It judges by shape alone: a run of 18 digits is taken for an id number whether or not its check digit fits, since a
//! number with a slip of the pen still leads to a person.

use serde::Deserialize;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leak {
    /// Looks like a resident id number: 15 or 18 digits.
    IdNumber,
    /// Looks like a bank card or account: 13 digits and more.
    BankCard,
    /// Looks like a telephone number: 11 digits that begin with 1, or a fixed line.
    Phone,
    /// Says something about health.
    Health,
}

/// Words about health, the longer ones by their stem. A new one costs nothing, a missing one a person's dignity.
const HEALTH: &[&str] = &[
    "病",
    "癌",
    "瘤",
    "残疾",
    "伤残",
    "瘫",
    "手术",
    "住院",
    "化疗",
    "透析",
    "精神障碍",
    "抑郁",
    "失明",
    "失聪",
    "聋",
    "哑",
    "艾滋",
    "HIV",
    "肝炎",
    "结核",
    "糖尿",
    "高血压",
    "尿毒",
    "中风",
    "怀孕",
    "流产",
    "智力低下",
    "痴呆",
    "白血",
    "CANCER",
    "TUMOUR",
    "TUMOR",
    "DISEASE",
    "DISABLED",
    "DISABILITY",
    "SURGERY",
    "DIABET",
    "DEPRESSION",
    "DIALYSIS",
    "PREGNAN",
    "ILLNESS",
];

/// What a text gives away; nothing twice.
pub fn leaks(text: &str) -> Vec<Leak> {
    let plain = plain(text);
    let mut found = in_runs(&plain);
    // Once more with Chinese numerals as digits: 李四 before a number must not hide it, so not in one go.
    found.extend(in_runs(&plain.chars().map(numeral).collect::<String>()));
    if HEALTH.iter().any(|word| plain.contains(word)) {
        found.push(Leak::Health);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What a free text of the module must not hold: numbers of persons have sealed fields, or no place at all.
pub fn numbers_of_persons(text: &str) -> Vec<Leak> {
    leaks(text).into_iter().filter(|leak| *leak != Leak::Health).collect()
}

/// Upper case, with full-width characters as plain ones.
fn plain(text: &str) -> String {
    let one = |character: char| match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    };
    text.chars().map(one).flat_map(char::to_uppercase).collect()
}

/// A Chinese numeral as a digit, as telephone numbers are read out.
fn numeral(character: char) -> char {
    match character {
        '〇' | '零' => '0',
        '一' | '幺' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        other => other,
    }
}

/// Digits that stand together are a piece; pieces with one or two blanks, points or dashes between them are a run, and
/// every row of neighbours in a run is judged: a number may be written in groups, and another one may stand before it.
fn in_runs(plain: &str) -> Vec<Leak> {
    let mut found = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let mut gap = 0;
    for character in plain.chars() {
        match character {
            digit if digit.is_ascii_digit() => match run.last_mut() {
                Some(piece) if gap == 0 => piece.push(digit),
                _ => run.push(digit.to_string()),
            },
            'X' if gap == 0 && run.last().is_some_and(|piece| piece.len() <= 17) => {
                if let Some(piece) = run.last_mut() {
                    piece.push('X');
                }
            }
            ' ' | '-' | '.' | '·' | '_' | '\u{3000}' | '(' | ')' | '—' if !run.is_empty() && gap < 2 => {
                gap += 1;
                continue;
            }
            _ => found.extend(rows(&std::mem::take(&mut run))),
        }
        gap = 0;
    }
    found.extend(rows(&run));
    found
}

/// Longest number that is looked for, in digits.
const LONGEST: usize = 23;

fn rows(run: &[String]) -> Vec<Leak> {
    // Where all of it makes one number, its parts are not taken for others.
    if let Some(leak) = of_number(&run.concat(), run.first().map_or(0, String::len)) {
        return vec![leak];
    }
    let mut found = Vec::new();
    for start in 0..run.len() {
        let mut row = String::new();
        for piece in run.iter().skip(start) {
            row.push_str(piece);
            if row.len() > LONGEST && row.len() > piece.len() {
                break;
            }
            found.extend(of_number(&row, run.get(start).map_or(0, String::len)));
        }
    }
    found
}

/// What a number looks like; `first` is the length of its first piece.
fn of_number(row: &str, first: usize) -> Option<Leak> {
    let mobile = |text: &str| text.len() == 11 && text.starts_with('1') && !text.starts_with("10");
    let whole = first == row.len();
    // An `X` stands at the end of an id number only.
    if row.contains('X') {
        return (row.len() == 18 && row.ends_with('X')).then_some(Leak::IdNumber);
    }
    match row.len() {
        15 | 18 => Some(Leak::IdNumber),
        13 if row.strip_prefix("86").is_some_and(mobile) => Some(Leak::Phone),
        // Rural credit unions have accounts of 13 digits and more; 12 have the codes of villages.
        13 | 14 | 16 | 17 | 19.. => Some(Leak::BankCard),
        11 if mobile(row) => Some(Leak::Phone),
        // Area code and number of a fixed line, which a day's parts are not.
        10..=12 if row.starts_with('0') && (whole || matches!(first, 3 | 4)) => Some(Leak::Phone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for (text, leak) in [
            ("身份证371122199001011230", Leak::IdNumber),
            ("37112219900101123x", Leak::IdNumber),
            ("371122 19900101 1230", Leak::IdNumber),
            ("３７１１２２１９９００１０１１２３０", Leak::IdNumber),
            ("371122900101123", Leak::IdNumber),
            ("电话 138-0000-1234", Leak::Phone),
            ("+86 13800001234", Leak::Phone),
            ("一三八零零零零一二三四", Leak::Phone),
            ("0633-6222222", Leak::Phone),
            ("找李四 13800001234", Leak::Phone),
            ("3 人 2 间 13800001234", Leak::Phone),
            ("卡号6222 0200 0000 0000 000", Leak::BankCard),
            ("6222020000000000", Leak::BankCard),
            ("信用社 90210 0001 2345", Leak::BankCard),
        ] {
            assert_eq!(leaks(text), [leak], "{text}");
        }
    }

    #[test]
    fn words_about_health_are_found_in_both_languages() {
        for text in ["因病致贫", "肢体残疾二级", "正在化疗", "Cancer treatment", "he is disabled"] {
            assert_eq!(leaks(text), [Leak::Health], "{text}");
        }
        assert_eq!(numbers_of_persons("因病"), []);
    }

    #[test]
    fn an_ordinary_notice_is_clean() {
        for text in [
            "王小明，4 人，边缘易致贫户",
            "公示期 2026-11-01 至 2026-11-06",
            "h000123 · 371122102001",
            "2026 年收入",
            "26/30",
        ] {
            assert_eq!(leaks(text), [], "{text}");
        }
    }
}
