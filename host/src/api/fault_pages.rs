//! A page for each fault code, built into the program: Chinese first, then English.
//!
//! The first line of a page is its title in both languages; answers, console and `explain` take it from here.

use xl_model::fault::Code;

use crate::api::language::Language;

/// What a fault means and what to do.
#[derive(Debug)]
pub struct FaultPage {
    /// The stable code.
    pub code: Code,
    /// The whole page as Markdown, both languages.
    pub text: &'static str,
}

impl FaultPage {
    /// What happened, in one line.
    pub fn title(&self, language: Language) -> &'static str {
        let titles = self.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        // `XL0203 中文 / English`: a test checks each page.
        let titles = titles.split_once(' ').map_or(titles, |(_, titles)| titles);
        let (zh, en) = titles.split_once(" / ").unwrap_or((titles, titles));
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// The page in one language, without its title, as Markdown.
    pub fn section(&self, language: Language) -> &'static str {
        let (zh, en) = self.text.split_once("\n## English\n").unwrap_or((self.text, self.text));
        match language {
            Language::Chinese => zh.split_once("\n## 中文\n").map_or(zh, |(_, section)| section).trim(),
            Language::English => en.trim(),
        }
    }
}

/// The page of a code.
pub fn of(code: Code) -> Option<&'static FaultPage> {
    all().iter().find(|page| page.code == code)
}

/// The page of a code as Markdown, for the command line.
pub fn page(code: Code) -> Option<&'static str> {
    of(code).map(|page| page.text)
}

/// All pages, by code.
pub fn all() -> &'static [FaultPage] {
    PAGES
}

macro_rules! pages {
    ($($code:literal $digits:literal),* $(,)?) => {
        &[$(FaultPage {
            code: Code($code),
            text: include_str!(concat!("../../errors/XL", $digits, ".md")),
        }),*]
    };
}

