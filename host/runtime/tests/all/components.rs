//! What only hand-written components do: many memories, many tables, proposals that are off, a start that never ends.

use std::sync::Arc;

use xl_model::batch::Outcome;
use xl_model::batch::Stop;
use xl_runtime::RuntimeError;

use crate::plugin;
use crate::ports::World;
use crate::text::Text;

/// The handler's core type: time, events, where the answer goes.
const WELL_BEHAVED: &str = r#"(func (export "handle") (param i64 i32 i32) (result i32) (i32.const 16))"#;

async fn outcome(text: &Text) -> Outcome {
    let plugin = plugin::from_text(&text.component(), |manifest| manifest.limits.cpu_ms = 50).unwrap();
    let context = plugin::context(&Arc::new(World::default()), "");
    plugin.handle(&context, &plugin::pings(3)).await.outcome
}

fn refusal(text: &str) -> RuntimeError {
    plugin::from_text(text, |_| {}).map(drop).unwrap_err()
}

#[tokio::test]
async fn a_component_of_nothing_but_a_handler_runs() {
    assert_eq!(outcome(&Text::of(WELL_BEHAVED)).await, Outcome::Done(Default::default()));
}

#[tokio::test]
async fn three_memories_share_one_limit() {
    let text = Text {
        core: r#"
            (import "a" "grow" (func $a (param i32) (result i32)))
            (import "b" "grow" (func $b (param i32) (result i32)))
            (func (export "handle") (param i64 i32 i32) (result i32)
              (drop (call $a (i32.const 480))) ;; 30 MiB: allowed.
              (drop (call $b (i32.const 480))) ;; 60 MiB together: allowed.
              (drop (memory.grow (i32.const 160))) ;; 70 MiB together.
              (i32.const 16))"#,
        before: r#"
            (core module $side
              (memory 1)
              (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
            (core instance $a (instantiate $side))
            (core instance $b (instantiate $side))"#,
        with: r#"(with "a" (instance $a)) (with "b" (instance $b))"#,
    };
    assert_eq!(outcome(&text).await, Outcome::Stopped(Stop::Memory { limit_bytes: 64 * 1024 * 1024 }));
}

#[tokio::test]
async fn two_tables_share_one_limit() {
    let text = Text::of(
        r#"
        (table $a 1 funcref)
        (table $b 1 funcref)
        (func (export "handle") (param i64 i32 i32) (result i32)
          (drop (table.grow $a (ref.null func) (i32.const 6000)))
          (drop (table.grow $b (ref.null func) (i32.const 6000)))
          (i32.const 16))"#,
    );
    assert_eq!(outcome(&text).await, Outcome::Stopped(Stop::Table { limit_elements: 10_000 }));
}

#[tokio::test]
async fn handles_of_the_guests_own_making_count_as_well() {
    let text = Text {
        core: r#"
            (import "own" "new" (func $new (param i32) (result i32)))
            (func (export "handle") (param i64 i32 i32) (result i32)
              (local $n i32)
              (loop
                (drop (call $new (i32.const 1)))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if 0 (i32.lt_u (local.get $n) (i32.const 257))))
              (i32.const 16))"#,
        before: "(type $own (resource (rep i32))) (core func $new (canon resource.new $own))",
        with: r#"(with "own" (instance (export "new" (func $new))))"#,
    };
    assert_eq!(outcome(&text).await, Outcome::Stopped(Stop::Handles { limit: 256 }));
}

#[tokio::test]
async fn a_component_made_of_too_many_instances_is_stopped() {
    let text = Text {
        core: WELL_BEHAVED,
        before: r#"
            (core module $side)
            (core instance (instantiate $side)) (core instance (instantiate $side)) (core instance (instantiate $side))
            (core instance (instantiate $side)) (core instance (instantiate $side)) (core instance (instantiate $side))
            (core instance (instantiate $side)) (core instance (instantiate $side)) (core instance (instantiate $side))"#,
        with: "",
    };
    let outcome = outcome(&text).await;
    assert!(
        matches!(&outcome, Outcome::Stopped(Stop::Trap { detail }) if detail.contains("instance count")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_start_function_that_never_returns_is_stopped() {
    let text = Text {
        core: WELL_BEHAVED,
        before: "(core module $side (func $start (loop (br 0))) (start $start)) (core instance (instantiate $side))",
        with: "",
    };
    assert_eq!(outcome(&text).await, Outcome::Stopped(Stop::Cpu { limit_ms: 50 }));
}

#[tokio::test]
async fn nothing_of_a_run_is_there_at_the_next() {
    // Rejects with whatever stands at 4096, which it fills with `!` for the next.
    let text = Text::of(
        r#"
        (func (export "handle") (param i64 i32 i32) (result i32)
          (i32.store8 (i32.const 16) (i32.const 1)) ;; An error …
          (i32.store8 (i32.const 20) (i32.const 1)) ;; … that rejects …
          (i32.store (i32.const 24) (i32.const 65536)) ;; … with this text …
          (i32.store (i32.const 28) (i32.load8_u (i32.const 131000))) ;; … as long as the byte says.
          (memory.fill (i32.const 65536) (i32.const 33) (i32.const 65500))
          (i32.const 16))"#,
    );
    let plugin = plugin::from_text(&text.component(), |_| {}).unwrap();
    let context = plugin::context(&Arc::new(World::default()), "");
    for _ in 0..20 {
        let outcome = plugin.handle(&context, &plugin::pings(1)).await.outcome;
        assert_eq!(outcome, Outcome::Rejected(String::new()), "a byte of the run before");
    }
}

#[tokio::test]
async fn nothing_of_a_run_that_trapped_or_never_returned_is_there_at_the_next() {
    // As above, and then they end badly; what they find they reject with before that.
    const FILLS_AND: [&str; 2] = [
        r#"
        (func (export "handle") (param i64 i32 i32) (result i32)
          (if (i32.load8_u (i32.const 131000)) (then
            (i32.store8 (i32.const 16) (i32.const 1))
            (i32.store8 (i32.const 20) (i32.const 1))
            (return (i32.const 16))))
          (memory.fill (i32.const 65536) (i32.const 33) (i32.const 65500))
          unreachable)"#,
        r#"
        (func (export "handle") (param i64 i32 i32) (result i32)
          (if (i32.load8_u (i32.const 131000)) (then
            (i32.store8 (i32.const 16) (i32.const 1))
            (i32.store8 (i32.const 20) (i32.const 1))
            (return (i32.const 16))))
          (memory.fill (i32.const 65536) (i32.const 33) (i32.const 65500))
          (loop (br 0))
          (i32.const 16))"#,
    ];
    for core in FILLS_AND {
        let plugin = plugin::from_text(&Text::of(core).component(), |manifest| manifest.limits.cpu_ms = 20).unwrap();
        let context = plugin::context(&Arc::new(World::default()), "");
        for _ in 0..10 {
            let outcome = plugin.handle(&context, &plugin::pings(1)).await.outcome;
            assert!(matches!(outcome, Outcome::Stopped(Stop::Trap { .. } | Stop::Cpu { .. })), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_handle_that_nobody_gave_out_ends_the_run_and_nothing_else() {
    let text = Text {
        core: r#"
            (import "host" "drop" (func $drop (param i32)))
            (func (export "handle") (param i64 i32 i32) (result i32)
              (call $drop (i32.const 77))
              (i32.const 16))"#,
        before: r#"
            (import "xueliang:hub/pictures@0.1.0" (instance $pictures (export "picture" (type (sub resource)))))
            (alias export $pictures "picture" (type $held))
            (core func $drop (canon resource.drop $held))"#,
        with: r#"(with "host" (instance (export "drop" (func $drop))))"#,
    };
    for _ in 0..2 {
        let outcome = outcome(&text).await;
        assert!(
            matches!(&outcome, Outcome::Stopped(Stop::Trap { detail }) if detail.contains("handle")),
            "{outcome:?}"
        );
    }
}

#[test]
fn more_than_the_sandbox_holds_is_refused_when_it_is_loaded() {
    let large = Text {
        core: WELL_BEHAVED,
        before: "(core module $side (memory 2000)) (core instance (instantiate $side))",
        with: "",
    };
    let many = Text {
        core: WELL_BEHAVED,
        before: r#"
            (core module $side (memory 1))
            (core instance (instantiate $side)) (core instance (instantiate $side))
            (core instance (instantiate $side)) (core instance (instantiate $side))"#,
        with: "",
    };
    for text in [large, many] {
        let error = refusal(&text.component());
        assert!(matches!(error, RuntimeError::NotAPlugin { .. }), "{error}");
    }
    let greedy = plugin::from_text(&Text::of(WELL_BEHAVED).component(), |manifest| manifest.limits.memory_mib = 65);
    assert!(matches!(greedy, Err(RuntimeError::Manifest { .. })));
}

#[test]
fn a_proposal_that_is_switched_off_is_refused() {
    for core in [
        "(memory 1) (memory 1)",
        "(memory i64 1)",
        "(memory 1 1 shared)",
        "(type (struct (field i32)))",
        "(tag (param i32))",
        "(import \"a\" \"b\" (func $f (param (ref extern))))",
    ] {
        let text = format!("(component (core module {core}))");
        let component = wat::parse_str(&text).unwrap();
        let plain = xl_model::manifest::Manifest { pages: Vec::new(), calls: Vec::new(), ..plugin::manifest() };
        let packed = xl_runtime::package::pack(&component, &plain).unwrap();
        // The handler is missing as well: what is asked is whether the machine code is ever made.
        let made = xl_runtime::compile::here(&plugin::engine(), &plugin::digest_of(&packed), &packed);
        assert!(matches!(made, Err(RuntimeError::NotCompiled { .. })), "{core}");
    }
    let whole = Text { core: WELL_BEHAVED, before: "(core module (memory 1) (memory 1))", with: "" };
    let packed = wat::parse_str(whole.component()).unwrap();
    let plain = xl_model::manifest::Manifest { pages: Vec::new(), calls: Vec::new(), ..plugin::manifest() };
    let packed = xl_runtime::package::pack(&packed, &plain).unwrap();
    assert!(matches!(xl_runtime::package::check(&packed), Err(RuntimeError::NotAPlugin { .. })));
}

#[test]
fn a_component_that_reaches_for_more_than_its_manifest_asks_is_refused_by_name() {
    let import = |name: &str| {
        let text = Text { core: WELL_BEHAVED, before: "", with: "" }.component();
        text.replacen("(component", &format!("(component (import \"{name}\" (instance))"), 1)
    };
    assert!(matches!(refusal(&import("wasi:http/types@0.2.0")), RuntimeError::Unknown { .. }));
    assert!(matches!(refusal(&import("xueliang:hub/notices@0.1.0")), RuntimeError::Unknown { .. }));
    let text = import("xueliang:hub/http@0.1.0");
    let error = plugin::from_text(&text, |manifest| manifest.asks.http = None).map(drop).unwrap_err();
    assert!(matches!(&error, RuntimeError::NotAsked { import, .. } if import == "xueliang:hub/http@0.1.0"), "{error}");
    let silent = "(component)";
    assert!(matches!(refusal(silent), RuntimeError::NoExport { .. }));
}
