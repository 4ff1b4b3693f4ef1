//! Numbers of JSON as they are spelled: as values they may be rounded, and `1.50` is `1.5`.
use std::collections::HashMap;

/// The numbers that an object has by itself, by their keys. It is one that could be read; of keys that come twice the last counts.
pub(super) fn numbers(object: &[u8]) -> HashMap<String, &str> {
    let mut found = HashMap::new();
    let (mut at, mut depth, mut key) = (0, 0_usize, None);
    while let Some(sign) = object.get(at) {
        let mut end = at + 1;
        match sign {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                end += text_length(&object[end..]);
                if depth == 1 && key.is_none() {
                    key = object.get(at..end);
                }
            }
            b',' if depth == 1 => key = None,
            b'-' | b'0'..=b'9' if depth == 1 => {
                end = at + object[at..].iter().take_while(|sign| is_of_number(**sign)).count();
                let name = key.and_then(|key| serde_json::from_slice(key).ok());
                if let (Some(name), Ok(number)) = (name, std::str::from_utf8(&object[at..end])) {
                    found.insert(name, number);
                }
            }
            _ => {}
        }
        at = end;
    }
    found
}

/// The bytes of a text, its closing quote with them.
fn text_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(sign) = text.get(at) {
        at += match sign {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

fn is_of_number(sign: u8) -> bool {
    sign.is_ascii_digit() || matches!(sign, b'-' | b'+' | b'.' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_object_itself() {
        let object =
            br#" { "a" : 1.50, "b\"\u0063\\" :-12345678901234567890123 ,"c":[1.5,{"d":2.5}],"e":"3.5, \"f\": 4",
            "g":{"a":9},"h":1e5,"i":null,"k": 7, "k": 7.0}"#;
        let mut told: Vec<(String, &str)> = numbers(object).into_iter().collect();
        told.sort();
        let expected = [("a", "1.50"), ("b\"c\\", "-12345678901234567890123"), ("h", "1e5"), ("k", "7.0")];
        assert_eq!(told, expected.map(|(key, number)| (key.to_owned(), number)));
        for broken in [&b"{\"a"[..], b"{\"a\\", b"", b"}", b"{1"] {
            assert!(numbers(broken).is_empty());
        }
    }
}
