//! Groups of vectors that point the same way: spherical k-means (Dhillon and Modha, Machine Learning
//! 42, 2001), begun as k-means++ does (Arthur and Vassilvitskii, SODA 2007).

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

/// Fixed, so that the same vectors give the same groups.
const SEED: u64 = 1;
/// Of several beginnings the one that ends best is kept.
const BEGINNINGS: u64 = 4;
/// More than it takes: the groups hardly change after twenty.
const ROUNDS: usize = 50;

/// Groups of vectors.
#[derive(Clone, Debug)]
pub(super) struct Clusters {
    /// The mean direction of all vectors, which tells nothing apart and is taken off.
    mean: Vec<f32>,
    /// Of length 1.
    centres: Vec<Vec<f32>>,
}

impl Clusters {
    /// Finds so many groups, or fewer where there are not so many different vectors.
    pub(super) fn fit(vectors: &[&[i8]], count: usize) -> Self {
        let mut mean = vec![0.0; vectors.first().map_or(0, |vector| vector.len())];
        let directions = vectors.iter().map(|vector| unit(floats(vector)));
        directions.for_each(|direction| add(&mut mean, &direction));
        mean.iter_mut()
            .for_each(|sum| *sum /= vectors.len().max(1) as f32);
        let nothing = Self {
            mean,
            centres: Vec::new(),
        };
        let points: Vec<Vec<f32>> = vectors.iter().map(|vector| nothing.point(vector)).collect();
        let fits = (0..BEGINNINGS).map(|beginning| {
            let mut random = Pcg32::seed_from_u64(SEED.wrapping_add(beginning));
            converge(&points, begin(&points, count, &mut random))
        });
        let best = fits.reduce(|best, fit| if fit.1 > best.1 { fit } else { best });
        Self {
            centres: best.map(|(centres, _)| centres).unwrap_or_default(),
            ..nothing
        }
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.centres.len()
    }

    /// The group whose centre is nearest, and the cosine of the angle to it.
    pub(super) fn nearest(&self, vector: &[i8]) -> Option<(usize, f32)> {
        nearest(&self.point(vector), &self.centres)
    }

    /// The vector without the mean direction, of length 1.
    fn point(&self, vector: &[i8]) -> Vec<f32> {
        let mut point = unit(floats(vector));
        for (value, mean) in point.iter_mut().zip(&self.mean) {
            *value -= mean;
        }
        unit(point)
    }
}

/// Centres far from one another, each drawn with odds that grow with the distance to those before.
fn begin(points: &[Vec<f32>], count: usize, random: &mut Pcg32) -> Vec<Vec<f32>> {
    let mut centres: Vec<Vec<f32>> = Vec::with_capacity(count);
    let mut distances = vec![1.0_f32; points.len()];
    while centres.len() < count {
        let total: f32 = distances.iter().sum();
        if total <= f32::EPSILON {
            break;
        }
        let mut left = random.random::<f32>() * total;
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        // Rounding can leave a little.
        let farthest = || (0..points.len()).max_by(|a, b| distances[*a].total_cmp(&distances[*b]));
        let Some(centre) = drawn.or_else(farthest).and_then(|drawn| points.get(drawn)) else {
            break;
        };
        for (distance, point) in distances.iter_mut().zip(points) {
            *distance = distance.min((1.0 - dot(point, centre)).max(0.0));
        }
        centres.push(centre.clone());
    }
    centres
}

/// Moves the centres until no point changes its group. Returns them with the mean cosine of points
/// to their centre.
fn converge(points: &[Vec<f32>], mut centres: Vec<Vec<f32>>) -> (Vec<Vec<f32>>, f32) {
    let mut groups = vec![usize::MAX; points.len()];
    let mut closeness = 0.0;
    for _ in 0..ROUNDS {
        let mut sums: Vec<Vec<f32>> = centres.iter().map(|it| vec![0.0; it.len()]).collect();
        let mut is_changed = false;
        closeness = 0.0;
        for (point, group) in points.iter().zip(&mut groups) {
            let Some((found, cosine)) = nearest(point, &centres) else {
                continue;
            };
            is_changed |= found != *group;
            *group = found;
            closeness += cosine;
            add(&mut sums[found], point);
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

fn nearest(point: &[f32], centres: &[Vec<f32>]) -> Option<(usize, f32)> {
    let cosines = centres.iter().map(|centre| dot(point, centre)).enumerate();
    // Of equals the first.
    cosines.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

fn floats(vector: &[i8]) -> Vec<f32> {
    vector.iter().map(|value| f32::from(*value)).collect()
}

/// The vector at length 1; one of zeros stays.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    vector
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(sum: &mut [f32], vector: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Vectors around three axes.
    fn three_groups() -> Vec<Vec<i8>> {
        let mut random = Pcg32::seed_from_u64(9);
        (0..90)
            .map(|n| {
                let mut vector: Vec<i8> = (0..8).map(|_| random.random_range(-12..=12)).collect();
                vector[n % 3] += 100;
                vector
            })
            .collect()
    }

    #[test]
    fn obvious_groups_are_found() {
        let vectors = three_groups();
        let vectors: Vec<&[i8]> = vectors.iter().map(Vec::as_slice).collect();
        let clusters = Clusters::fit(&vectors, 3);
        let groups: Vec<usize> = vectors
            .iter()
            .map(|vector| clusters.nearest(vector).unwrap().0)
            .collect();
        for (n, group) in groups.iter().enumerate() {
            assert_eq!(*group, groups[n % 3], "vector {n}");
        }
        assert!(groups[0] != groups[1] && groups[1] != groups[2] && groups[0] != groups[2]);
    }

    #[test]
    fn nothing_and_the_same_again_and_again() {
        assert_eq!(Clusters::fit(&[], 3).nearest(&[1]), None);
        let vectors = vec![[3_i8, 4].as_slice(); 50];
        let clusters = Clusters::fit(&vectors, 3);
        assert!(clusters.count() <= 3);
        let zeros = [0_i8; 4];
        assert!(Clusters::fit(&[&zeros, &zeros], 2).count() <= 2);
    }

    proptest! {
        #[test]
        fn every_vector_has_a_nearest_centre(
            vectors in prop::collection::vec(prop::collection::vec(any::<i8>(), 5), 1..40),
            count in 1_usize..6,
        ) {
            let vectors: Vec<&[i8]> = vectors.iter().map(Vec::as_slice).collect();
            let clusters = Clusters::fit(&vectors, count);
            prop_assert!((1..=count).contains(&clusters.count()));
            for vector in vectors {
                let (group, cosine) = clusters.nearest(vector).unwrap();
                prop_assert!(group < clusters.count());
                prop_assert!((-1.001..=1.001).contains(&cosine), "{}", cosine);
            }
        }
    }
}
