//! One still picture from the camera's own JPEG, with what has to be tried for it.
//!
//! Without a login first; at 401 by HTTP digest, then by basic where that is allowed. A picture is what begins like a JPEG
//! and tells its size: a login page or an empty 200 is none. After a failure the camera is asked once for a new address.

use bytes::Bytes;

use super::Camera;
use super::describe::Media;
use super::describe::Profile;
use crate::onvif::address::CameraUrl;
use crate::onvif::address::Use;
use crate::onvif::auth::Challenge;
use crate::onvif::auth::Login;
use crate::onvif::auth::REFUSALS_MOST;
use crate::onvif::auth::challenges;
use crate::onvif::camera::call::Call;
use crate::onvif::fault::CallError;
use crate::onvif::gate::Answer;
use crate::onvif::gate::Ask;
use crate::onvif::gate::Limits;
use crate::onvif::xml::escaped;

const WHAT: &str = "the picture";

/// The most addresses remembered: one for each profile of a large recorder.
const URIS_MOST: usize = 256;

/// The shortest JPEG that holds a picture, in bytes: tables and header alone take more.
const JPEG_BYTES_LEAST: usize = 128;

/// A picture as the camera gave it: not decoded, not yet masked, its metadata still in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The JPEG.
    pub bytes: Bytes,
    /// Width in pixels, from its header.
    pub width: u16,
    /// Height in pixels, from its header.
    pub height: u16,
}

impl Camera {
    /// Takes a picture of a profile. One at a time; others wait.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::NoPicture`] with what came in its place.
    pub async fn picture(&self, profile: &Profile) -> Result<Picture, CallError> {
        let _one = self.picture.acquire().await;
        let known = self.state().picture_uris.iter().find(|(token, _)| *token == profile.token).cloned();
        if let Some((_, url)) = known {
            match self.fetch(&url).await {
                // It may have expired: some cameras give addresses with a life.
                Err(error) if may_have_expired(&error) => {}
                done => return done,
            }
        }
        let url = self.picture_uri(profile).await?;
        match self.fetch(&url).await {
            Err(error) if may_have_expired(&error) => {
                let again = self.picture_uri(profile).await?;
                self.fetch(&again).await
            }
            done => done,
        }
    }

    async fn picture_uri(&self, profile: &Profile) -> Result<CameraUrl, CallError> {
        const WHAT: &str = "GetSnapshotUri";
        let services = self.services();
        let token = escaped(&profile.token);
        let (url, action, prefix) = match profile.media {
            Media::One => (services.media1, "http://www.onvif.org/ver10/media/wsdl/GetSnapshotUri", "trt"),
            Media::Two => (services.media2, "http://www.onvif.org/ver20/media/wsdl/GetSnapshotUri", "tr2"),
        };
        let url = url.ok_or(CallError::NotOffered("media service"))?;
        let body = format!(
            "<{prefix}:GetSnapshotUri><{prefix}:ProfileToken>{token}</{prefix}:ProfileToken></{prefix}:GetSnapshotUri>"
        );
        let node = self.call(&Call::new(WHAT, &url, action, body)).await?;
        let uri = node.find("Uri").map(|uri| uri.text.as_str()).filter(|uri| !uri.is_empty());
        let uri = uri.ok_or(CallError::NoPicture("it names no address for pictures"))?;
        let uri = self.gate.rules().rewrite(uri, Use::Snapshot);
        let uri = self.reachable(uri.map_err(|source| CallError::Address { what: WHAT, source })?).await;
        let mut state = self.state();
        state.picture_uris.retain(|(token, _)| *token != profile.token);
        if state.picture_uris.len() < URIS_MOST {
            state.picture_uris.push((profile.token.clone(), uri.clone()));
        }
        Ok(uri)
    }

    async fn fetch(&self, url: &CameraUrl) -> Result<Picture, CallError> {
        let answer = self.get(url).await?;
        let answer = match (answer.status, answer.location) {
            (301 | 302 | 303 | 307 | 308, Some(location)) => {
                let next = self.redirected(url, &location)?;
                self.get(&next).await?
            }
            (status, location) => Answer { status, location, ..answer },
        };
        match answer.status {
            200 => read(answer.body),
            status => Err(CallError::Status { what: WHAT, status }),
        }
    }

    /// One redirect is followed, on the same host: it leads nowhere else, and is not rewritten to lead here.
    fn redirected(&self, from: &CameraUrl, location: &str) -> Result<CameraUrl, CallError> {
        let whole = match location.starts_with('/') && !location.starts_with("//") {
            true => format!("{}://{}{location}", if from.is_tls() { "https" } else { "http" }, from.authority()),
            false => location.to_owned(),
        };
        let refuse = |source| CallError::Address { what: WHAT, source };
        let exact = self.gate.rules().exact(&whole, from).map_err(refuse)?;
        Ok(exact)
    }

