//! The short code that a person types to sign a command line in (RFC 8628, section 6.1): eight consonants, 34 bits.

const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// A new code, without its hyphen, from `fill`, a source of random bytes.
pub fn new(fill: &mut dyn FnMut(&mut [u8])) -> String {
    let mut text = String::with_capacity(LENGTH);
    let mut bytes = [0; 16];
    while text.len() < LENGTH {
        fill(&mut bytes);
        // 240 is the greatest multiple of 20 in a byte; the rest is thrown away, so that all are equally likely.
        let fair = bytes.iter().filter(|byte| **byte < 240).map(|byte| char::from(ALPHABET[usize::from(byte % 20)]));
        text.extend(fair.take(LENGTH - text.len()));
    }
    text
}

/// As people read it: `WDJB-MJHT`.
#[must_use]
pub fn grouped(code: &str) -> String {
    let (first, rest) = code.split_at(code.len() / 2);
    format!("{first}-{rest}")
}

/// Reads what somebody types, in either case, with or without hyphens and spaces; none if it cannot be a code.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    let code: String = letters.take(LENGTH + 1).collect();
    let is_code = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["WDJBMJHT", "wdjb-mjht", " wdjb mjht ", "WDJB-MJ HT"] {
            assert_eq!(parse(typed).as_deref(), Some("WDJBMJHT"), "{typed}");
        }
        for wrong in ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB_MJHT", "ẄDJB-MJHT"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(grouped("WDJBMJHT"), "WDJB-MJHT");
    }

    #[test]
    fn a_new_code_is_one() {
        let mut next = 0u8;
        let code = new(&mut |bytes| {
            for byte in bytes {
                next = next.wrapping_add(37);
                *byte = next;
            }
        });
        assert_eq!(parse(&code).as_deref(), Some(code.as_str()));
    }
}
