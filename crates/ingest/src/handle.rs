//! Handles as people and exports write them: `@Acme`, `acme`.

/// A handle without `@` and white space around it, as written.
pub fn bare(handle: &str) -> &str {
    handle.trim().trim_start_matches('@')
}

/// A handle in the form in which handles are compared: [`bare`] and in lower case.
pub fn folded(handle: &str) -> String {
    bare(handle).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_has_one_form() {
        for handle in ["acme", "@Acme", " @ACME ", "@@acme"] {
            assert_eq!(folded(handle), "acme", "{handle}");
        }
        assert_eq!(bare("@Acme@Social.example"), "Acme@Social.example");
        assert_eq!(folded(" "), "");
    }
}
