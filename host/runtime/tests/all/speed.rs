//! How long a batch takes: written to `target/tmp/speed.txt`, not judged; the benches judge.

use std::sync::Arc;

use tokio::time::Instant;

use crate::plugin;
use crate::ports::World;

#[tokio::test]
async fn a_batch_of_64_in_a_fresh_sandbox() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "well-behaved");
    let mut figures = Vec::new();
    for size in [1, 64] {
        let batch = plugin::pings(size);
        for _ in 0..20 {
            plugin.handle(&context, &batch).await;
        }
        let (start, mut cpu_us) = (Instant::now(), 0);
        for _ in 0..200 {
            let handled = plugin.handle(&context, &batch).await;
            assert_eq!(plugin::effects(&handled).len() as u64, size + 1);
            cpu_us += handled.cpu_us;
        }
        let runs = (200 * size) as f64;
        let wall_us = start.elapsed().as_secs_f64() * 1e6 / runs;
        figures.push(format!("{size} events: {wall_us:.2} µs wall, {:.2} µs CPU an event", cpu_us as f64 / runs));
    }
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed.txt"), figures.join("\n")).unwrap();
}
