//! How a body is sent: at once, or slowly, for ever, compressed to nothing, or somewhere else altogether.

use std::convert::Infallible;
use std::io;
use std::io::Write;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::Stream;
use futures::StreamExt;
use futures::stream;
use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::StreamBody;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Frame;
use hyper::header;
use hyper::header::HeaderValue;

use super::Body;
use crate::device::Device;
use crate::fault::Fault;

/// How far apart the bytes of a slow body are.
const SLOW_BYTE: Duration = Duration::from_secs(1);

/// A piece of a body without end, and how far apart they are: fast enough to fill a memory, slow enough to spare ours.
const PIECE: usize = 16 * 1024;
const PIECE_DISTANCE: Duration = Duration::from_millis(10);

/// Pieces of a giant body: 64 MiB.
const GIANT_PIECES: usize = 64 * 1024 * 1024 / PIECE;

/// What a compressed bomb unpacks to.
const BOMB_BYTES: usize = 256 * 1024 * 1024;

/// Sends an answer as the faults of the camera will have it.
pub(super) fn send(device: &Device, status: StatusCode, kind: &'static str, bytes: Bytes) -> Response<Body> {
    if device.has(Fault::SlowBody) {
        let bytes = stream::iter(bytes).then(|byte| async move {
            tokio::time::sleep(SLOW_BYTE).await;
            Bytes::copy_from_slice(&[byte])
        });
        return response(status, kind, streamed(bytes));
    }
    if device.has(Fault::NeverEndingBody) {
        // What was to be said comes first, so that it is only the end that is missing.
        let rest = stream::repeat(()).then(|()| async {
            tokio::time::sleep(PIECE_DISTANCE).await;
            blank()
        });
        return response(status, kind, streamed(stream::iter([bytes]).chain(rest)));
    }
    if device.has(Fault::GiantBody) {
        let rest = stream::iter((0..GIANT_PIECES).map(|_| blank()));
        return response(status, kind, streamed(stream::iter([bytes]).chain(rest)));
    }
    if device.has(Fault::CompressedBomb) {
        let mut response = response(status, kind, whole(bomb(&bytes)));
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return response;
    }
    response(status, kind, whole(bytes))
}

/// Where a request is sent instead, if it is.
pub(super) fn redirect(device: &Device, uri: &str) -> Option<Response<Body>> {
    if uri.starts_with("/redirected") {
        return None;
    }
    let location = if device.has(Fault::RedirectLoopback) {
        format!("http://127.0.0.1:{}/redirected{uri}", device.address().port())
    } else if device.has(Fault::RedirectMetadata) {
        format!("http://169.254.169.254/latest/meta-data{uri}")
    } else {
        return None;
    };
    let mut response = response(StatusCode::FOUND, "text/plain", whole(Bytes::new()));
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).ok()?);
    Some(response)
}

pub(super) fn response(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(super) fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).boxed_unsync()
}

fn streamed(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Body {
    StreamBody::new(pieces.map(|piece| Ok::<_, Infallible>(Frame::data(piece)))).boxed_unsync()
}

/// Blanks, which may stand behind any document.
fn blank() -> Bytes {
    static BLANK: [u8; PIECE] = [b' '; PIECE];
    Bytes::from_static(&BLANK)
}

/// Blanks without number, and behind them what was to be said; gzip may be put together from parts (RFC 1952).
fn bomb(bytes: &[u8]) -> Bytes {
    // The same for all, because it takes a second to make.
    static BLANKS: OnceLock<Vec<u8>> = OnceLock::new();
    let blanks = BLANKS.get_or_init(|| {
        let blank = blank();
        compressed(|encoder| (0..BOMB_BYTES / PIECE).try_for_each(|_| encoder.write_all(&blank)))
    });
    [blanks.as_slice(), &compressed(|encoder| encoder.write_all(bytes))].concat().into()
}

fn compressed(write: impl FnOnce(&mut GzEncoder<Vec<u8>>) -> io::Result<()>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    write(&mut encoder).and_then(|()| encoder.finish()).expect("a Vec takes every byte")
}
