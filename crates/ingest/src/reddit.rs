//! What Reddit writes otherwise than all others, in exports of any format.

/// An id without the kind that Reddit puts in front of it wherever one post names another: the
/// answer to the comment `abc` has the parent `t1_abc`, and its thread is `t3_xyz`.
pub(crate) fn bare_id(id: &str) -> &str {
    let bare = id.strip_prefix("t1_").or_else(|| id.strip_prefix("t3_"));
    let is_bare = |bare: &&str| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        !bare.is_empty() && bare.bytes().all(is_digit)
    };
    bare.filter(is_bare).unwrap_or(id)
}

/// Whether this is what stands in the place of a text or an author that is gone.
pub(crate) fn is_removed(text: &str) -> bool {
    matches!(text.trim(), "[deleted]" | "[removed]" | "[deleted by user]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lose_their_kind() {
        for (id, bare) in [
            ("t1_abc", "abc"),
            ("t3_1b2c", "1b2c"),
            ("t1_123", "123"),
            ("abc", "abc"),
            ("t1_", "t1_"),
            ("t1_Ann", "t1_Ann"),
            ("t2_abc", "t2_abc"),
            ("xt1_abc", "xt1_abc"),
        ] {
            assert_eq!(bare_id(id), bare, "{id}");
        }
    }

    #[test]
    fn only_the_words_themselves_are_nothing() {
        assert!(is_removed("[deleted]") && is_removed(" [removed]\n"));
        assert!(!is_removed("why was this [removed]?") && !is_removed(""));
    }
}
