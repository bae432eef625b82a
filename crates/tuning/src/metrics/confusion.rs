//! Decisions against truth: tables of confusion and what is counted from them.

/// How often each class was decided to be which.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    classes: usize,
    /// Row by row: true class, then decided class.
    cells: Vec<f64>,
}

impl Confusion {
    /// Counts rows by their true and their decided class.
    ///
    /// # Panics
    ///
    /// When a class is not below `classes`.
    pub fn new(truth: &[u8], decided: &[u8], classes: u8, weights: &[f64]) -> Self {
        let classes = usize::from(classes);
        let mut cells = vec![0.0; classes * classes];
        for ((truth, decided), weight) in truth.iter().zip(decided).zip(weights) {
            let (truth, decided) = (usize::from(*truth), usize::from(*decided));
            assert!(truth.max(decided) < classes, "a class is out of range");
            cells[truth * classes + decided] += weight;
        }
        Self { classes, cells }
    }

    /// Counts flags: class 1 is yes.
    pub(crate) fn of_flags(truth: &[bool], decided: &[bool], weights: &[f64]) -> Self {
        let class = |flags: &[bool]| flags.iter().map(|flag| u8::from(*flag)).collect::<Vec<_>>();
        Self::new(&class(truth), &class(decided), 2, weights)
    }

    /// One row for each true class, in which a count stands for each decided class.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks(self.classes)
    }

    /// All rows, by weight.
    pub fn total(&self) -> f64 {
        self.cells.iter().sum()
    }

    /// How many rows of this true class were decided to be that one, by weight.
    pub fn count(&self, truth: usize, decided: usize) -> f64 {
        self.cells[truth * self.classes + decided]
    }

    /// Rows that are of a class, by weight.
    pub fn truly(&self, class: usize) -> f64 {
        (0..self.classes)
            .map(|decided| self.count(class, decided))
            .sum()
    }

    /// Rows that were decided to be of a class, by weight.
    pub fn decided(&self, class: usize) -> f64 {
        (0..self.classes)
            .map(|truth| self.count(truth, class))
            .sum()
    }

    /// The share of rows that were decided rightly.
    pub fn accuracy(&self) -> Option<f64> {
        let right: f64 = (0..self.classes)
            .map(|class| self.count(class, class))
            .sum();
        share(right, self.total())
    }

    /// Of the rows that were decided to be of a class, the share that are. `None` where none were.
    pub fn precision(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), self.decided(class))
    }

    /// Of the rows that are of a class, the share that were found. `None` where none are.
    pub fn recall(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), self.truly(class))
    }

    /// The weighted harmonic mean of precision and recall of a class, in which recall counts `beta`
    /// times as much as precision: (1 + β²) · right / (decided + β² · true). `None` where no row is
    /// of the class; 0 where none was found.
    pub fn f_beta(&self, class: usize, beta: f64) -> Option<f64> {
        let truly = self.truly(class);
        if truly <= 0.0 {
            return None;
        }
        let weight = beta * beta;
        share(
            (1.0 + weight) * self.count(class, class),
            self.decided(class) + weight * truly,
        )
    }

    /// The mean of the classes' F1. `None` where a class has no row.
    pub fn macro_f1(&self) -> Option<f64> {
        let each: Option<Vec<f64>> = (0..self.classes)
            .map(|class| self.f_beta(class, 1.0))
            .collect();
        share(each?.iter().sum(), self.classes as f64)
    }

    /// Cohen's weighted kappa with quadratic weights (Cohen, Psychological Bulletin 1968): agreement
    /// beyond chance, in which a miss by two levels costs four times a miss by one. 1 is perfect,
    /// 0 what chance would reach. `None` where chance alone would never miss, because truth and
    /// decisions all are one and the same class.
    pub fn quadratic_kappa(&self) -> Option<f64> {
        let total = self.total();
        let (mut observed, mut expected) = (0.0, 0.0);
        for truth in 0..self.classes {
            for decided in 0..self.classes {
                let miss = truth.abs_diff(decided).pow(2) as f64;
                observed += miss * self.count(truth, decided);
                expected += miss * self.truly(truth) * self.decided(decided) / total;
            }
        }
        Some(1.0 - share(observed, expected)?)
    }
}

/// `None` for a share of nothing.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Quadratic kappa of levels 0 to 3; see [`Confusion::quadratic_kappa`].
pub fn quadratic_kappa(truth: &[u8], decided: &[u8], weights: &[f64]) -> Option<f64> {
    Confusion::new(truth, decided, 4, weights).quadratic_kappa()
}

/// The F-measure of yes; see [`Confusion::f_beta`].
pub fn f_beta(truth: &[bool], decided: &[bool], weights: &[f64], beta: f64) -> Option<f64> {
    Confusion::of_flags(truth, decided, weights).f_beta(1, beta)
}

/// Of the rows that were decided yes, the share that are. `None` where none were.
pub fn precision(truth: &[bool], decided: &[bool], weights: &[f64]) -> Option<f64> {
    Confusion::of_flags(truth, decided, weights).precision(1)
}

