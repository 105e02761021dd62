//! The register of cameras from the command line, at a running hub.

use std::fs;

use crate::children::command;
use crate::programs;
use crate::town::Town;

/// Runs `xueliang camera …` at the town's hub: whether it succeeded, and what it said.
fn camera(town: &Town, arguments: &[&str]) -> (bool, String) {
    let token = town.hub.token_file().to_owned();
    let mut command = command(programs::hub());
    let output = command.arg("camera").args(arguments).args(["--hub", &town.url(), "--token-file"]).arg(token).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_checked_taken_listed_and_written_by_commands() {
    let town = Town::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let good = "乡镇代码,摄像机编号,名称,安装位置代码,接入方式,主机,标识日期,密码\n\
        371122102,on-1,东门,371122102201,onvif,10.0.0.7,2026-11-01,canary-4711\n371122102,gh-1,大棚,371122102201,none,,,\n";
    fs::write(file("wrong.csv"), good.replace("10.0.0.7", "")).unwrap();
    fs::write(file("good.csv"), good).unwrap();

    let (done, said) = camera(&town, &["import", &file("wrong.csv")]);
    assert!(!done && said.contains("2: attachment.host") && !said.contains("canary"), "{said}");
    let (done, said) = camera(&town, &["import", &file("good.csv"), "--dry-run"]);
    assert!(done && said.contains("新增 · new 2"), "{said}");
    assert_eq!(town.get("cameras").await["total"], 0);
    let (done, said) = camera(&town, &["import", &file("good.csv")]);
    assert!(done && said.contains("已导入"), "{said}");
    assert_eq!(town.get("cameras/371122102/on-1").await["has_credentials"], true);

    let (done, said) = camera(&town, &["list", "--attachment", "onvif"]);
    assert!(done && said.starts_with("371122102/on-1\t371122102201\tpublic-security\tonvif\t东门\n"), "{said}");
    let (done, said) = camera(&town, &["export", "--out", &file("out.csv")]);
    assert!(done, "{said}");
    let table = fs::read_to_string(file("out.csv")).unwrap();
    assert!(table.contains("on-1,东门") && !table.contains("canary"), "{table}");
    let (done, said) = camera(&town, &["import", &file("out.csv")]);
    assert!(done && said.contains("未变 · unchanged 2"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_registered_given_a_password_from_a_file_and_removed_by_commands() {
    let town = Town::start().await;
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, "s3cret\n").unwrap();
    let password = password.to_str().unwrap();
    let place = ["--name", "东门", "--place", "371122102201", "--signage-date", "2026-11-01"];
    let onvif = ["--attachment", "onvif", "--host", "10.0.0.7", "--password-file", password];
    let (done, said) = camera(&town, &[&["add", "371122102/on-1"][..], &place, &onvif].concat());
    assert!(done && said.contains("待确认"), "{said}");
    assert_eq!(town.get("cameras/371122102/on-1").await["has_credentials"], true);
    let (done, said) = camera(&town, &[&["add", "371122102/on-2"][..], &place, &["--class", "C9"]].concat());
    assert!(!done && said.contains("XL0231") && said.contains("class: must be one of"), "{said}");
    let (done, said) = camera(&town, &["remove", "371122102/on-1"]);
    assert!(done, "{said}");
    let (done, said) = camera(&town, &["remove", "371122102/on-1"]);
    assert!(!done && said.contains("XL0307"), "{said}");
}
