//! Cells of labels as people and spreadsheets write them.

/// A level from 0 to 3. Spreadsheets may write 1 as `1.0`.
pub(super) fn level(cell: &str) -> Option<u8> {
    let number: f64 = cell.parse().ok()?;
    [0_u8, 1, 2, 3]
        .into_iter()
        .find(|level| f64::from(*level) == number)
}

/// 0 negative, 1 neutral, 2 positive.
pub(super) fn sentiment(cell: &str) -> Option<u8> {
    const WORDS: [[&str; 2]; 3] = [["negative", "n"], ["neutral", "u"], ["positive", "p"]];
    let place = WORDS
        .iter()
        .position(|words| words.iter().any(|word| word.eq_ignore_ascii_case(cell)))?;
    u8::try_from(place).ok()
}

/// 1 for yes, 0 for no.
pub(super) fn flag(cell: &str) -> Option<u8> {
    const WORDS: [[&str; 4]; 2] = [["0", "no", "false", "0.0"], ["1", "yes", "true", "1.0"]];
    let place = WORDS
        .iter()
        .position(|words| words.iter().any(|word| word.eq_ignore_ascii_case(cell)))?;
    u8::try_from(place).ok()
}

/// The urgency that an edited band stands for.
pub(super) fn band(cell: &str) -> Option<u8> {
    const WORDS: [&str; 4] = ["none", "later", "today", "now"];
    let place = WORDS
        .iter()
        .position(|word| word.eq_ignore_ascii_case(cell))?;
    u8::try_from(place).ok()
}

/// A finite number above 0.
pub(super) fn weight(cell: &str) -> Option<f64> {
    cell.parse()
        .ok()
        .filter(|weight: &f64| weight.is_finite() && *weight > 0.0)
}

/// A finite number.
pub(super) fn finite(cell: &str) -> Option<f32> {
    cell.parse().ok().filter(|number: &f32| number.is_finite())
}

/// A whole number, 0 or more.
pub(super) fn count(cell: &str) -> Option<u64> {
    cell.strip_suffix(".0").unwrap_or(cell).parse().ok()
}

/// Whether a spreadsheet rounded an id of many digits, such as `2.02928E+18`.
pub(super) fn is_rounded_id(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['e', 'E']) else {
        return false;
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => {
            whole.len() == 1
                && is_number(whole)
                && is_number(fraction)
                && exponent.len() == 2
                && is_number(exponent)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers() {
        for (cell, expected) in [
            ("0", Some(0)),
            ("3", Some(3)),
            ("1.0", Some(1)),
            ("02", Some(2)),
            ("4", None),
            ("-1", None),
            ("1.5", None),
            ("high", None),
            ("NaN", None),
        ] {
            assert_eq!(level(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("Negative", Some(0)),
            ("u", Some(1)),
            ("P", Some(2)),
            ("mixed", None),
        ] {
            assert_eq!(sentiment(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("TRUE", Some(1)),
            ("yes", Some(1)),
            ("1.0", Some(1)),
            ("No", Some(0)),
            ("0", Some(0)),
            ("x", None),
            ("2", None),
        ] {
            assert_eq!(flag(cell), expected, "{cell}");
        }
        assert_eq!(
            ["none", "Later", "today", "NOW"].map(band),
            [0, 1, 2, 3].map(Some)
        );
        assert_eq!(band("soon"), None);
    }

    #[test]
    fn numbers_beside_labels() {
        assert_eq!(["0.2", "3"].map(weight), [Some(0.2), Some(3.0)]);
        assert_eq!(["0", "-1", "inf", "nan", "x"].map(weight), [None; 5]);
        assert_eq!(["12", "12.0"].map(count), [Some(12); 2]);
        assert_eq!(["-1", "1.5", "many"].map(count), [None; 3]);
        assert_eq!(["-1.5", "inf"].map(finite), [Some(-1.5), None]);
    }

    #[test]
    fn rounded_ids() {
        for (cell, expected) in [
            ("2.02928E+18", true),
            ("2.029281221147077E18", true),
            ("2,02928E+18", true),
            ("2029281221147077085", false),
            ("12E4", false),
            ("3.7e", false),
            ("1.2E+3", false),
            ("Re 1.2E+18", false),
        ] {
            assert_eq!(is_rounded_id(cell), expected, "{cell}");
        }
    }
}
