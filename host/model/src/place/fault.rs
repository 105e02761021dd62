//! What can be wrong with a place, in both languages, each with what to do.

use crate::day::Day;
use crate::place::code::PlaceCode;
use crate::place::draft::Column;

/// A column that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFault {
    /// Which.
    pub column: Column,
    /// What is wrong with it.
    pub wrong: PlaceWrong,
}

/// What is wrong with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceWrong {
    /// Nothing stands there.
    Missing,
    /// Longer than so many characters.
    TooLong(usize),
    /// A control character.
    Control,
    /// Not the code of a place.
    Code,
    /// A spreadsheet turned the code into `3.7E+11`: its last digits are lost.
    Spoiled,
    /// Not a day.
    Day,
    /// None of the kinds.
    Kind,
    /// The end is not after the beginning.
    Order,
    /// A successor without an end.
    WithoutEnd,
    /// A successor of another tier.
    Tier,
    /// A successor that nobody knows.
    UnknownSuccessor,
    /// Its successors lead back to it.
    Circle,
    /// The place that it is a part of is not known.
    NoParent(PlaceCode),
    /// Another period of the code meets this one.
    Overlaps(Option<Day>),
    /// The same code and first day stand in an earlier line.
    Repeated(u64),
}

impl PlaceWrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Missing => "is missing: fill it in".to_owned(),
            Self::TooLong(most) => format!("is too long: at most {most} characters"),
            Self::Control => "holds a line break or another control character: remove it".to_owned(),
            Self::Code => "must be a division code of 12 digits (2, 4, 6 or 9 stand for the higher tiers)".to_owned(),
            Self::Spoiled => {
                "was rounded by a spreadsheet (3.7E+11): format the column as text and enter it again".to_owned()
            }
            Self::Day => "must be a day such as 2026-03-05, or empty".to_owned(),
            Self::Kind => "must be one of: administrative, statistical".to_owned(),
            Self::Order => "must be later than `from`: it is the first day on which the place is not valid".to_owned(),
            Self::WithoutEnd => "stands at a place that lasts: give `to`, or clear the successor".to_owned(),
            Self::Tier => "is of another tier than the code: a town follows a town, a village a village".to_owned(),
            Self::UnknownSuccessor => "is no known place: put its line into the same table".to_owned(),
            Self::Circle => "leads back to the place itself: correct one of the successors".to_owned(),
            Self::NoParent(code) => format!("belongs to {code}, which is not known: put its line into the same table"),
            Self::Overlaps(from) => {
                let from = from.map_or_else(|| "no day".to_owned(), |day| day.to_string());
                format!("meets the period of the same code from {from}: end that one first, in the same table")
            }
            Self::Repeated(line) => format!("is the same code and first day as in line {line}: keep one of the two"),
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Missing => "缺失：请填写".to_owned(),
            Self::TooLong(most) => format!("过长：最多 {most} 个字符"),
            Self::Control => "含换行或其他控制字符：请删除".to_owned(),
            Self::Code => "须为 12 位区划代码（上级可写 2、4、6 或 9 位）".to_owned(),
            Self::Spoiled => "被表格软件改成科学计数（3.7E+11），末位已丢失：请把该列设为文本后重新录入".to_owned(),
            Self::Day => "须为日期，例如 2026-03-05，或留空".to_owned(),
            Self::Kind => "须为以下之一：行政、统计（administrative, statistical）".to_owned(),
            Self::Order => "须晚于起始日期：它是该区划不再有效的第一天".to_owned(),
            Self::WithoutEnd => "该区划仍然有效：请填写终止日期，或清空后继代码".to_owned(),
            Self::Tier => "与该代码层级不同：镇街的后继是镇街，村的后继是村".to_owned(),
            Self::UnknownSuccessor => "是未知区划：请把它也写入本表".to_owned(),
            Self::Circle => "后继关系绕回自身：请更正其中一个后继代码".to_owned(),
            Self::NoParent(code) => format!("上级 {code} 未知：请把上级也写入本表"),
            Self::Overlaps(from) => {
                let from = from.map_or_else(|| "未注明之日".to_owned(), |day| day.to_string());
                format!("与同一代码自 {from} 起的时段重叠：请先在本表中写明前一时段的终止日期")
            }
            Self::Repeated(line) => format!("与第 {line} 行代码和起始日期相同：请只保留一行"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_says_what_to_do_in_both_languages() {
        for wrong in [
            PlaceWrong::Missing,
            PlaceWrong::TooLong(64),
            PlaceWrong::Control,
            PlaceWrong::Code,
            PlaceWrong::Spoiled,
            PlaceWrong::Day,
            PlaceWrong::Kind,
            PlaceWrong::Order,
            PlaceWrong::WithoutEnd,
            PlaceWrong::Tier,
            PlaceWrong::UnknownSuccessor,
            PlaceWrong::Circle,
            PlaceWrong::NoParent("371122102".parse().unwrap()),
            PlaceWrong::Overlaps(None),
            PlaceWrong::Overlaps(Some("2020-06-30".parse().unwrap())),
            PlaceWrong::Repeated(2),
        ] {
            let chinese = wrong.zh().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese && wrong.en().is_ascii() && wrong.en().len() > 15, "{wrong:?}");
        }
    }
}
