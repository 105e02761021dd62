//! Grants that are withdrawn while a run is under way: its next call finds them gone.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::picture::PictureLevel;

use crate::plugin;
use crate::ports::World;
use crate::ports::digest;

/// Tries of each kind.
const TRIES: usize = 250;

struct Case {
    call: Value,
    withdraw: fn(&mut Grants),
    refused: &'static str,
}

fn cases() -> Vec<Case> {
    let only_other = |grants: &mut Grants| grants.cameras = CameraSelector::Only(vec!["gh-2".parse().unwrap()]);
    vec![
        Case {
            call: json!({"camera": "gh-1"}),
            withdraw: |grants| grants.cameras = CameraSelector::None,
            refused: "Err(CamerasError::AccessDenied)",
        },
        Case { call: json!({"camera": "gh-1"}), withdraw: only_other, refused: "Err(CamerasError::NotFound)" },
        Case { call: json!({"latest": "gh-1"}), withdraw: only_other, refused: "Err(CamerasError::NotFound)" },
        Case { call: json!({"open": digest('a')}), withdraw: only_other, refused: "Err(PicturesError::NotFound)" },
        Case {
            call: json!({"pixels": [digest('a'), 8, 8]}),
            withdraw: |grants| grants.picture_level = PictureLevel::Metric,
            refused: "Err(PicturesError::AccessDenied)",
        },
        Case {
            call: json!({"metrics": digest('a')}),
            withdraw: |grants| grants.picture_level = PictureLevel::None,
            refused: "Err(PicturesError::AccessDenied)",
        },
        Case {
            call: json!({"fetch": ["GET", "https://slow.test/"]}),
            withdraw: |grants| grants.http.clear(),
            refused: "Err(HttpError::AccessDenied(",
        },
        Case {
            call: json!({"issue": ["home", "{}"]}),
            withdraw: |grants| grants.links = false,
            refused: "Err(LinksError::AccessDenied)",
        },
        Case {
            call: json!({"publish": {"kind": "test.seen", "data": "{}", "camera": "gh-2"}}),
            withdraw: |grants| grants.cameras = CameraSelector::Only(vec!["gh-1".parse().unwrap()]),
            refused: "Err(EventsError::Invalid(",
        },
    ]
}

/// The same call before and after the withdrawal, in one run; what withdraws is a call between them.
#[tokio::test]
async fn a_call_after_the_withdrawal_is_refused_in_the_same_run_every_time() {
    let world = Arc::new(World::default());
    ["gh-1", "gh-2"].iter().for_each(|camera| world.camera(camera));
    world.picture("gh-1", 'a');
    let plugin = plugin::hostile(|_| {}).await;
    for Case { call, withdraw, refused } in cases() {
        for number in 0..TRIES {
            let context = plugin::context(&world, "probe");
            let mut narrower = (*context.grants.now()).clone();
            withdraw(&mut narrower);
            *world.withdraws.lock().unwrap() = Some((context.grants.clone(), narrower));
            let script = json!([call, {"get": ["counts", "x"]}, call]);
            let answers = plugin::answers(&plugin, &context, script).await;
            assert!(answers[0].starts_with("Ok("), "{call}: {answers:?}");
            assert!(answers[2].starts_with(refused), "{call} {number}: {answers:?}");
        }
    }
}
