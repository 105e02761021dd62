//! Addresses of our own pages, written so that nothing in them breaks out of its place.

use std::fmt::Write as _;

/// A path segment or a query's name or value: everything but unreserved characters as `%XX` (RFC 3986 §2.3).
pub(crate) fn part(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            written.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(written, "%{byte:02X}");
        }
    }
    // A segment of dots alone would climb.
    if written == "." || written == ".." { written.replace('.', "%2E") } else { written }
}

/// `path?name=value&…`, without `?` when there is nothing to say.
pub(crate) fn with_query<'a>(path: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (n, (name, value)) in query.into_iter().enumerate() {
        address.push(if n == 0 { '?' } else { '&' });
        address.push_str(&part(name));
        address.push('=');
        address.push_str(&part(value));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_place() {
        assert_eq!(part("a/../b?x=1&y#z 大\"<"), "a%2F..%2Fb%3Fx%3D1%26y%23z%20%E5%A4%A7%22%3C");
        assert_eq!(part(".."), "%2E%2E");
        assert_eq!(with_query("/p", [("a", "1"), ("b&", "2=")]), "/p?a=1&b%26=2%3D");
        assert_eq!(with_query("/p", []), "/p");
    }
}