/// Of the rows that are yes, the share that were found. `None` where none are.
pub fn recall(truth: &[bool], decided: &[bool], weights: &[f64]) -> Option<f64> {
    Confusion::of_flags(truth, decided, weights).recall(1)
}

/// The mean F1 of classes 0 to `classes` − 1; see [`Confusion::macro_f1`].
pub fn macro_f1(truth: &[u8], decided: &[u8], classes: u8, weights: &[f64]) -> Option<f64> {
    Confusion::new(truth, decided, classes, weights).macro_f1()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRUTH: [u8; 10] = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3];
    const DECIDED: [u8; 10] = [0, 0, 1, 2, 1, 0, 2, 3, 3, 1];

    fn at_least(levels: &[u8], level: u8) -> Vec<bool> {
        levels.iter().map(|found| *found >= level).collect()
    }

    #[track_caller]
    fn assert_near(found: Option<f64>, expected: f64) {
        let found = found.expect("measurable");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn as_scikit_learn_computes_them() {
        let ones = [1.0; 10];
        assert_near(
            quadratic_kappa(&TRUTH, &DECIDED, &ones),
            0.573_643_410_852_713,
        );
        assert_near(macro_f1(&TRUTH, &DECIDED, 4, &ones), 0.492_857_142_857_143);
        let (truth, decided) = (at_least(&TRUTH, 2), at_least(&DECIDED, 2));
        assert_near(precision(&truth, &decided, &ones), 0.75);
        assert_near(recall(&truth, &decided, &ones), 0.75);
        assert_near(f_beta(&truth, &decided, &ones, 1.0), 0.75);

        let weights = [1.0, 2.0, 0.5, 3.0, 1.0, 1.0, 0.0, 2.0, 4.0, 1.5];
        assert_near(
            quadratic_kappa(&TRUTH, &DECIDED, &weights),
            0.590_963_139_120_095,
        );
        assert_near(
            macro_f1(&TRUTH, &DECIDED, 4, &weights),
            0.416_770_186_335_404,
        );
        assert_near(
            f_beta(&truth, &decided, &weights, 2.0),
            0.769_230_769_230_769,
        );
    }

    #[test]
    fn the_table_reads_from_truth_to_decision() {
        let table = Confusion::new(&TRUTH, &DECIDED, 4, &[1.0; 10]);
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(
            rows,
            [
                [2.0, 1.0, 1.0, 0.0],
                [1.0, 1.0, 0.0, 0.0],
                [0.0, 0.0, 1.0, 1.0],
                [0.0, 1.0, 0.0, 1.0]
            ]
        );
        assert_near(table.accuracy(), 0.5);
    }

    #[test]
    fn extremes_of_kappa() {
        let ones = [1.0; 4];
        let cases = [
            ([0, 1, 2, 3], [0, 1, 2, 3], Some(1.0)),
            ([0, 0, 3, 3], [3, 3, 0, 0], Some(-1.0)),
            ([0, 0, 3, 3], [0, 3, 0, 3], Some(0.0)),
            ([0, 0, 0, 0], [1, 1, 1, 1], Some(0.0)),
            ([2, 2, 2, 2], [2, 2, 2, 2], None),
        ];
        for (truth, decided, expected) in cases {
            assert_eq!(quadratic_kappa(&truth, &decided, &ones), expected);
        }
    }

    #[test]
    fn what_has_no_meaning_has_no_value() {
        let (yes, no, ones) = ([true, true], [false, false], [1.0, 1.0]);
        assert_eq!(recall(&no, &yes, &ones), None);
        assert_eq!(precision(&no, &yes, &ones), Some(0.0));
        assert_eq!(f_beta(&no, &yes, &ones, 1.0), None);
        assert_eq!(precision(&yes, &no, &ones), None);
        assert_eq!(f_beta(&yes, &no, &ones, 1.0), Some(0.0));
        assert_eq!(macro_f1(&[0, 1], &[0, 1], 3, &ones), None);
        assert_eq!(quadratic_kappa(&[], &[], &[]), None);
        assert_eq!(Confusion::new(&[], &[], 3, &[]).accuracy(), None);
    }

    proptest! {
        #[test]
        fn a_weight_is_a_number_of_rows(
            rows in prop::collection::vec((0..4_u8, 0..4_u8, 0..4_u8), 1..30),
        ) {
            let truth: Vec<u8> = rows.iter().map(|row| row.0).collect();
            let decided: Vec<u8> = rows.iter().map(|row| row.1).collect();
            let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
            let repeat = |of: &[u8]| -> Vec<u8> {
                of.iter().zip(&rows).flat_map(|(class, row)| vec![*class; usize::from(row.2)]).collect()
            };
            let (many_truth, many_decided) = (repeat(&truth), repeat(&decided));
            let ones = vec![1.0; many_truth.len()];
            let weighted = Confusion::new(&truth, &decided, 4, &weights);
            prop_assert_eq!(&weighted, &Confusion::new(&many_truth, &many_decided, 4, &ones));
            for value in [weighted.quadratic_kappa(), weighted.macro_f1(), weighted.accuracy()] {
                prop_assert!(value.is_none_or(f64::is_finite));
            }
        }
    }
}
