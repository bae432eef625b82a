//! Groups of points that point the same way: spherical k-means (Dhillon and Modha, Machine Learning
//! 42, 2001), begun as k-means++ does (Arthur and Vassilvitskii, SODA 2007).

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Fixed, so that the same points give the same groups.
const SEED: u64 = 1;
/// Of several beginnings the one that ends best is kept.
const BEGINNINGS: u64 = 4;
/// More than it takes: the groups hardly change after twenty.
const ROUNDS: usize = 50;
/// Numbers that are added side by side.
const LANES: usize = 8;

/// What a post is about: a direction of length 1, in two parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Point {
    /// Of all points as long.
    pub(super) dense: Vec<f32>,
    /// Places and values of what is not 0.
    pub(super) sparse: Vec<(usize, f32)>,
}

impl Point {
    /// The product with a direction that has both parts end to end, the cosine of the angle.
    fn cosine(&self, direction: &[f32]) -> f32 {
        let (dense, sparse) = direction.split_at(self.dense.len());
        let of_sparse = self.sparse.iter().map(|(at, value)| value * sparse[*at]);
        dot(&self.dense, dense) + of_sparse.sum::<f32>()
    }

    fn add_to(&self, sum: &mut [f32]) {
        let (dense, sparse) = sum.split_at_mut(self.dense.len());
        for (sum, value) in dense.iter_mut().zip(&self.dense) {
            *sum += value;
        }
        for (at, value) in &self.sparse {
            sparse[*at] += value;
        }
    }
}

/// Groups of points.
#[derive(Clone, Debug, Default)]
pub(super) struct Clusters {
    /// Of length 1.
    centres: Vec<Vec<f32>>,
}

impl Clusters {
    /// Finds so many groups of points, or fewer where there are not so many different ones, then
    /// joins those whose centres have at least this cosine between them, the nearest first. `width`
    /// is the length of both parts of a point.
    pub(super) fn fit(points: &[Point], width: usize, count: usize, near: f32) -> Self {
        let fits = (0..BEGINNINGS).into_par_iter().map(|beginning| {
            let mut random = Pcg32::seed_from_u64(SEED.wrapping_add(beginning));
            converge(points, width, begin(points, width, count, &mut random))
        });
        // Of equals the first, whichever was found first.
        let fits = fits.collect::<Vec<_>>().into_iter();
        let best = fits.reduce(|best, fit| if fit.1 > best.1 { fit } else { best });
        let found = Self {
            centres: best.map(|(centres, _)| centres).unwrap_or_default(),
        };
        found.join(points, width, near)
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.centres.len()
    }

    /// The group whose centre is nearest, and the cosine of the angle to it.
    pub(super) fn nearest(&self, point: &Point) -> Option<(usize, f32)> {
        nearest(point, &self.centres)
    }

    /// Joins groups until none are near each other.
    fn join(self, points: &[Point], width: usize, near: f32) -> Self {
        let mut sums = vec![vec![0.0; width]; self.count()];
        for point in points {
            if let Some((group, _)) = self.nearest(point) {
                point.add_to(&mut sums[group]);
            }
        }
        let mut centres = self.centres;
        while let Some((a, b, cosine)) = nearest_pair(&centres)
            && cosine >= near
        {
            let sum = sums.remove(b);
            centres.remove(b);
            sums[a].iter_mut().zip(sum).for_each(|(a, b)| *a += b);
            centres[a] = unit(sums[a].clone());
        }
        Self { centres }
    }
}

