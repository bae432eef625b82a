//! What a page allows a browser to do.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The content security policy of a page with one script and one style sheet within: these two run,
/// known by their hashes, and nothing else. A post that found a way into the markup could not run,
/// load or send anything.
pub(super) fn content_security_policy(script: &str, style: &str) -> String {
    let hash = |content: &str| STANDARD.encode(Sha256::digest(content.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; \
         connect-src 'none'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'",
        hash(script),
        hash(style)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_specification() {
        // The example of CSP Level 3, section 6.7.2.4.
        let policy = content_security_policy("alert('Hello, world.');", "");
        assert!(policy.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"));
    }
}
