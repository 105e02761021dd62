//! How often one address may come, or something else be done: a token bucket each, in memory, bounded.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;
use xl_model::clock::TimestampMs;

// 16 bytes of key and 16 of bucket each: about half a megabyte when full.
const MOST_ADDRESSES: usize = 10_000;

/// A bucket for each key; a key is an address where nothing else is said.
#[derive(Debug)]
pub struct Rate<K = IpAddr> {
    burst: f64,
    per_second: f64,
    /// `None` is the bucket of all that do not fit.
    buckets: Mutex<HashMap<Option<K>, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at_ms: TimestampMs,
}

impl Rate {
    /// Takes one token of `address`.
    ///
    /// # Errors
    /// The seconds to wait when there is none.
    pub fn take(&self, address: IpAddr, now_ms: TimestampMs) -> Result<(), u32> {
        self.take_of(network(address), now_ms)
    }
}

impl<K: Eq + Hash> Rate<K> {
    /// At most `burst` requests at once and `per_second` over time.
    pub fn new(burst: u32, per_second: f64) -> Self {
        Self { burst: f64::from(burst), per_second, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one token of `key`.
    ///
    /// # Errors
    /// The seconds to wait when there is none.
    pub fn take_of(&self, key: K, now_ms: TimestampMs) -> Result<(), u32> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = Some(key);
        if buckets.len() >= MOST_ADDRESSES && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| self.filled(*bucket, now_ms) < self.burst);
        }
        // More than that at once share one bucket: the flood slows itself, memory stays bounded.
        let key = if buckets.len() >= MOST_ADDRESSES { None } else { key };
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: self.burst, at_ms: now_ms });
        let tokens = self.filled(*bucket, now_ms);
        let allowed = tokens >= 1.0;
        *bucket = Bucket { tokens: if allowed { tokens - 1.0 } else { tokens }, at_ms: now_ms };
        if allowed {
            Ok(())
        } else {
            let wait_s = ((1.0 - tokens) / self.per_second).ceil().clamp(1.0, 3_600.0);
            Err(wait_s as u32)
        }
    }

    /// Gives a token of `key` back that was taken for what cost nothing after all.
    pub fn give_back_of(&self, key: K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = Some(key);
        let key = if buckets.contains_key(&key) { key } else { None };
        if let Some(bucket) = buckets.get_mut(&key) {
            bucket.tokens = (bucket.tokens + 1.0).min(self.burst);
        }
    }

    fn filled(&self, bucket: Bucket, now_ms: TimestampMs) -> f64 {
        // A clock that was set back adds nothing.
        let passed_ms = now_ms.saturating_sub(bucket.at_ms).clamp(0, 86_400_000);
        (bucket.tokens + passed_ms as f64 / 1_000.0 * self.per_second).min(self.burst)
    }
}

// A household or a phone has a /64 of IPv6; single addresses would give it 2^64 buckets.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX))),
        address => address,
    }
}

/// The address that a request comes from.
///
/// `X-Forwarded-For` counts only where the connection comes from one of `proxies`; then the last address in it that is
/// not a proxy itself.
pub fn address(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
    if !proxies.contains(&peer) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map_while(|text| text.trim().parse().ok())
        .collect();
    forwarded.into_iter().rev().find(|address| !proxies.contains(address)).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_burst_and_then_its_rate() {
        let rate = Rate::new(3, 2.0);
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(rate.take(one, 1_000), Ok(()));
        }
        assert_eq!(rate.take(one, 1_000), Err(1));
        assert_eq!(rate.take(other, 1_000), Ok(()));
        assert_eq!(rate.take(one, 1_500), Ok(()));
        assert_eq!(rate.take(one, 1_500), Err(1));
        assert_eq!(rate.take(one, 0), Err(1), "a clock set back gives nothing");
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_bucket() {
        let rate = Rate::new(1, 1.0);
        assert_eq!(rate.take("2001:db8::1".parse().unwrap(), 0), Ok(()));
        assert_eq!(rate.take("2001:db8::2".parse().unwrap(), 0), Err(1));
        assert_eq!(rate.take("2001:db8:0:1::1".parse().unwrap(), 0), Ok(()));
    }

    #[test]
    fn a_token_that_is_given_back_is_there_for_the_next_and_none_is_there_twice() {
        let rate = Rate::new(2, 0.001);
        for _ in 0..10 {
            assert_eq!(rate.take_of("one", 0), Ok(()));
            rate.give_back_of("one");
        }
        rate.give_back_of("one");
        rate.give_back_of("nobody");
        let taken = (0..9).filter(|_| rate.take_of("one", 0).is_ok()).count();
        assert_eq!(taken, 2);
    }

    #[test]
    fn more_addresses_than_fit_share_one_bucket() {
        let rate = Rate::new(1, 0.001);
        for n in 0..20_000_u32 {
            let _ = rate.take(IpAddr::V4(n.into()), 0);
        }
        assert!(rate.buckets.lock().unwrap().len() <= MOST_ADDRESSES + 1);
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_known_proxy() {
        let proxy: IpAddr = "10.0.0.9".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.9".parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(std::net::SocketAddr::new(proxy, 1)));
        assert_eq!(address(&extensions, &headers, &[proxy]).to_string(), "203.0.113.7");
        assert_eq!(address(&extensions, &headers, &[]), proxy);
    }
}
