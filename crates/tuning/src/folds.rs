//! Which rows are held out together.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg32;

/// Where the random numbers start, so that the same rows always fall into the same folds.
const SEED: u64 = 20_260_301;

/// Deals rows into folds, each class evenly, in an order that does not follow the file's.
pub(crate) fn stratified(classes: &[u8], folds: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..classes.len()).collect();
    rows.shuffle(&mut Pcg32::seed_from_u64(SEED));
    rows.sort_by_key(|row| classes[*row]);
    let mut dealt = vec![0; classes.len()];
    for (place, row) in rows.into_iter().enumerate() {
        dealt[row] = place % folds.max(1);
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_dealt_evenly() {
        let classes: Vec<u8> = (0..103).map(|row| u8::from(row % 4 == 0)).collect();
        let folds = stratified(&classes, 5);
        for class in 0..2 {
            let counts = (0..5).map(|fold| {
                let rows = folds.iter().zip(&classes);
                rows.filter(|(f, c)| (**f, **c) == (fold, class)).count()
            });
            let counts: Vec<usize> = counts.collect();
            let (low, high) = (counts.iter().min(), counts.iter().max());
            assert!(high.unwrap() - low.unwrap() <= 1, "{counts:?}");
        }
        assert_eq!(folds, stratified(&classes, 5));
        assert_ne!(folds[..5], [0, 1, 2, 3, 4]);
        assert!(stratified(&[], 5).is_empty());
    }
}
