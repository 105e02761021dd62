//! Tables as spreadsheets write them.

use super::*;

const TEXT: &str = "township,camera,name\n371122102,gh-1,1号大棚\n";

fn cell(bytes: &[u8], field: Field) -> String {
    let table = read(bytes).unwrap();
    assert_eq!(table.faults, []);
    table.lines[0].cells.as_ref().unwrap()[&Column::Field(field)].clone()
}

#[test]
fn a_table_is_read_in_every_encoding_that_excel_writes() {
    let marked = [b"\xef\xbb\xbf".as_slice(), TEXT.as_bytes()].concat();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(TEXT);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [TEXT.as_bytes(), &marked, &gb18030, &utf16] {
        assert_eq!(cell(bytes, Field::Name), "1号大棚");
        assert_eq!(cell(bytes, Field::Township), "371122102");
    }
    // Only GB18030 has it, in four bytes.
    let rare = TEXT.replace('号', "𠮷");
    assert_eq!(cell(&encoding_rs::GB18030.encode(&rare).0, Field::Name), "1𠮷大棚");
}

#[test]
fn bytes_of_no_encoding_are_refused() {
    for bytes in
        [&b"township,camera\n\xff\xff,x"[..], b"\xef\xbb\xbftownship\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff"]
    {
        assert_eq!(read(bytes).unwrap_err(), SheetError::Encoding);
    }
    for bytes in [&b""[..], b"\n\n", b"\xef\xbb\xbf"] {
        assert_eq!(read(bytes).unwrap_err(), SheetError::Empty { needed: &["township", "camera"] }, "{bytes:?}");
    }
}

#[test]
fn chinese_columns_tabs_and_semicolons_are_understood() {
    for text in [
        "乡镇代码,摄像机编号,名称\n371122102,gh-1,棚\n",
        "乡镇代码\t摄像机编号\t名称\r\n371122102\tgh-1\t棚\r\n",
        "Township ; CAMERA;name\n371122102;gh-1;棚\n",
    ] {
        assert_eq!(cell(text.as_bytes(), Field::Name), "棚", "{text}");
    }
}

#[test]
fn every_fault_of_the_first_line_is_told() {
    let table = read("camera,colour,camera,password\nx,y,z,w\n".as_bytes()).unwrap();
    assert_eq!(
        table.faults,
        [
            ("colour".to_owned(), SheetWrong::UnknownColumn),
            ("camera".to_owned(), SheetWrong::RepeatedColumn),
            ("township".to_owned(), SheetWrong::MissingColumn),
        ]
    );
    assert!(table.lines.is_empty());
}

#[test]
fn a_table_without_names_says_nothing_of_its_first_line_again() {
    let table = read("371122102,gh-1,s3cret\n".as_bytes()).unwrap();
    let missing = |name: &str| (name.to_owned(), SheetWrong::MissingColumn);
    assert_eq!(table.faults, [missing("township"), missing("camera")]);
}

#[test]
fn a_line_knows_where_it_begins_and_what_it_lacks() {
    let text = "township,camera,notes\n371122102,a,\"two\nlines\"\n,,\n371122102,b\n371122102,c,d,e\n";
    let table = read(text.as_bytes()).unwrap();
    let numbers: Vec<u64> = table.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [2, 5, 6]);
    let wrong = |index: usize| table.lines[index].cells.as_ref().unwrap_err().clone();
    assert_eq!(wrong(1), SheetWrong::Cells { expected: 3, found: 2 });
    assert_eq!(wrong(2), SheetWrong::Cells { expected: 3, found: 4 });
}

#[test]
fn no_cell_runs_in_a_spreadsheet_and_each_reads_back() {
    for text in ["=1+1", "+86", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''", "＝1", "plain", "'plain", "", "a=b"] {
        let written = sheet::harmless(text);
        assert!(!written.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{written}");
        assert_eq!(sheet::Column::cell(Column::Field(Field::Name), &written), text);
    }
    assert_eq!(sheet::Column::cell(Column::Password, "'=x"), "'=x");
}

#[test]
fn a_table_beyond_the_limits_is_refused() {
    let long = format!("township,camera\n{}", "1,a\n".repeat(50_001));
    assert_eq!(read(long.as_bytes()).unwrap_err(), SheetError::Rows { most: MAX_ROWS });
    let large = vec![b'x'; MAX_BYTES + 1];
    assert_eq!(read(&large).unwrap_err(), SheetError::Bytes { bytes: MAX_BYTES + 1, most: MAX_BYTES });
}

#[test]
fn every_fault_of_a_line_says_what_to_do_in_both_languages() {
    for wrong in [
        RowWrong::Field(Wrong::Missing),
        RowWrong::Sheet(SheetWrong::UnknownColumn),
        RowWrong::Sheet(SheetWrong::MissingColumn),
        RowWrong::Sheet(SheetWrong::RepeatedColumn),
        RowWrong::Sheet(SheetWrong::Cells { expected: 3, found: 2 }),
        RowWrong::Password,
    ] {
        let chinese = wrong.zh().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(chinese && wrong.en().is_ascii() && wrong.en().len() > 15, "{wrong:?}");
    }
}
