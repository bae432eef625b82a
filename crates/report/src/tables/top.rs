//! The rows of the smallest places, of rows that come in any order.

use polars::prelude::*;

use crate::error::Error;

/// The first rows so far by their places.
#[derive(Debug)]
pub(crate) struct TopRows {
    wanted: usize,
    /// Rows from this place on are not among the first.
    limit: u32,
    places: Vec<u32>,
    rows: DataFrame,
}

impl TopRows {
    /// No rows yet, and later the `wanted` ones of the smallest places.
    pub(crate) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            limit: u32::MAX,
            places: Vec::new(),
            rows: DataFrame::empty(),
        }
    }

    /// Adds rows with a place each, counted from 1; those of place 0 are left out. The columns are
    /// known from the first table, which may be empty.
    pub(crate) fn add(&mut self, table: &DataFrame, places: &[u32]) -> Result<(), Error> {
        if self.rows.width() == 0 {
            self.rows = table.clear();
        }
        let (rows, places): (Vec<IdxSize>, Vec<u32>) = (0..)
            .zip(places)
            .filter(|(_, place)| (1..self.limit).contains(*place))
            .unzip();
        if rows.is_empty() || self.wanted == 0 {
            return Ok(());
        }
        let rows = table.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows))?;
        self.rows.vstack_mut(&rows)?;
        self.places.extend(places);
        // Sorting now and then keeps the work linear.
        if self.places.len() >= 2 * self.wanted {
            self.shorten()?;
        }
        Ok(())
    }

    /// The rows in the order of their places.
    pub(crate) fn finish(mut self) -> Result<DataFrame, Error> {
        if self.wanted > 0 {
            self.shorten()?;
        }
        Ok(self.rows)
    }

    fn shorten(&mut self) -> Result<(), Error> {
        let mut order: Vec<(u32, IdxSize)> = self.places.iter().copied().zip(0..).collect();
        order.sort_unstable();
        order.truncate(self.wanted);
        let (places, order) = order.into_iter().unzip();
        self.places = places;
        if let Some(last) = self.places.get(self.wanted - 1) {
            self.limit = *last;
        }
        self.rows = self.rows.take(&IdxCa::from_vec(PlSmallStr::EMPTY, order))?;
        self.rows.rechunk_mut();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_smallest_places_whatever_the_chunks() {
        let places: Vec<u32> = (0..1000).map(|n| n * 7919 % 1000).collect();
        for chunk in [1, 7, 1000] {
            let mut top = TopRows::new(30);
            for places in places.chunks(chunk) {
                let names: Vec<String> = places.iter().map(ToString::to_string).collect();
                top.add(&df!("place" => names).unwrap(), places).unwrap();
            }
            let rows = top.finish().unwrap();
            let found = rows
                .column("place")
                .unwrap()
                .str()
                .unwrap()
                .iter()
                .flatten();
            assert!(
                found.eq((1..=30).map(|n| n.to_string())),
                "chunks of {chunk}"
            );
        }
    }

    #[test]
    fn fewer_rows_than_wanted_and_none_wanted() {
        for (wanted, expected) in [(0, 0), (2, 1)] {
            let mut top = TopRows::new(wanted);
            top.add(&df!("id" => ["a", "b"]).unwrap(), &[0, 3]).unwrap();
            let rows = top.finish().unwrap();
            assert_eq!((rows.height(), rows.width()), (expected, 1));
        }
    }
}
