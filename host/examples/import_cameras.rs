//! How long a county's table of cameras takes: `cargo run --release -p xueliang --example import_cameras`.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use xl_model::audit::Actor;
use xl_store::Store;
use xl_store::StoreConfig;
use xueliang::app::clock::SystemClock;
use xueliang::audit::Auditor;
use xueliang::cameras::Cameras;
use xueliang::cameras::Hand;
use xueliang::places::Places;

/// Cameras of the county.
const CAMERAS: usize = 14_656;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(StoreConfig {
        folder: folder.path().to_owned(),
        commit_operations: 512,
        head_events: 64,
        readers: 2,
    });
    let store = store.await?;
    let places = Places::open(store.clone(), Arc::new(SystemClock)).await?;
    let cameras = Cameras::open(store.clone(), Arc::new(SystemClock), [7; 32], places.clone()).await?;
    let mut table = "township,camera,name,place,owner.name,class,attachment.kind,attachment.host,password\n".to_owned();
    for n in 0..CAMERAS {
        let (town, host) = (n % 22, n % 250);
        writeln!(
            table,
            "3711221{town:02},3711220000132000{n:05},{n} 号机,3711221{town:02}201,某村,C3,onvif,10.0.{town}.{host},secret-{n}"
        )?;
    }
    let auditor = Auditor::new(store.clone(), Arc::new(SystemClock));
    let hand = Hand::new("li".parse()?, Actor::hub(), "", auditor);
    for (what, dry_run) in [("checked", true), ("taken", false), ("taken again", false)] {
        let started = clock();
        let outcome = cameras.import(table.clone().into(), dry_run, Box::new(|_| true), &hand).await?;
        println!("{} cameras {what} in {:?}", outcome.rows, started.elapsed());
    }
    let started = clock();
    let bytes = cameras.export(Default::default()).await?.len();
    println!("{bytes} bytes written in {:?}", started.elapsed());
    let started = clock();
    Cameras::open(store.clone(), Arc::new(SystemClock), [7; 32], places).await?;
    println!("read at a start in {:?}", started.elapsed());
    store.close().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn clock() -> Instant {
    Instant::now()
}
