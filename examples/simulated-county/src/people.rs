//! People of the simulated county: each enrols as a person would, and what opens his account is kept in a folder.

use std::fs;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use data_encoding::BASE32_NOPAD;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use rand::Rng;
use sha1::Sha1;

use crate::clock;
use crate::hub::Hub;
use crate::hub::HubError;
use crate::say::Say;

/// Seconds that a code of a second factor holds (RFC 6238).
const STEP_S: u64 = 30;
/// How often a sign-in that the hub slows down is tried, and the pause between.
const SIGN_IN_TRIES: u32 = 24;
const SIGN_IN_PAUSE: Duration = Duration::from_secs(5);

/// Somebody who is to have an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// What he signs in with.
    pub name: String,
    /// Name and office.
    pub title: String,
    /// His role.
    pub role: &'static str,
    /// Where he has it: a county's six digits or a township's nine.
    pub place: String,
}

/// Makes an administrator at each place, a county's six digits or a township's nine, unless the folder knows him.
///
/// # Errors
/// When the hub cannot be reached or refuses, or the folder cannot be written.
pub async fn enrol(hub: &Hub, places: &[String], folder: &Path, say: &Say) -> anyhow::Result<()> {
    for place in places {
        let (role, title) = match place.len() {
            6 => ("county-admin", format!("{place} 县级管理员（模拟数据）")),
            _ => ("township-admin", format!("{place} 乡镇管理员（模拟数据）")),
        };
        let person = Person { name: format!("admin-{place}"), title, role, place: place.clone() };
        enrol_one(hub, &person, folder, say).await?;
    }
    Ok(())
}

/// Makes somebody's account, unless the folder knows him; his API key.
///
/// Two files each: `{name}.key` holds the API key, `{name}.txt` what he signs in with.
///
/// # Errors
/// When the hub cannot be reached or refuses, or the folder cannot be written.
pub async fn enrol_one(hub: &Hub, person: &Person, folder: &Path, say: &Say) -> anyhow::Result<String> {
    let Person { name, title, role, place } = person;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("making the folder {}", folder.display()))?;
    let key_file = folder.join(format!("{name}.key"));
    if key_file.exists() {
        let key = fs::read_to_string(&key_file).with_context(|| format!("reading {}", key_file.display()))?;
        return Ok(key.trim().to_owned());
    }
    let one_time = hub.account(name, title, role, place).await?;
    let password = password();
    let person = sign_in(hub, name, &one_time, "", say).await?;
    person.set_password(&password).await?;
    let (person, uri) = if role.ends_with("-admin") {
        let factor = person.offer_factor().await?;
        // A code is taken once: the one that has just ended proves the factor, today's signs in.
        let now = clock::now_s() / STEP_S;
        person.prove_factor(&code(&factor.secret, now - 1)?).await?;
        (sign_in(hub, name, &password, &code(&factor.secret, now)?, say).await?, factor.uri)
    } else {
        // Other roles need no second factor; their session ended with the old password.
        (sign_in(hub, name, &password, "", say).await?, String::new())
    };
    let key = person.make_key("模拟县 · simulated county", role, place).await?;
    write(&folder.join(format!("{name}.txt")), &format!("{name}\n{password}\n{uri}\n"))?;
    // Last: who has a key has everything.
    write(&key_file, &key)?;
    say.line(&format!("已开通账号 {name}，登录资料和接口密钥在 {}", folder.display()), "account made");
    Ok(key)
}

/// Signs in; waits while the hub slows down whoever signs in often.
async fn sign_in(hub: &Hub, name: &str, password: &str, code: &str, say: &Say) -> anyhow::Result<Hub> {
    for _ in 0..SIGN_IN_TRIES {
        match hub.sign_in(name, password, code).await {
            Err(HubError::Refused { problem, .. }) if problem.status == 429 => {
                say.line("枢纽限制登录频率，稍候", "the hub slows sign-ins down, waiting");
                tokio::time::sleep(SIGN_IN_PAUSE).await;
            }
            answer => return Ok(answer?),
        }
    }
    bail!("the hub still refuses sign-ins after {} s", SIGN_IN_PAUSE.as_secs() * u64::from(SIGN_IN_TRIES))
}

/// 80 random bits, to be typed.
fn password() -> String {
    let random: [u8; 10] = rand::rng().random();
    BASE32_NOPAD.encode(&random).to_lowercase()
}

/// The six digits of a step, as an authenticator app shows them (RFC 6238, RFC 4226 §5.3).
fn code(secret: &str, step: u64) -> anyhow::Result<String> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).context("the hub offered a secret that is not base32")?;
    let mac = Hmac::<Sha1>::new_from_slice(&secret)?.chain_update(step.to_be_bytes()).finalize().into_bytes();
    let at = usize::from(mac[19] & 0xf);
    let number = u32::from_be_bytes([mac[at] & 0x7f, mac[at + 1], mac[at + 2], mac[at + 3]]);
    Ok(format!("{:06}", number % 1_000_000))
}

/// Writes a file that only its owner may read.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B: the last six of its eight digits, at 59 s and 1,111,111,109 s.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        assert_eq!(code(&secret, 59 / STEP_S).unwrap(), "287082");
        assert_eq!(code(&secret, 1_111_111_109 / STEP_S).unwrap(), "081804");
        assert!(code("not base32!", 1).is_err());
    }
}
