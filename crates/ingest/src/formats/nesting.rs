//! How deep JSON goes.

use crate::limits::Limits;
use crate::reject::Reason;

/// Fails when objects and arrays of `json` lie deeper in one another than the limit allows.
///
/// This looks at brackets outside of strings only, before the parser sets memory aside for what
/// is in them. Of what is not JSON it says something or nothing; the parser rejects it.
pub(super) fn check(json: &[u8], limits: &Limits) -> Result<(), Reason> {
    let most = limits.nesting.min(Limits::MOST_NESTING);
    let mut depth = 0usize;
    let mut is_string = false;
    let mut is_escaped = false;
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => {
                depth += 1;
                if depth > most {
                    return Err(Reason::TooDeep { most });
                }
            }
            b'}' | b']' if !is_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn brackets_count_outside_of_strings() {
        for (json, depth) in [
            ("1", 0usize),
            ("{}", 1),
            (r#"{"a":[{"b":1}],"c":[[2]]}"#, 3),
            (r#"{"a":"[[[[{{{{"}"#, 1),
            (r#"{"a":"\"[[[","b":"\\","c":[]}"#, 2),
        ] {
            for (nesting, is_fine) in [(depth, true), (depth.saturating_sub(1), depth == 0)] {
                let limits = Limits {
                    nesting,
                    ..Limits::default()
                };
                assert_eq!(check(json.as_bytes(), &limits).is_ok(), is_fine, "{json}");
            }
        }
    }

    #[test]
    fn the_parser_reads_what_the_deepest_limit_allows() {
        let limits = Limits {
            nesting: Limits::MOST_NESTING,
            ..Limits::default()
        };
        for (depth, is_fine) in [
            (Limits::MOST_NESTING, true),
            (Limits::MOST_NESTING + 1, false),
        ] {
            let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(check(json.as_bytes(), &limits).is_ok(), is_fine);
            assert_eq!(serde_json::from_str::<Value>(&json).is_ok(), is_fine);
        }
    }
}
