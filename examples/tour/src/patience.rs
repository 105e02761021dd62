//! Waits for what comes a moment later: a module's answer to an event, a public page that the hub keeps for ten seconds.

use std::time::Duration;

/// Tries, and the pause between them: half a minute.
const TRIES: usize = 300;
const PAUSE: Duration = Duration::from_millis(100);

/// Asks again until there is an answer; nothing when there is none in time.
///
/// # Errors
/// When asking fails.
pub async fn patiently<T>(ask: impl AsyncFn() -> anyhow::Result<Option<T>>) -> anyhow::Result<Option<T>> {
    for _ in 0..TRIES {
        if let Some(found) = ask().await? {
            return Ok(Some(found));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(None)
}
