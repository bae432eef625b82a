//! Newton's method for smooth convex functions of a few parameters, some of which have a floor.

/// A function at one point.
pub(crate) struct Point<const N: usize> {
    pub(crate) value: f64,
    pub(crate) gradient: [f64; N],
    /// Positive definite.
    pub(crate) hessian: [[f64; N]; N],
}

/// Most steps; a calibration needs five to ten.
const STEPS: usize = 100;

/// The smallest part of a step that is tried.
const SHORTEST: f64 = 1e-10;

/// Finds the parameters, none below its floor, at which `function` is lowest.
///
/// Projected Newton with a step check (Bertsekas, SIAM Journal on Control and Optimization 1982;
/// Armijo's rule): a step that does not lower the function enough is halved, so that the value never
/// rises above that at `start`.
pub(crate) fn minimise<const N: usize>(
    start: [f64; N],
    floor: [f64; N],
    function: impl Fn(&[f64; N]) -> Point<N>,
) -> [f64; N] {
    let mut place = start;
    let mut here = function(&place);
    for _ in 0..STEPS {
        // What lies on its floor and would fall below it stays.
        let mut gradient = here.gradient;
        let mut hessian = here.hessian;
        for i in 0..N {
            if place[i] <= floor[i] && gradient[i] > 0.0 {
                gradient[i] = 0.0;
                for row in &mut hessian {
                    row[i] = 0.0;
                }
                hessian[i] = std::array::from_fn(|j| if j == i { 1.0 } else { 0.0 });
            }
        }
        let step = solve(hessian, gradient);
        let mut size = 1.0;
        let (next, there) = loop {
            let next: [f64; N] = std::array::from_fn(|i| (place[i] - size * step[i]).max(floor[i]));
            let there = function(&next);
            let expected: f64 = (0..N).map(|i| gradient[i] * (place[i] - next[i])).sum();
            if there.value <= here.value - 1e-4 * expected && expected >= 0.0 {
                break (next, there);
            }
            size /= 2.0;
            if size < SHORTEST {
                return place;
            }
        };
        let gain = here.value - there.value;
        (place, here) = (next, there);
        if gain <= 1e-12 * (1.0 + here.value.abs()) {
            break;
        }
    }
    place
}

/// Solves `matrix · x = right` for a positive definite matrix, by Cholesky's decomposition.
fn solve<const N: usize>(matrix: [[f64; N]; N], right: [f64; N]) -> [f64; N] {
    let mut lower = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            lower[i][j] = if i == j {
                (matrix[i][i] - dot).max(f64::MIN_POSITIVE).sqrt()
            } else {
                (matrix[i][j] - dot) / lower[j][j]
            };
        }
    }
    let mut x = right;
    for i in 0..N {
        let dot: f64 = (0..i).map(|k| lower[i][k] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i][i];
    }
    for i in (0..N).rev() {
        let dot: f64 = (i + 1..N).map(|k| lower[k][i] * x[k]).sum();
        x[i] = (x[i] - dot) / lower[i][i];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        let matrix = [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let x = solve(matrix, [1.0, -2.0, 0.5]);
        for (row, right) in matrix.iter().zip([1.0, -2.0, 0.5]) {
            let found: f64 = row.iter().zip(x).map(|(a, b)| a * b).sum();
            assert!((found - right).abs() < 1e-12);
        }
    }

    /// (x − 1)⁴ + (x − 1)² + (y + 2)², far from a parabola at a distance.
    fn bowl([x, y]: &[f64; 2]) -> Point<2> {
        let (x, y) = (x - 1.0, y + 2.0);
        Point {
            value: x.powi(4) + x * x + y * y,
            gradient: [4.0 * x.powi(3) + 2.0 * x, 2.0 * y],
            hessian: [[12.0 * x * x + 2.0, 0.0], [0.0, 2.0]],
        }
    }

    #[test]
    fn finds_the_lowest_point_above_the_floor() {
        let none = f64::NEG_INFINITY;
        for (floor, expected) in [
            ([none, none], [1.0, -2.0]),
            ([none, 0.0], [1.0, 0.0]),
            ([3.0, -1.0], [3.0, -1.0]),
        ] {
            for start in [[40.0, 9.0], [3.0, 0.0]] {
                let found = minimise(start, floor, bowl);
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-5, "{found} {expected}");
                }
            }
        }
    }
}
