//! Stable pseudonyms for authors, made with a key (HMAC-SHA256, RFC 2104).
//!
//! Whoever has the key can test whether a pseudonym is that of a known handle; without it, nobody
//! can. That hides names, not people: a text can still tell who wrote it, and where an export has
//! few authors, numbers of followers or times can too.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt::{self, Write as _},
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::handle;
use crate::redact::keep;

/// Fewest bytes of a key file: as many as the hash has, as RFC 2104 advises.
pub const SHORTEST_KEY: usize = 32;
/// Most bytes of a key file; more are another file, named by mistake.
pub const LONGEST_KEY: usize = 4096;

/// Bytes of the hash that make a pseudonym: among ten million authors, two share one with a
/// probability of 3 in a million.
const KEPT_BYTES: usize = 8;

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such file.
    #[error(
        "{}: no such key file; make one with: head -c 32 /dev/urandom > {}",
        file.display(),
        file.display()
    )]
    NotFound {
        /// The path as given.
        file: PathBuf,
    },
    /// The operating system refused to read it.
    #[error("{}: the key cannot be read: {source}", file.display())]
    Io {
        /// The path as given.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file holds too little to be a secret.
    #[error(
        "{}: the key has {length} bytes, and at least {SHORTEST_KEY} are needed; make one with: \
         head -c 32 /dev/urandom > KEYFILE",
        file.display()
    )]
    TooShort {
        /// The path as given.
        file: PathBuf,
        /// Its bytes.
        length: usize,
    },
    /// The file holds more than a key.
    #[error(
        "{}: a key has at most {LONGEST_KEY} bytes; is this the right file?",
        file.display()
    )]
    TooLong {
        /// The path as given.
        file: PathBuf,
    },
}

/// Makes pseudonyms with one key.
pub struct Pseudonyms {
    /// Keyed and ready for a name.
    mac: Hmac<Sha256>,
    is_exposed: bool,
}

impl fmt::Debug for Pseudonyms {
    /// Says nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonyms").finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// Pseudonyms with the key in a file: its bytes as they are, but for a line end at their end,
    /// which editors add.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn from_key_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        let path = path.as_ref();
        let (bytes, is_exposed) = read(path).map_err(|source| {
            let file = path.to_owned();
            match source.kind() {
                io::ErrorKind::NotFound => KeyError::NotFound { file },
                _ => KeyError::Io { file, source },
            }
        })?;
        if bytes.len() > LONGEST_KEY {
            return Err(KeyError::TooLong {
                file: path.to_owned(),
            });
        }
        let key = without_line_end(&bytes);
        if key.len() < SHORTEST_KEY {
            return Err(KeyError::TooShort {
                file: path.to_owned(),
                length: key.len(),
            });
        }
        // HMAC takes keys of any length.
        let mac = Hmac::new_from_slice(key).map_err(|_| KeyError::TooLong {
            file: path.to_owned(),
        })?;
        Ok(Self { mac, is_exposed })
    }

    /// Whether every user of the machine may read the key file, which deserves a warning.
    pub fn is_key_exposed(&self) -> bool {
        self.is_exposed
    }

    /// The pseudonym of an author's id or handle: `u_` and 16 hexadecimal digits.
    ///
    /// Case and a leading `@` make no difference, so that a handle and its mentions agree. An id
    /// and a handle of the same author do not.
    pub fn author(&self, id_or_name: &str) -> String {
        self.keyed("u_", &handle::folded(id_or_name))
    }

    /// What tells the key from others and says nothing more of it: `k_` and 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        // In capitals, so that no author has this name: names are hashed in lower case.
        self.keyed("k_", "FINGERPRINT")
    }

    /// The prefix and the first bytes of the text's hash.
    fn keyed(&self, prefix: &str, text: &str) -> String {
        let mac = self.mac.clone().chain_update(text).finalize().into_bytes();
        let mut keyed = String::with_capacity(prefix.len() + 2 * KEPT_BYTES);
        keyed.push_str(prefix);
        for byte in mac.iter().take(KEPT_BYTES) {
            // Writing to a string cannot fail.
            let _ = write!(keyed, "{byte:02x}");
        }
        keyed
    }

    /// The text with each mention replaced by its pseudonym, but those in `keep`, which holds
    /// [folded](handle::folded) handles: the company's own accounts.
    ///
    /// Only what a platform shows as a mention is replaced: names without `@` stay. Borrowed when
    /// nothing changes.
    pub fn mentions<'a>(&self, text: &'a str, keep: &HashSet<String>) -> Cow<'a, str> {
        let mut replaced = String::new();
        let mut end = 0;
        for range in keep::handles(text) {
            let handle = &text[range.clone()];
            if keep.contains(&handle::folded(handle)) {
                continue;
            }
            replaced.push_str(&text[end..range.start]);
            replaced.push('@');
            replaced.push_str(&self.author(handle));
            end = range.end;
        }
        if end == 0 {
            return Cow::Borrowed(text);
        }
        replaced.push_str(&text[end..]);
        Cow::Owned(replaced)
    }
}