    async fn get(&self, url: &CameraUrl) -> Result<Answer, CallError> {
        let (mut asked, mut repeated) = (None, false);
        // No login, an old nonce, a new one, and one that grew old in between.
        for _ in 0..4 {
            let (authorization, fresh) = match self.picture_login(url, asked.take()) {
                Ok(login) => login,
                Err(reason) => return Err(CallError::Login { what: WHAT, reason: reason.to_owned() }),
            };
            let sent = self.gate.send(url, &Ask::Get, authorization.as_deref(), Limits::picture()).await;
            let answer = sent.map_err(|source| CallError::Gate { what: WHAT, source })?;
            if answer.status != 401 {
                self.state().picture_refusals = 0;
                return Ok(answer);
            }
            let best = challenges(answer.challenges.iter().map(String::as_str)).into_iter().next();
            let Some(challenge) = best else {
                return Err(CallError::Login {
                    what: WHAT,
                    reason: "it wants a login that it does not name".to_owned(),
                });
            };
            let stale = matches!(challenge, Challenge::Digest { stale: true, .. });
            if authorization.is_some() && fresh && !stale {
                let mut state = self.state();
                state.picture_refusals += 1 + u8::from(repeated);
                state.picture_login = None;
                // The same secret once more would only bring the camera nearer to its lock.
                return Err(CallError::Login { what: WHAT, reason: "HTTP status 401".to_owned() });
            }
            repeated |= authorization.is_some() && !stale;
            asked = Some(challenge);
        }
        Err(CallError::Login { what: WHAT, reason: "it calls each new nonce too old".to_owned() })
    }

    /// The value of `Authorization` for a picture, and whether it answers a new challenge.
    fn picture_login(&self, url: &CameraUrl, asked: Option<Challenge>) -> Result<(Option<String>, bool), &'static str> {
        let mut state = self.state();
        let state = &mut *state;
        let wanted = asked.is_some();
        if wanted && state.picture_refusals >= REFUSALS_MOST {
            return Err("the login was refused before; nothing is tried until the password changes");
        }
        let Some(who) = state.credentials.clone().filter(|_| url.takes_credentials()) else {
            return if wanted { Err("it wants a login, and the hub has none for it") } else { Ok((None, false)) };
        };
        if let Some(challenge) = asked {
            let digest_before = state.picture_login.as_ref().is_some_and(Login::is_digest);
            if challenge == Challenge::Basic && (!state.clear_text_allowed || digest_before) {
                return Err("it wants the password in clear text, which nobody allowed for this camera");
            }
            state.picture_login = Some(Login::new(challenge));
        }
        let cnonce = hex::encode(rand::random::<[u8; 16]>());
        Ok(match &mut state.picture_login {
            Some(login) => {
                let fresh = login.is_fresh();
                (Some(login.authorization(&who, "GET", url.path(), &cnonce)), fresh)
            }
            None => (None, false),
        })
    }
}

/// Whether a new address may help.
fn may_have_expired(error: &CallError) -> bool {
    matches!(error, CallError::Status { status: 400 | 404 | 410, .. } | CallError::NoPicture(_))
}

/// Judges the body by its first bytes and its header, never by what the camera calls it.
fn read(bytes: Bytes) -> Result<Picture, CallError> {
    let beginning = bytes.get(..512.min(bytes.len())).unwrap_or_default().to_ascii_lowercase();
    if bytes.is_empty() {
        return Err(CallError::NoPicture("its answer is empty"));
    }
    if beginning.windows(5).any(|word| word == b"<html" || word == b"<!doc") {
        return Err(CallError::NoPicture("its answer is a web page, often that of its login"));
    }
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) || bytes.len() < JPEG_BYTES_LEAST {
        return Err(CallError::NoPicture("its answer is no JPEG"));
    }
    let (width, height) = size(&bytes).ok_or(CallError::NoPicture("its JPEG tells no size"))?;
    Ok(Picture { bytes, width, height })
}

/// Width and height from the frame header, segment by segment.
fn size(bytes: &[u8]) -> Option<(u16, u16)> {
    let mut at = 2;
    loop {
        let marker = match bytes.get(at..at + 2)? {
            [0xff, 0xff] => {
                at += 1;
                continue;
            }
            [0xff, marker] => *marker,
            _ => return None,
        };
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        // SOF0 to SOF15 without the tables that share their numbers (DHT, JPG, DAC).
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let height = u16::from_be_bytes(bytes.get(at + 5..at + 7)?.try_into().ok()?);
            let width = u16::from_be_bytes(bytes.get(at + 7..at + 9)?.try_into().ok()?);
            return (width > 0 && height > 0).then_some((width, height));
        }
        if marker == 0xda || length < 2 {
            return None;
        }
        at += 2 + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.resize(JPEG_BYTES_LEAST, 0);
        bytes
    }

    /// CAM-11: before anything is decoded.
    #[test]
    fn a_picture_is_what_begins_like_one_and_tells_its_size() {
        let picture = read(jpeg(2560, 1440).into()).unwrap();
        assert_eq!((picture.width, picture.height), (2560, 1440));
        let reason = |bytes: &[u8]| match read(Bytes::copy_from_slice(bytes)) {
            Err(CallError::NoPicture(reason)) => reason,
            other => panic!("{other:?}"),
        };
        assert!(reason(b"").contains("empty"));
        assert!(reason(b"  <!DOCTYPE HTML><title>Login</title>").contains("web page"));
        assert!(reason(b"GIF89a").contains("no JPEG"));
        assert!(reason(&jpeg(0, 10)).contains("no size"));
        assert!(reason(&[&[0xff, 0xd8, 0xff][..], &[0xff; 200]].concat()).contains("no size"));
        assert!(reason(&[&[0xff, 0xd8, 0xff, 0xe0, 0, 0][..], &[0; 200]].concat()).contains("no size"));
    }
}