#[rustfmt::skip]
const PAGES: &[FaultPage] = pages![
    101 "0101", 102 "0102", 104 "0104", 105 "0105", 106 "0106", 107 "0107", 108 "0108",
    201 "0201", 202 "0202", 203 "0203", 204 "0204", 205 "0205", 206 "0206", 207 "0207", 208 "0208", 209 "0209",
    210 "0210", 211 "0211", 212 "0212", 213 "0213", 214 "0214", 215 "0215", 216 "0216", 217 "0217", 221 "0221",
    222 "0222", 223 "0223", 231 "0231", 232 "0232", 233 "0233", 234 "0234", 235 "0235", 236 "0236", 241 "0241",
    242 "0242", 243 "0243", 251 "0251", 252 "0252", 253 "0253",
    301 "0301", 302 "0302", 303 "0303", 304 "0304", 305 "0305", 306 "0306", 307 "0307", 308 "0308", 309 "0309",
    310 "0310", 311 "0311", 312 "0312", 313 "0313", 314 "0314", 315 "0315", 316 "0316", 317 "0317", 318 "0318", 319 "0319",
    320 "0320", 321 "0321", 322 "0322", 323 "0323",
    401 "0401", 402 "0402", 403 "0403", 404 "0404", 405 "0405", 406 "0406", 407 "0407", 408 "0408", 409 "0409",
    421 "0421", 422 "0422", 423 "0423", 424 "0424", 425 "0425", 426 "0426", 427 "0427", 428 "0428", 429 "0429",
    430 "0430", 431 "0431", 432 "0432", 433 "0433", 434 "0434", 435 "0435", 436 "0436", 437 "0437", 438 "0438",
    439 "0439", 440 "0440", 441 "0441",
    501 "0501", 502 "0502", 503 "0503", 504 "0504", 505 "0505", 506 "0506", 507 "0507", 508 "0508",
    601 "0601", 602 "0602", 603 "0603", 604 "0604", 605 "0605", 606 "0606", 607 "0607", 608 "0608", 609 "0609",
    610 "0610", 611 "0611", 612 "0612", 613 "0613", 614 "0614", 615 "0615", 620 "0620", 621 "0621", 622 "0622",
    623 "0623", 624 "0624", 625 "0625", 626 "0626", 627 "0627", 628 "0628", 629 "0629", 630 "0630",
    631 "0631", 632 "0632", 633 "0633", 634 "0634", 635 "0635",
    701 "0701", 702 "0702", 703 "0703", 704 "0704", 705 "0705", 706 "0706", 707 "0707", 708 "0708", 709 "0709",
    710 "0710", 711 "0711", 712 "0712", 731 "0731", 741 "0741",
    801 "0801", 802 "0802",
    901 "0901", 902 "0902", 903 "0903", 904 "0904", 905 "0905", 906 "0906", 907 "0907", 908 "0908", 909 "0909", 910 "0910",
    911 "0911", 912 "0912", 913 "0913", 914 "0914", 915 "0915", 920 "0920", 921 "0921", 922 "0922", 923 "0923",
    924 "0924", 925 "0925", 926 "0926", 927 "0927",
    941 "0941", 942 "0942", 943 "0943", 944 "0944", 945 "0945", 946 "0946", 947 "0947", 948 "0948",
    971 "0971", 972 "0972", 973 "0973", 981 "0981", 982 "0982", 983 "0983", 984 "0984", 985 "0985", 986 "0986",
    991 "0991", 992 "0992", 993 "0993", 994 "0994", 995 "0995", 996 "0996", 997 "0997", 998 "0998", 999 "0999",
    1001 "1001", 1002 "1002", 1003 "1003", 1004 "1004", 1005 "1005", 1006 "1006", 1007 "1007",
    1051 "1051", 1052 "1052", 1053 "1053", 1054 "1054", 1055 "1055", 1056 "1056",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn rust_files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    // What the sources name: `XL0203` in a doc comment, `Code(203)` in code.
    fn named_codes() -> BTreeSet<u16> {
        let host = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in ["src", "model/src", "store/src", "bridge/src", "media/src", "runtime/src"] {
            rust_files(&host.join(folder), &mut files);
        }
        let mut codes = BTreeSet::new();
        for file in files.iter().filter(|file| !file.ends_with("api/fault_pages.rs") && !file.ends_with("tests.rs")) {
            let text = std::fs::read_to_string(file).unwrap();
            for (mark, digits) in [("XL", 4), ("Code(", 3), ("Code(", 4)] {
                for (at, _) in text.match_indices(mark) {
                    let rest = &text.as_bytes()[at + mark.len()..];
                    let number: String =
                        rest.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
                    if number.len() == digits {
                        codes.insert(number.parse().unwrap());
                    }
                }
            }
        }
        codes
    }

    #[test]
    fn each_code_has_a_page_and_each_page_a_code() {
        let pages: BTreeSet<u16> = all().iter().map(|page| page.code.0).collect();
        let named = named_codes();
        let (without_page, without_code): (Vec<_>, Vec<_>) =
            (named.difference(&pages).collect(), pages.difference(&named).collect());
        assert!(
            without_page.is_empty() && without_code.is_empty(),
            "no page: {without_page:?}, no code: {without_code:?}"
        );
        assert_eq!(pages.len(), all().len(), "a code twice");
    }

    #[test]
    fn each_page_is_whole_in_both_languages() {
        for page in all() {
            let heading = format!("# {} ", page.code);
            assert!(page.text.starts_with(&heading), "{}: heading", page.code);
            let (zh, en) = (page.title(Language::Chinese), page.title(Language::English));
            assert!(zh != en && !zh.is_ascii() && en.is_ascii(), "{}: {zh} / {en}", page.code);
            for (language, parts) in [
                (Language::Chinese, ["含义", "常见原因", "怎么办", "找谁"]),
                (Language::English, ["Meaning", "Usual causes", "What to do", "Whom to ask"]),
            ] {
                let section = page.section(language);
                for part in parts {
                    assert!(section.contains(&format!("### {part}")), "{}: {part}", page.code);
                }
                assert!(section.contains("\n- [ ] "), "{}: a checklist", page.code);
            }
        }
    }
}
