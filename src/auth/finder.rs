//! Finding secrets where they do not belong, by their prefixes and their checksum alone.

use aho_corasick::AhoCorasick;

use super::secret::Secret;

/// Knows what secrets begin with.
#[derive(Clone, Debug)]
pub struct Finder {
    prefixes: AhoCorasick,
    longest: usize,
}

impl Finder {
    /// Of secrets with these prefixes.
    pub fn new<'a>(prefixes: impl IntoIterator<Item = &'a str>) -> Self {
        let prefixes: Vec<_> = prefixes.into_iter().collect();
        let longest = prefixes.iter().map(|prefix| prefix.len()).max().unwrap_or_default() + Secret::BODY;
        Self { prefixes: AhoCorasick::new(prefixes).expect("a few short prefixes are not too many"), longest }
    }

    /// No secret has more bytes than this.
    #[must_use]
    pub const fn longest(&self) -> usize {
        self.longest
    }

    /// All secrets in `bytes`, and where each begins. What stands around one does not matter: a text that is none of
    /// ours has the right checksum once in four thousand million times.
    pub fn find<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, Secret)> + 'a {
        self.prefixes.find_overlapping_iter(bytes).filter_map(|prefix| {
            let text = bytes.get(prefix.start()..prefix.end() + Secret::BODY)?;
            Some((prefix.start(), Secret::parse(str::from_utf8(text).ok()?)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PREFIXES: [&str; 3] = ["sk_live_", "dp_", "wdp_"];

    fn mint(prefix: &str, seed: u8) -> Secret {
        let mut next = seed;
        Secret::mint(prefix, &mut |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
        })
    }

    fn found(bytes: &[u8]) -> Vec<(usize, String)> {
        Finder::new(PREFIXES).find(bytes).map(|(at, secret)| (at, secret.expose().to_owned())).collect()
    }

    #[test]
    fn a_secret_is_found_by_its_own_prefix_and_checksum_only() {
        let (one, other) = (mint("sk_live_", 1), mint("wdp_", 2));
        let (one, other) = (one.expose(), other.expose());
        assert_eq!(found(format!("{one}{other}").as_bytes()), [(0, one.to_owned()), (40, other.to_owned())]);
        let foreign = mint("gh_", 1);
        assert_eq!(found(foreign.expose().as_bytes()), []);
        let mistyped = one.replace(&one[20..22], "!!");
        assert_eq!(found(mistyped.as_bytes()), []);
        assert_eq!(found(&one.as_bytes()[..39]), []);
        assert_eq!(Finder::new(PREFIXES).longest(), 40);
    }

    proptest! {
        #[test]
        fn a_secret_is_found_whatever_stands_around_it(before: Vec<u8>, after: Vec<u8>, seed: u8, which in 0usize..3) {
            let secret = mint(PREFIXES[which], seed);
            let bytes = [&before, secret.expose().as_bytes(), &after].concat();
            prop_assert!(found(&bytes).contains(&(before.len(), secret.expose().to_owned())));
        }
    }
}
