//! placeholder
/// The content of `docs/reports.md`.
pub fn documentation() -> String {
    String::new()
}
