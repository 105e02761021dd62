//! Components written as text: what a compiler would not make.

/// A component whose handler is the function `handle` of its main core module.
pub struct Text {
    /// What stands inside the main module; memory and allocator are there.
    pub core: &'static str,
    /// Further core modules and instances, which stand before the main one.
    pub before: &'static str,
    /// What the main module is instantiated with.
    pub with: &'static str,
}

impl Text {
    /// A component of the main module alone.
    pub fn of(core: &'static str) -> Self {
        Self { core, before: "", with: "" }
    }

    pub fn component(&self) -> String {
        let Self { core, before, with } = self;
        format!(
            r#"(component
              {before}
              (core module $code
                {core}
                (memory (export "memory") 2)
                (global $free (mut i32) (i32.const 1024))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                  (local $at i32)
                  (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                  (global.set $free (i32.add (local.get $at) (local.get 3)))
                  (local.get $at)))
              (core instance $main (instantiate $code {with}))
              (type $a (record
                (field "sha256" string) (field "width" u32) (field "height" u32) (field "bytes" u32)))
              (export $picture "picture-ref" (type $a))
              (type $b (record
                (field "seq" u64) (field "id" string) (field "source" string) (field "kind" string)
                (field "camera" (option string)) (field "subject" (option string)) (field "time-ms" s64)
                (field "received-ms" s64) (field "data" string) (field "pictures" (list $picture))
                (field "cause" (option u64)) (field "depth" u8)))
              (export $event "event" (type $b))
              (type $c (record (field "now-ms" s64) (field "events" (list $event))))
              (export $batch "batch" (type $c))
              (type $d (variant (case "retry" (option u32)) (case "reject" string)))
              (export $failure "failure" (type $d))
              (func $handle (param "batch" $batch) (result (result (error $failure)))
                (canon lift (core func $main "handle") (memory (core memory $main "memory")) (realloc (core func $main "realloc"))))
              (instance $handler (export "handle" (func $handle)))
              (export "xueliang:hub/handler@0.1.0" (instance $handler)))"#
        )
    }
}
