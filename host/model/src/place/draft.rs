//! A place as somebody types it: texts by column, before any rule has been asked.

use crate::place::Place;

/// A column of a table of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The code, 12 digits.
    Code,
    /// The first day of the period.
    From,
    /// The first day after it.
    To,
    /// The official name.
    Name,
    /// The name in pinyin.
    Pinyin,
    /// The name in English.
    En,
    /// Whether it governs or is only counted by.
    Kind,
    /// Its code after the period.
    Successor,
}

impl Column {
    /// All of them, in the order of a table.
    pub const ALL: [Self; 8] =
        [Self::Code, Self::Name, Self::Pinyin, Self::En, Self::Kind, Self::From, Self::To, Self::Successor];

    /// Its name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::From => "from",
            Self::To => "to",
            Self::Name => "name",
            Self::Pinyin => "pinyin",
            Self::En => "en",
            Self::Kind => "kind",
            Self::Successor => "successor",
        }
    }

    /// Its name in a Chinese table.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Code => "区划代码",
            Self::From => "起始日期",
            Self::To => "终止日期",
            Self::Name => "名称",
            Self::Pinyin => "拼音",
            Self::En => "英文名",
            Self::Kind => "性质",
            Self::Successor => "后继代码",
        }
    }

    /// The column of a name, in English or Chinese.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| [column.name(), column.zh()].contains(&name))
    }
}

/// A place as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft([String; Column::ALL.len()]);

impl Draft {
    /// What stands in a column, without spaces around it.
    pub fn get(&self, column: Column) -> &str {
        self.0[column as usize].trim()
    }

    /// Writes into a column.
    pub fn set(&mut self, column: Column, text: impl Into<String>) {
        self.0[column as usize] = text.into();
    }
}

impl From<&Place> for Draft {
    fn from(place: &Place) -> Self {
        let day = |day: Option<crate::day::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let mut draft = Self::default();
        draft.set(Column::Code, place.code.as_str());
        draft.set(Column::From, day(place.from));
        draft.set(Column::To, day(place.to));
        draft.set(Column::Name, &place.names.zh);
        draft.set(Column::Pinyin, &place.names.pinyin);
        draft.set(Column::En, &place.names.en);
        draft.set(Column::Kind, place.kind.word());
        draft.set(Column::Successor, place.successor.as_ref().map_or("", |code| code.as_str()));
        draft
    }
}