/// The two centres with the least angle between them, the earlier first.
fn nearest_pair(centres: &[Vec<f32>]) -> Option<(usize, usize, f32)> {
    let pairs = (0..centres.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let pairs = pairs.map(|(a, b)| (a, b, dot(&centres[a], &centres[b])));
    // Of equals the first.
    pairs.reduce(|best, next| if next.2 > best.2 { next } else { best })
}

/// Centres far from one another, each drawn with odds that grow with the distance to those before.
fn begin(points: &[Point], width: usize, count: usize, random: &mut Pcg32) -> Vec<Vec<f32>> {
    let mut centres: Vec<Vec<f32>> = Vec::with_capacity(count);
    let mut distances = vec![1.0_f32; points.len()];
    while centres.len() < count {
        let total: f32 = distances.iter().sum();
        // Less is what rounding leaves of points that are all centres.
        if total <= 1e-3 {
            break;
        }
        let mut left = random.random::<f32>() * total;
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        // Rounding can leave a little.
        let farthest = || (0..points.len()).max_by(|a, b| distances[*a].total_cmp(&distances[*b]));
        let Some(drawn) = drawn.or_else(farthest).and_then(|drawn| points.get(drawn)) else {
            break;
        };
        let mut centre = vec![0.0; width];
        drawn.add_to(&mut centre);
        for (distance, point) in distances.iter_mut().zip(points) {
            *distance = distance.min((1.0 - point.cosine(&centre)).max(0.0));
        }
        centres.push(centre);
    }
    centres
}

/// Moves the centres until no point changes its group. Returns them with the sum of the cosines of
/// points to their centre.
fn converge(points: &[Point], width: usize, mut centres: Vec<Vec<f32>>) -> (Vec<Vec<f32>>, f32) {
    let mut groups = vec![usize::MAX; points.len()];
    let mut closeness = 0.0;
    for _ in 0..ROUNDS {
        let mut sums = vec![vec![0.0; width]; centres.len()];
        let mut is_changed = false;
        closeness = 0.0;
        for (point, group) in points.iter().zip(&mut groups) {
            let Some((found, cosine)) = nearest(point, &centres) else {
                continue;
            };
            is_changed |= found != *group;
            *group = found;
            closeness += cosine;
            point.add_to(&mut sums[found]);
        }
        if !is_changed {
            break;
        }
        for (centre, sum) in centres.iter_mut().zip(sums) {
            // A group that has lost all its points stays where it is.
            if sum.iter().any(|value| *value != 0.0) {
                *centre = unit(sum);
            }
        }
    }
    (centres, closeness)
}

fn nearest(point: &Point, centres: &[Vec<f32>]) -> Option<(usize, f32)> {
    let cosines = centres
        .iter()
        .map(|centre| point.cosine(centre))
        .enumerate();
    // Of equals the first.
    cosines.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The vector at length 1; one of zeros stays.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    vector
}

/// Sums of [`LANES`] strands, which a processor adds side by side.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.into_iter().chain(rest).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DENSE: usize = 8;
    const WIDTH: usize = 10;
    /// No two centres are as near.
    const NEVER: f32 = 2.0;

    /// Points around three axes, of which the last two share a word.
    fn three_groups() -> Vec<Point> {
        let mut random = Pcg32::seed_from_u64(9);
        (0..90)
            .map(|n| {
                let mut vector: Vec<f32> = (0..DENSE)
                    .map(|_| random.random_range(-0.1..=0.1))
                    .collect();
                vector[n % 3] += 1.0;
                vector.push(if n % 3 == 0 { 0.0 } else { 0.8 });
                let mut dense = unit(vector);
                let word = dense.pop().unwrap_or_default();
                let sparse = vec![(1, word)];
                Point { dense, sparse }
            })
            .collect()
    }

    fn groups(points: &[Point], clusters: &Clusters) -> Vec<usize> {
        let groups = points.iter().map(|point| clusters.nearest(point));
        groups.map(|group| group.unwrap().0).collect()
    }

    #[test]
    fn obvious_groups_are_found() {
        let points = three_groups();
        let groups = groups(&points, &Clusters::fit(&points, WIDTH, 3, NEVER));
        for (n, group) in groups.iter().enumerate() {
            assert_eq!(*group, groups[n % 3], "point {n}");
        }
        assert!(groups[0] != groups[1] && groups[1] != groups[2] && groups[0] != groups[2]);
    }

    #[test]
    fn groups_that_are_near_are_joined() {
        let points = three_groups();
        let clusters = Clusters::fit(&points, WIDTH, 3, 0.3);
        assert_eq!(clusters.count(), 2);
        let groups = groups(&points, &clusters);
        assert!(groups[1] == groups[2] && groups[0] != groups[1]);
        assert_eq!(Clusters::fit(&points, WIDTH, 3, -1.0).count(), 1);
    }

    #[test]
    fn nothing_and_the_same_again_and_again() {
        let point = Point {
            dense: vec![0.6, 0.8],
            sparse: Vec::new(),
        };
        assert_eq!(Clusters::fit(&[], 2, 3, NEVER).nearest(&point), None);
        let clusters = Clusters::fit(&vec![point; 50], 2, 3, NEVER);
        assert_eq!(clusters.count(), 1);
        let zeros = Point {
            dense: vec![0.0; 2],
            sparse: Vec::new(),
        };
        assert!(Clusters::fit(&[zeros.clone(), zeros], 2, 2, NEVER).count() <= 2);
    }

    proptest! {
        #[test]
        fn every_point_has_a_nearest_centre(
            vectors in prop::collection::vec(prop::collection::vec(-1.0_f32..1.0, 5), 1..40),
            count in 1_usize..6,
        ) {
            let points = vectors.into_iter().map(unit);
            let points: Vec<Point> = points
                .map(|vector| Point {
                    dense: vector[..3].to_vec(),
                    sparse: vec![(0, vector[3]), (1, vector[4])],
                })
                .collect();
            let clusters = Clusters::fit(&points, 5, count, 0.9);
            prop_assert!((1..=count).contains(&clusters.count()));
            for point in points {
                let (group, cosine) = clusters.nearest(&point).unwrap();
                prop_assert!(group < clusters.count());
                prop_assert!((-1.001..=1.001).contains(&cosine), "{}", cosine);
            }
        }
    }
}
