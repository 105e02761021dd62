//! One HTTP exchange on one connection.

use bytes::Bytes;
use bytes::BytesMut;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::Request;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::AUTHORIZATION;
use hyper::header::CONNECTION;
use hyper::header::CONTENT_ENCODING;
use hyper::header::CONTENT_TYPE;
use hyper::header::HOST;
use hyper::header::HeaderName;
use hyper::header::LOCATION;
use hyper::header::WWW_AUTHENTICATE;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::time::Instant;
use tokio::time::timeout_at;
use tokio_util::task::AbortOnDropHandle;

use super::Answer;
use super::Ask;
use super::CameraUrl;
use super::GateError;
use super::Limits;

/// Sends and reads within the limits; the connection ends with it.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    url: &CameraUrl,
    ask: &Ask,
    authorization: Option<&str>,
    limits: Limits,
    deadline: Instant,
) -> Result<Answer, GateError> {
    let request = request(url, ask, authorization)?;
    // Cameras write headers that no grammar allows; what cannot be read of them is left out.
    let handshake = http1::Builder::new()
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .max_buf_size(64 * 1024)
        .handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(|error| broken(&error))?;
    let _driven = AbortOnDropHandle::new(tokio::spawn(connection));
    let first_byte = deadline.min(Instant::now() + limits.first_byte);
    let answered = timeout_at(first_byte, sender.send_request(request)).await;
    let response = answered.map_err(|_| GateError::Slow("the answer"))?.map_err(|error| broken(&error))?;
    timeout_at(deadline, read(response, limits.body_bytes)).await.map_err(|_| GateError::Slow("the answer's body"))?
}

fn request(url: &CameraUrl, ask: &Ask, authorization: Option<&str>) -> Result<Request<Full<Bytes>>, GateError> {
    let mut builder = Request::builder()
        .method(ask.method())
        .uri(url.path())
        .header(HOST, url.authority())
        .header(CONNECTION, "close");
    if let Some(authorization) = authorization {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    let body = match ask {
        Ask::Get => Bytes::new(),
        Ask::Soap { envelope, action } => {
            let content = format!("application/soap+xml; charset=utf-8; action=\"{action}\"");
            builder = builder.header(CONTENT_TYPE, content);
            Bytes::from(envelope.clone())
        }
    };
    builder.body(Full::new(body)).map_err(|error| GateError::NotHttp(error.to_string()))
}

/// Reads the body up to its limit, counted as it comes: nothing is decompressed.
async fn read(response: Response<Incoming>, bytes_most: usize) -> Result<Answer, GateError> {
    let (head, mut body) = response.into_parts();
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(encoding) = text(CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        let encoding: String = encoding.chars().take(16).collect();
        return Err(GateError::NotHttp(format!("compressed as `{encoding}` though nobody asked")));
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() {
            if bytes.len() + data.len() > bytes_most {
                return Err(GateError::TooLarge(bytes_most));
            }
            bytes.extend_from_slice(&data);
        }
    }
    let challenges = head.headers.get_all(WWW_AUTHENTICATE).iter();
    Ok(Answer {
        status: head.status.as_u16(),
        challenges: challenges.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect(),
        location: text(LOCATION),
        body: bytes.freeze(),
    })
}

fn broken(error: &hyper::Error) -> GateError {
    if error.is_parse() {
        return GateError::NotHttp(error.to_string());
    }
    GateError::Closed // Closed, reset, or cut off within the body: all the same to whoever waits.
}
