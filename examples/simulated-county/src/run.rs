//! The whole program: set up, start, tell, wait, stop.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::cli::Options;
use crate::clock::SimClock;
use crate::device::Device;
use crate::device::Tally;
use crate::farm::Farm;
use crate::hub::Hub;
use crate::people;
use crate::say::Say;
use crate::setup;
use crate::state::State;
use crate::world::DAY_MS;
use crate::world::Greenhouse;
use crate::world::SimTime;

/// How long readiness waits for the first pictures.
const PICTURES_WITHIN: Duration = Duration::from_secs(20);
/// Between two lines of progress.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// How long devices and farmers may take to say goodbye.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);

/// Runs until it is told to stop, or for as long as the options say.
///
/// # Errors
/// When the hub cannot be set up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    stop_on_signals(&stop)?;
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        ready = prepare(&options) => simulate(&options, ready?, stop.clone()).await,
    }
}

/// Everything that is there when the simulation can begin.
struct Ready {
    say: Say,
    state: State,
    greenhouses: Vec<Greenhouse>,
    farm: Farm,
}

async fn prepare(options: &Options) -> anyhow::Result<Ready> {
    let say = Say::new(options.once_ready_print);
    let token = fs::read_to_string(&options.token_file)
        .with_context(|| format!("reading the admin token from {}", options.token_file.display()))?;
    let mut state = State::load(&options.state)?;
    let greenhouses = greenhouses(options);
    let hub = Hub::new(&options.hub, token.trim())?;

    setup::wait_for(&hub, &say).await?;
    if let Some(folder) = &options.people {
        people::enrol(&hub, &options.admins, folder, &say).await?;
    }
    setup::register(&hub, &mut state, &greenhouses, &say).await?;
    let plugin = setup::produce_trace(options.speed);
    setup::enable(&hub, &options.townships, &plugin, options.plugin.as_deref(), &say).await?;
    let mut farm = Farm::open(hub, greenhouses.clone(), options.seed, options.speed, say.clone()).await?;
    farm.prepare(state.is_new()).await?;
    Ok(Ready { say, state, greenhouses, farm })
}

async fn simulate(options: &Options, ready: Ready, stop: CancellationToken) -> anyhow::Result<()> {
    let Ready { say, state, greenhouses, mut farm } = ready;
    let begin = SimTime(state.sim_ms);
    let clock = SimClock::start(begin, options.speed);
    let tally = watch::Sender::new(Tally::default());

    let mut tasks = JoinSet::new();
    for greenhouse in &greenhouses {
        let device = Device {
            greenhouse: greenhouse.clone(),
            password: state.devices.get(&greenhouse.device()).cloned().unwrap_or_default(),
            broker: options.mqtt.clone(),
            seed: options.seed,
            clock,
            tally: tally.clone(),
            say: say.clone(),
        };
        tasks.spawn(device.run(stop.clone()));
    }

    let mut stored = tally.subscribe();
    let wanted = greenhouses.len() as u64;
    let pictures = stored.wait_for(|tally| tally.pictures >= wanted);
    tokio::select! {
        () = stop.cancelled() => {}
        first = timeout(PICTURES_WITHIN, pictures) => {
            if first.is_err() {
                say.line("尚未收到所有大棚的图片", "not every greenhouse has a picture yet");
            }
        }
    }
    if !stop.is_cancelled() {
        say.line(&format!("{wanted} 座大棚就绪，速度 {}", options.speed), "greenhouses ready");
        match farm.address(&greenhouses[0]).await? {
            Some(address) => say.address(&address),
            None => say.line("尚无批次，定植后开通扫码页", "no batch yet, its QR page comes with the planting"),
        }
    }
    tasks.spawn(farm.run(clock, state, stop.clone()));

    let end = match (options.for_seconds, options.days) {
        (Some(seconds), _) => Some(Instant::now() + Duration::from_secs(seconds)),
        (_, Some(days)) => Some(clock.instant_of(SimTime(begin.0 + u64::from(days) * DAY_MS))),
        (None, None) => None,
    };
    tell_until(end, clock, &tally, &say, &stop).await;
    stop.cancel();
    if timeout(STOPPED_WITHIN, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
        tasks.abort_all();
    }
    tell(clock, &tally, &say);
    Ok(())
}

/// Tells once a minute how far it is, until the end or until it is told to stop.
async fn tell_until(
    end: Option<Instant>,
    clock: SimClock,
    tally: &watch::Sender<Tally>,
    say: &Say,
    stop: &CancellationToken,
) {
    loop {
        let next = Instant::now() + TELL_EVERY;
        let wake = end.map_or(next, |end| end.min(next));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(wake) => {}
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            return;
        }
        tell(clock, tally, say);
    }
}

fn tell(clock: SimClock, tally: &watch::Sender<Tally>, say: &Say) {
    let Tally { pictures, readings, motions, refused } = *tally.borrow();
    let now = clock.now();
    let (day, minutes) = (now.day() + 1, (now.hour() * 60.0) as u64);
    let (hour, minute) = (minutes / 60, minutes % 60);
    say.line(
        &format!("模拟第 {day} 天 {hour:02}:{minute:02}，已入库图片 {pictures}、读数 {readings}、移动 {motions}，拒收 {refused}"),
        &format!("simulated day {day}, {pictures} pictures, {readings} readings, {motions} movements stored, {refused} refused"),
    );
}

fn greenhouses(options: &Options) -> Vec<Greenhouse> {
    let numbers = 1..=options.greenhouses;
    let of = |township: &String| {
        let township = township.clone();
        numbers.clone().map(move |number| Greenhouse { township: township.clone(), number })
    };
    options.townships.iter().flat_map(of).collect()
}

fn stop_on_signals(stop: &CancellationToken) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}
