//! How many connections each address holds, so that one machine cannot take them all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

/// Connections of one address at most: enough for the live pages of a whole office behind one router.
const EACH: usize = 1024;

/// Connections by address.
#[derive(Debug, Clone)]
pub(crate) struct Crowd {
    each: usize,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection that counts until it is dropped.
#[derive(Debug)]
pub(crate) struct One {
    address: IpAddr,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self::of(EACH)
    }
}

impl Crowd {
    /// A crowd without a limit for each.
    pub(crate) fn unlimited() -> Self {
        Self::of(usize::MAX)
    }

    fn of(each: usize) -> Self {
        Self {
            each,
            held: Arc::default(),
        }
    }

    /// Counts one more connection; None if its address has too many. The machine itself has no limit: a proxy may run there.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<One> {
        let address = network(address);
        if let Ok(mut held) = self.held.lock() {
            let count = held.entry(address).or_default();
            if *count >= self.each && !address.is_loopback() {
                return None;
            }
            *count += 1;
        }
        Some(One {
            address,
            held: Arc::clone(&self.held),
        })
    }
}

impl Drop for One {
    fn drop(&mut self) {
        let Ok(mut held) = self.held.lock() else {
            return;
        };
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// An IPv4 address, or the /64 of an IPv6 address, in which one machine has as many as it likes.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_full_while_others_are_let_in() {
        let crowd = Crowd::of(2);
        let enter = |address: &str| crowd.enter(address.parse().unwrap());
        let (first, _second) = (enter("203.0.113.7"), enter("::ffff:203.0.113.7"));
        assert!(enter("203.0.113.7").is_none());
        assert!(enter("203.0.113.8").is_some());
        drop(first);
        assert!(enter("203.0.113.7").is_some());
        let _network = (enter("2001:db8::1"), enter("2001:db8::2"));
        assert!(enter("2001:db8::3").is_none());
        let _proxy = [enter("127.0.0.1"), enter("127.0.0.1")];
        assert!(enter("127.0.0.1").is_some());
    }

    #[test]
    fn nothing_is_kept_of_those_who_have_gone() {
        let crowd = Crowd::default();
        drop(crowd.enter("203.0.113.7".parse().unwrap()));
        assert!(crowd.held.lock().unwrap().is_empty());
    }
}
