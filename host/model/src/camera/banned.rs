//! Places where nobody may install a camera (Order 799, article 8), as far as a name says that it is one.

/// Words of such places with what they are in English.
const WORDS: [(&str, &str); 28] = [
    ("客房", "a guest room"),
    ("包间", "a private room"),
    ("包厢", "a private room"),
    ("包房", "a private room"),
    ("宿舍", "a dormitory"),
    ("寝室", "a dormitory"),
    ("休息室", "a rest room of staff"),
    ("值班休息", "a rest room of staff"),
    ("浴室", "a bathroom"),
    ("澡堂", "a bathroom"),
    ("淋浴", "a bathroom"),
    ("卫生间", "a toilet"),
    ("洗手间", "a toilet"),
    ("厕所", "a toilet"),
    ("公厕", "a toilet"),
    ("更衣", "a changing room"),
    ("哺乳室", "a nursing room"),
    ("母婴室", "a nursing room"),
    ("试衣", "a fitting room"),
    ("guest room", "a guest room"),
    ("private room", "a private room"),
    ("dormitory", "a dormitory"),
    ("bathroom", "a bathroom"),
    ("shower", "a bathroom"),
    ("toilet", "a toilet"),
    ("changing room", "a changing room"),
    ("nursing room", "a nursing room"),
    ("fitting room", "a fitting room"),
];

/// What says that the camera stands before such a place: in Chinese behind its word.
const OUTSIDE_ZH: [&str; 13] =
    ["外", "门口", "入口", "出口", "走廊", "通道", "周边", "附近", "路口", "旁", "大厅", "院内", "对面"];

/// The same in English, anywhere.
const OUTSIDE_EN: [&str; 7] = ["outside", "entrance", "exit", "corridor", "near", "gate", "opposite"];

/// The banned place that a name speaks of: its word, and what that is in English.
///
/// A name that says the camera stands outside of it passes: `公厕门口` watches a street.
pub fn banned(name: &str) -> Option<(&'static str, &'static str)> {
    let name = name.to_ascii_lowercase();
    if OUTSIDE_EN.iter().any(|word| name.contains(word)) {
        return None;
    }
    WORDS.into_iter().find(|(word, _)| {
        let behind = name.rsplit_once(word).map(|(_, behind)| behind);
        behind.is_some_and(|behind| !OUTSIDE_ZH.iter().any(|outside| behind.contains(outside)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_banned_place_is_known_and_one_before_it_passes() {
        for name in
            ["公共卫生间", "3号楼女浴室", "职工宿舍201", "试衣间", "KTV 包厢3", "Toilet 2", "母婴室", "门口更衣室"]
        {
            assert!(banned(name).is_some(), "{name}");
        }
        for name in ["公厕门口", "宿舍楼外", "1号大棚", "村委会广场", "outside toilet 2", "浴室旁道路", "卫生院大厅"]
        {
            assert_eq!(banned(name), None, "{name}");
        }
    }
}
