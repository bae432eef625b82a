//! What formats that store columns share: from typed columns to cells.

use polars::prelude::{
    ArrowDataType, ArrowSchema, Column as Values, DataType, PolarsResult, StringChunked, TimeUnit,
};
use serde_json::{Map, Value};

use crate::columns::{self, ColumnOverride, Mapping};
use crate::notice::NoticeKind;
use crate::panics;
use crate::reject;
use crate::time;

use super::Row;

/// Column names for mapping. A column of a type that cannot become text gets a mark, as lists of
/// objects do in JSON, so that it maps to nothing.
pub(super) fn column_names(schema: &ArrowSchema) -> Vec<String> {
    schema
        .iter()
        .map(|(name, field)| {
            if is_readable(field.dtype()) {
                name.to_string()
            } else {
                format!("{name}[]")
            }
        })
        .collect()
}

/// Whether Polars, with the features it is built with here, turns values of this type into text.
fn is_readable(dtype: &ArrowDataType) -> bool {
    match dtype {
        ArrowDataType::List(item) | ArrowDataType::LargeList(item) => is_scalar(item.dtype()),
        dtype => is_scalar(dtype),
    }
}

fn is_scalar(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    match dtype {
        T::Null | T::Boolean | T::Int8 | T::Int16 | T::Int32 | T::Int64 => true,
        T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => true,
        T::Float32 | T::Float64 | T::Decimal(..) | T::Timestamp(..) | T::Date32 => true,
        T::Utf8 | T::LargeUtf8 | T::Utf8View => true,
        T::Binary | T::LargeBinary | T::BinaryView => true,
        T::Dictionary(_, values, _) => is_scalar(values),
        _ => false,
    }
}

/// Whether a column, or a field of a structure by its dotted name (`public_metrics.like_count`), is
/// called like one of posts.
fn is_of_use(name: &str, dtype: &ArrowDataType) -> bool {
    match dtype {
        _ if columns::is_known(name) => true,
        ArrowDataType::Struct(fields) => fields
            .iter()
            .any(|field| is_of_use(&format!("{name}.{}", field.name), field.dtype())),
        _ => false,
    }
}

/// Runs a step of Polars, which panics on some damaged files.
pub(super) fn contained<T>(step: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    match panics::caught(step) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("its content does not match its description".to_owned()),
    }
}

/// A column's values as text: times as RFC 3339, lists as JSON.
pub(super) fn as_text(values: &Values) -> PolarsResult<StringChunked> {
    match values.dtype() {
        DataType::Datetime(..) | DataType::Date => moments_as_text(values),
        DataType::List(_) => lists_as_text(values),
        _ => Ok(values.cast(&DataType::String)?.str()?.clone()),
    }
}

/// Values with a time zone are stored in UTC, like those without.
fn moments_as_text(values: &Values) -> PolarsResult<StringChunked> {
    let moments = values.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?;
    let micros = moments.cast(&DataType::Int64)?;
    Ok(micros
        .i64()?
        .iter()
        .map(|moment| moment.and_then(time::rfc3339))
        .collect())
}

fn lists_as_text(values: &Values) -> PolarsResult<StringChunked> {
    let lists = values.list()?;
    (0..lists.len())
        .map(|row| {
            let Some(items) = lists.get_as_series(row) else {
                return Ok(None);
            };
            let items = as_text(&items.into())?;
            let items: Vec<Option<&str>> = items.iter().collect();
            Ok(Some(Value::from(items).to_string()))
        })
        .collect()
}

/// The rows of one part of a file after the other: row groups, or record batches.
pub(super) struct Parts {
    mapping: Mapping,
    /// The columns of use by index in the file; the same order as in `part`.
    fields: Vec<usize>,
    names: Vec<String>,
    part: Vec<StringChunked>,
    height: usize,
    /// Rows of the file before `part`.
    before: usize,
    /// The next row within `part`.
    row: usize,
    unread: Vec<NoticeKind>,
}

impl Parts {
    pub(super) fn new(schema: &ArrowSchema, overrides: &[ColumnOverride]) -> Self {
        let headers = column_names(schema);
        let mapping = Mapping::new(&headers, overrides);
        let fields = mapping.fields();
        let names = fields
            .iter()
            .filter_map(|index| headers.get(*index))
            .cloned()
            .collect();
        // Columns that would be of use by their name, but are of a type that cannot be read.
        let unread = schema
            .iter()
            .filter(|(name, field)| !is_readable(field.dtype()) && is_of_use(name, field.dtype()))
            .map(|(name, _)| NoticeKind::UnreadColumn {
                header: name.to_string(),
            })
            .collect();
        Self {
            mapping,
            fields,
            names,
            part: Vec::new(),
            height: 0,
            before: 0,
            row: 0,
            unread,
        }
    }

    /// The columns of use by index in the file, ascending.
    pub(super) fn fields(&self) -> &[usize] {
        &self.fields
    }

    /// Their names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Rows of the file that were read, the present part included.
    pub(super) const fn read(&self) -> usize {
        self.before + self.height
    }

    /// Goes on to the next part: its columns of use, of `height` values each.
    pub(super) fn load(&mut self, part: Vec<StringChunked>, height: usize) {
        self.before += self.height;
        self.part = part;
        self.height = height;
        self.row = 0;
    }

    /// The next row of the present part; none when there is no further one.
    pub(super) fn next_row(&mut self) -> Option<Row> {
        if self.row >= self.height {
            return None;
        }
        let row = self.row;
        self.row += 1;
        let cells = self
            .mapping
            .cells(|field| self.cell(field, row).map(str::to_owned));
        Some(Row {
            line: (self.before + row + 1) as u64,
            cells: Ok(cells),
        })
    }

    /// The cell of the file's column `field` in row `row` of the part.
    fn cell(&self, field: usize, row: usize) -> Option<&str> {
        let position = self.fields.iter().position(|index| *index == field)?;
        self.part.get(position)?.get(row)
    }

    /// The cells of use of the row last read as a JSON object.
    pub(super) fn raw(&self) -> String {
        let Some(row) = self.row.checked_sub(1) else {
            return String::new();
        };
        let cells: Map<String, Value> = self
            .fields
            .iter()
            .zip(&self.names)
            .filter_map(|(field, name)| Some((name.clone(), self.cell(*field, row)?.into())))
            .collect();
        reject::raw(Value::Object(cells).to_string().as_bytes())
    }

    pub(super) fn notices(&self) -> Vec<NoticeKind> {
        self.unread.clone()
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{ArrowField, ArrowSchema};

    use super::*;

    #[test]
    fn a_structure_with_fields_of_use_is_missed() {
        let field = |name: &str, dtype| ArrowField::new(name.into(), dtype, true);
        let structure = |name: &str, child: &str| {
            field(
                name,
                ArrowDataType::Struct(vec![field(child, ArrowDataType::Int64)]),
            )
        };
        let schema: ArrowSchema = [
            field("text", ArrowDataType::Utf8View),
            structure("public_metrics", "like_count"),
            structure("user", "any"),
            structure("geo", "place"),
        ]
        .into_iter()
        .map(|field| (field.name.clone(), field))
        .collect();
        let unread = ["public_metrics", "user"].map(|header| NoticeKind::UnreadColumn {
            header: header.to_owned(),
        });
        assert_eq!(Parts::new(&schema, &[]).notices(), unread);
    }
}
