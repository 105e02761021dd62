//! A host, or a camera, that says back whatever it was told, and refuses.

use std::net::SocketAddr;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// Starts one that knows a secret of its own, too; it ends with the test. What is asked for below `/drop` gets no answer.
pub(super) async fn start(secret: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, secret));
        }
    });
    address
}

async fn answer(mut stream: TcpStream, secret: &str) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut part).await? {
            0 => return Ok(()),
            read => request.extend_from_slice(&part[..read]),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    if text.split(' ').nth(1).is_some_and(|path| path.starts_with("/drop")) {
        return Ok(());
    }
    let login = header(&text, "authorization").unwrap_or("none").to_owned();
    // Before anybody shows one, nobody could know that its words are a secret.
    let is_shown = login != "none" || text.contains("UsernameToken");
    let (status, wanted, challenge) = match is_shown {
        true => (400, secret, format!("Basic realm=\"{login}\"")),
        false => (401, "a login", "Digest realm=\"echo\", nonce=\"n\", qop=\"auth\"".to_owned()),
    };
    let told: String = text.replace('&', "&amp;").replace('<', "&lt;").chars().filter(|c| !c.is_control()).collect();
    let body = format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>\
         </s:Code><s:Reason><s:Text xml:lang=\"en\">wanted {wanted}, got {login}: {told}</s:Text></s:Reason></s:Fault></s:Body>\
         </s:Envelope>"
    );
    let head = format!(
        "HTTP/1.1 {status} {login}\r\nwww-authenticate: {challenge}\r\nx-echo: {login}\r\nset-cookie: e={login}\r\n\
         content-type: application/soap+xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = header(head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    body.len() >= length
}

fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lines = text.split("\r\n").take_while(|line| !line.is_empty());
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
