//! Every rule, and that all faults are told at once.

use super::*;

/// What is typed, which field is wrong, and why.
type Case<'a> = (&'a [(Field, &'a str)], Field, Wrong);

fn draft(fields: &[(Field, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (field, text) in [
        (Field::Township, "371122102"),
        (Field::Camera, "gh-1"),
        (Field::Name, "1号大棚"),
        (Field::Place, "371122102201"),
    ] {
        draft.set(field, text);
    }
    for (field, text) in fields {
        draft.set(*field, *text);
    }
    draft
}

fn faults(fields: &[(Field, &str)]) -> Vec<(Field, Wrong)> {
    let faults = camera(&draft(fields)).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.field, fault.wrong)).collect()
}

#[test]
fn four_fields_make_a_camera_of_the_strictest_class_that_waits_for_a_person() {
    let camera = camera(&draft(&[])).unwrap();
    assert_eq!((camera.class, camera.class_confirmed), (LegalClass::PublicSecurity, false));
    assert_eq!((camera.purposes.len(), camera.attachment), (0, Attachment::None));
    assert_eq!(camera.owner, Owner { kind: OwnerKind::PublicUnit, name: String::new() });
}

#[test]
fn an_id_of_gb_28181_proposes_and_a_person_decides() {
    let id = (Field::Camera, "37112200401320000001");
    let proposed = camera(&draft(&[id])).unwrap();
    assert_eq!((proposed.class, proposed.class_confirmed), (LegalClass::NonPublic, false));
    assert_eq!(proposed.purposes, ["traceability"]);
    let said = camera(&draft(&[id, (Field::Class, "公共安全")])).unwrap();
    assert_eq!((said.class, said.class_confirmed, said.purposes.len()), (LegalClass::PublicSecurity, true, 0));
}

#[test]
fn a_class_said_anew_is_confirmed_and_one_read_back_stays_as_it_was() {
    let before = camera(&draft(&[])).unwrap();
    assert_eq!(camera(&Draft::from(&before)).unwrap(), before);
    let mut changed = Draft::from(&before);
    changed.set(Field::Class, "C3");
    let after = camera(&changed).unwrap();
    assert_eq!((after.class, after.class_confirmed), (LegalClass::NonPublic, true));
    let mut cleared = Draft::from(&after);
    cleared.set(Field::Class, "");
    let again = camera(&cleared).unwrap();
    assert_eq!((again.class, again.class_confirmed), (LegalClass::PublicSecurity, false));
}

#[test]
fn every_field_reads_back_as_written() {
    let full = camera(&draft(&[
        (Field::OwnerKind, "企业"),
        (Field::OwnerName, "浮来青茶业"),
        (Field::Class, "non-public"),
        (Field::Purposes, "traceability；work-safety;traceability"),
        (Field::SignageDate, "2026/3/5"),
        (Field::SignageNote, "门口"),
        (Field::FilingNumber, "莒公备 12"),
        (Field::FilingDate, "2026-03-06"),
        (Field::Attachment, "onvif"),
        (Field::Host, "192.168.1.64"),
        (Field::Port, "8000"),
        (Field::User, "admin"),
        (Field::Masks, "[[[0,0],[0.25,0],[0.25,0.5]]]"),
        (Field::RetentionDays, "15"),
        (Field::HeartbeatS, "60"),
        (Field::Notes, "两行\n备注"),
    ]))
    .unwrap();
    assert_eq!(full.purposes, ["traceability", "work-safety"]);
    assert!(full.signage.posted && full.class_confirmed);
    assert_eq!(camera(&Draft::from(&full)).unwrap(), full);
    let json = serde_json::to_string(&full).unwrap();
    assert_eq!(serde_json::from_str::<Camera>(&json).unwrap(), full);
    let mapped = camera(&draft(&[(Field::Attachment, "mapped"), (Field::Publisher, "frigate/yard")])).unwrap();
    assert_eq!(camera(&Draft::from(&mapped)).unwrap(), mapped);
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_fields() {
    let all = faults(&[(Field::Notes, "\u{7}"), (Field::Township, "37"), (Field::Name, " "), (Field::HeartbeatS, "5")]);
    assert_eq!(
        all,
        [
            (Field::Township, Wrong::Digits(9)),
            (Field::Name, Wrong::Missing),
            (Field::HeartbeatS, Wrong::Range(10, 3_600)),
            (Field::Notes, Wrong::Control),
        ]
    );
}

#[test]
fn each_rule_refuses_what_breaks_it() {
    let long = "x".repeat(101);
    let notes = "x".repeat(2_001);
    let many = (0..17).map(|n| format!("p{n}")).collect::<Vec<_>>().join(";");
    let onvif = (Field::Attachment, "onvif");
    let host = (Field::Host, "10.0.0.1");
    let c1 = (Field::Class, "C1");
    let two_masks = "[[[0,0],[1,0],[1,1]],[[0,0],[1,0]]]";
    let cases: &[Case<'_>] = &[
        (&[(Field::Township, "")], Field::Township, Wrong::Missing),
        (&[(Field::Camera, "")], Field::Camera, Wrong::Missing),
        (&[(Field::Camera, "GH 1")], Field::Camera, Wrong::Id),
        (&[(Field::Camera, "3.71122E+19")], Field::Camera, Wrong::Spoiled),
        (&[(Field::Place, "3.71122E+11")], Field::Place, Wrong::Spoiled),
        (&[(Field::Place, "371122102")], Field::Place, Wrong::Digits(12)),
        (&[(Field::Place, "")], Field::Place, Wrong::Missing),
        (&[(Field::Name, &long)], Field::Name, Wrong::TooLong(100)),
        (&[(Field::Name, "a\nb")], Field::Name, Wrong::Control),
        (&[(Field::Notes, &notes)], Field::Notes, Wrong::TooLong(2_000)),
        (&[(Field::OwnerKind, "king")], Field::OwnerKind, Wrong::Words("enterprise, public-unit")),
        (&[(Field::ClassConfirmed, "yes")], Field::ClassConfirmed, Wrong::Against(Field::Class)),
        (&[c1, (Field::ClassConfirmed, "maybe")], Field::ClassConfirmed, Wrong::Words("yes, no")),
        (&[c1, (Field::RetentionDays, "29")], Field::RetentionDays, Wrong::TooShort(30)),
        (&[(Field::RetentionDays, "3651")], Field::RetentionDays, Wrong::Range(1, 3_650)),
        (&[(Field::Purposes, &many)], Field::Purposes, Wrong::TooMany(16)),
        (&[(Field::SignageDate, "soon")], Field::SignageDate, Wrong::Day),
        (
            &[(Field::SignageDate, "2026-01-01"), (Field::SignagePosted, "no")],
            Field::SignagePosted,
            Wrong::Against(Field::SignageDate),
        ),
        (&[(Field::FilingDate, "2026-02-30")], Field::FilingDate, Wrong::Day),
        (&[(Field::Attachment, "usb")], Field::Attachment, Wrong::Words("mqtt, onvif, mapped, none")),
        (&[onvif], Field::Host, Wrong::Missing),
        (&[onvif, host, (Field::Port, "0")], Field::Port, Wrong::Range(1, 65_535)),
        (&[onvif, host, (Field::Publisher, "x")], Field::Publisher, Wrong::NotWith("onvif")),
        (&[(Field::Attachment, "mqtt"), host], Field::Host, Wrong::NotWith("mqtt")),
        (&[(Field::Attachment, "mapped")], Field::Publisher, Wrong::Missing),
        (&[(Field::Masks, two_masks)], Field::Masks, Wrong::Masks(crate::region::Masks::read(two_masks).unwrap_err())),
        (&[(Field::HeartbeatS, "1e2")], Field::HeartbeatS, Wrong::Range(10, 3_600)),
    ];
    for (fields, field, wrong) in cases {
        assert_eq!(faults(fields), [(*field, wrong.clone())], "{fields:?}");
    }
    assert!(matches!(faults(&[(Field::Class, "C9")])[..], [(Field::Class, Wrong::Words(_))]));
    assert!(matches!(faults(&[(Field::Purposes, "保安")])[..], [(Field::Purposes, Wrong::Words(_))]));
}

#[test]
fn a_host_is_a_name_or_an_address_and_never_a_url() {
    for (text, valid) in [
        ("192.168.1.64", true),
        ("fe80::1", true),
        ("cam-1.village.local", true),
        ("cam_1", true),
        ("http://192.168.1.64", false),
        ("admin:secret@192.168.1.64", false),
        ("192.168.1.64:80", false),
        ("192.168.1.640", false),
        ("cam/1", false),
        ("-cam", false),
        ("a..b", false),
        ("摄像机", false),
    ] {
        assert_eq!(is_host(text), valid, "{text}");
    }
}

/// PRIV-5.
#[test]
fn a_camera_at_a_banned_place_is_refused_and_the_duty_to_report_is_told() {
    let (field, wrong) = faults(&[(Field::Name, "女更衣室")]).remove(0);
    assert_eq!(field, Field::Name);
    assert!(wrong.en().contains("report it to the police") && wrong.zh().contains("报告公安机关"), "{wrong:?}");
    assert_eq!(faults(&[(Field::Name, "女更衣室外走廊")]), []);
}

/// PRIV-6.
#[test]
fn near_a_secret_unit_a_camera_is_attached_only_with_its_consent() {
    let (near, mqtt) = ((Field::SecretUnitNear, "yes"), (Field::Attachment, "mqtt"));
    assert_eq!(faults(&[near, mqtt]), [(Field::SecretUnitConsent, Wrong::NoConsent)]);
    assert_eq!(faults(&[near]), [], "registered, not attached");
    let camera = camera(&draft(&[near, mqtt, (Field::SecretUnitConsent, "莒保函〔2026〕3 号")])).unwrap();
    assert_eq!(camera.secret_unit, SecretUnit { near: true, consent: "莒保函〔2026〕3 号".to_owned() });
    assert_eq!(super::camera(&Draft::from(&camera)).unwrap(), camera, "it reads back");
}