/// At most one byte more than a key may have, and whether others may read the file.
fn read(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    let file = File::open(path)?;
    let is_exposed = is_exposed(&file)?;
    let mut bytes = Vec::new();
    file.take(LONGEST_KEY as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes, is_exposed))
}

#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;

    Ok(file.metadata()?.permissions().mode() & 0o004 != 0)
}

/// Other systems' permissions are not looked at.
#[cfg(not(unix))]
fn is_exposed(_file: &File) -> io::Result<bool> {
    Ok(false)
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn with_key(key: &[u8]) -> Result<Pseudonyms, KeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, key).unwrap();
        Pseudonyms::from_key_file(&path)
    }

    fn pseudonyms(byte: u8) -> Pseudonyms {
        with_key(&[byte; 32]).unwrap()
    }

    /// Agrees with another implementation: `hmac.new(b"k" * 32, b"jo", "sha256")` of Python.
    #[test]
    fn an_author_has_the_first_bytes_of_the_hmac() {
        assert_eq!(pseudonyms(b'k').author("jo"), "u_87b6b57716403967");
    }

    #[test]
    fn one_key_gives_one_pseudonym_and_another_key_another() {
        let (one, other) = (pseudonyms(1), pseudonyms(2));
        for name in ["jo", "@jo", "JO", " @Jo "] {
            assert_eq!(one.author(name), one.author("jo"), "{name}");
        }
        assert_ne!(one.author("jo"), one.author("jo_"));
        assert_ne!(one.author("jo"), other.author("jo"));
        assert_eq!(
            with_key(&[b'1'; 33]).unwrap().author("jo"),
            with_key(b"111111111111111111111111111111111\r\n")
                .unwrap()
                .author("jo"),
        );
    }

    #[test]
    fn a_fingerprint_is_of_the_key_alone() {
        let fingerprint = pseudonyms(1).fingerprint();
        assert_eq!(fingerprint, pseudonyms(1).fingerprint());
        assert_ne!(fingerprint, pseudonyms(2).fingerprint());
        let digits = |text: &str| text[2..].to_owned();
        assert_ne!(
            digits(&fingerprint),
            digits(&pseudonyms(1).author("FINGERPRINT"))
        );
    }

    #[test]
    fn mentions_agree_with_authors() {
        let pseudonyms = pseudonyms(3);
        let company = HashSet::from(["shop".to_owned()]);
        let jo = pseudonyms.author("jo");
        for (text, expected) in [
            ("@Shop ask @Jo, not me", format!("@Shop ask @{jo}, not me")),
            ("@jo.Thanks", format!("@{jo}.Thanks")),
            (".@JO @jo", format!(".@{jo} @{jo}")),
            (
                "@jo@social.example hi",
                format!("@{} hi", pseudonyms.author("jo@social.example")),
            ),
            (
                "@jo.bsky.social!",
                format!("@{}!", pseudonyms.author("jo.bsky.social")),
            ),
        ] {
            assert_eq!(pseudonyms.mentions(text, &company), expected);
        }
        for text in ["@shop @SHOP hi", "jo@example.com", "at @ home", ""] {
            assert!(matches!(
                pseudonyms.mentions(text, &company),
                Cow::Borrowed(_)
            ));
        }
    }

    #[test]
    fn unusable_keys_are_explained() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Pseudonyms::from_key_file(folder.path().join("none")).unwrap_err();
        assert!(matches!(missing, KeyError::NotFound { .. }));
        let short = with_key(&[7; 31]).unwrap_err();
        assert!(matches!(short, KeyError::TooShort { length: 31, .. }));
        let long = with_key(&[7; LONGEST_KEY + 1]).unwrap_err();
        assert!(matches!(long, KeyError::TooLong { .. }));
        let folder_error = Pseudonyms::from_key_file(folder.path()).unwrap_err();
        assert!(matches!(folder_error, KeyError::Io { .. }));
        insta::assert_snapshot!(
            KeyError::TooShort { file: "key".into(), length: 31 },
            @"key: the key has 31 bytes, and at least 32 are needed; make one with: head -c 32 /dev/urandom > KEYFILE"
        );
        insta::assert_snapshot!(
            KeyError::NotFound { file: "key".into() },
            @"key: no such key file; make one with: head -c 32 /dev/urandom > key"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_all_may_read_is_noticed() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, [9; 32]).unwrap();
        for (mode, expected) in [(0o600, false), (0o640, false), (0o644, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let pseudonyms = Pseudonyms::from_key_file(&path).unwrap();
            assert_eq!(pseudonyms.is_key_exposed(), expected, "{mode:o}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", pseudonyms(4)), "Pseudonyms { .. }");
    }
}
