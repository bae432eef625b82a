//! The charts of the first sheet, each of some columns of one table.
//!
//! They are Excel's own: they refer to the cells of the table's sheet.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition,
    ChartLine, ChartPoint, ChartSolidFill, ChartType, Color,
};

use super::{
    style,
    table::{FIRST_ROW, SheetTable},
};
use crate::{
    Kind,
    posts::{booleans, texts},
};

/// What a chart shows of a table.
struct Definition {
    table: &'static str,
    title: &'static str,
    form: Form,
    /// The column along the axis.
    along: &'static str,
    /// The columns drawn, with the words of the legend.
    series: &'static [(&'static str, &'static str, Color)],
    /// Only the rows, one below the other, that have this value in this column.
    only: Option<(&'static str, &'static str)>,
    /// The flag whose rows are marked, and the word that marks them.
    marked: Option<(&'static str, &'static str)>,
    /// The most rows drawn, of the first or, along time, of the last.
    most: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Bars from the left, the first row on top: for names.
    Bars,
    /// Bars from below: for groups in an order.
    Columns,
    /// The first series as bars from below, the others as lines: along time.
    OverTime,
}

const CHARTS: [Definition; 4] = [
    Definition {
        table: "trend",
        title: "Customers' posts over time",
        form: Form::OverTime,
        along: "period",
        series: &[
            ("posts", "posts", style::BLUE),
            ("angry", "angry posts", style::RED),
        ],
        only: None,
        marked: Some(("posts_spike", "spike")),
        most: 500,
    },
    Definition {
        table: "companies",
        title: "Posts answered and angry posts, by company",
        form: Form::Bars,
        along: "company",
        series: &[
            ("response_rate", "answered", style::BLUE),
            ("angry_share", "angry", style::RED),
        ],
        only: None,
        marked: None,
        most: 12,
    },
    Definition {
        table: "topics",
        title: "What customers write about",
        form: Form::Bars,
        along: "topic",
        series: &[("posts", "posts", style::BLUE)],
        only: None,
        marked: None,
        most: 12,
    },
    Definition {
        table: "equity",
        title: "Posts answered, by followers of the author",
        form: Form::Columns,
        along: "group",
        series: &[("response_rate", "answered", style::BLUE)],
        only: Some(("comparison", "followers")),
        marked: None,
        most: 20,
    },
];

/// The charts whose tables have rows.
pub(super) fn charts(tables: &[SheetTable]) -> Vec<Chart> {
    let charts = CHARTS.iter().filter_map(|definition| {
        let table = tables.iter().find(|it| it.spec.name == definition.table)?;
        definition.draw(table)
    });
    charts.collect()
}

impl Definition {
    fn draw(&self, table: &SheetTable) -> Option<Chart> {
        let (first, rows) = self.rows(table)?;
        let range = |name: &str| {
            let column = table.spec.fields.iter().position(|it| it.name == name)?;
            let column = u16::try_from(column).ok()?;
            let first = FIRST_ROW + u32::try_from(first).ok()?;
            let last = first + u32::try_from(rows - 1).ok()?;
            Some((table.spec.name, first, column, last, column))
        };
        let along = range(self.along)?;
        let mut chart = Chart::new(match self.form {
            Form::Bars => ChartType::Bar,
            Form::Columns | Form::OverTime => ChartType::Column,
        });
        let mut lines = Chart::new(ChartType::Line);
        for (place, (name, legend, color)) in self.series.iter().enumerate() {
            let is_line = place > 0 && self.form == Form::OverTime;
            let chart = if is_line { &mut lines } else { &mut chart };
            let series = chart.add_series();
            series
                .set_categories(along)
                .set_values(range(name)?)
                .set_name(*legend);
            if is_line {
                series.set_format(
                    ChartFormat::new().set_line(ChartLine::new().set_color(*color).set_width(2)),
                );
            } else {
                series.set_format(&mut solid(*color)).set_gap(50);
            }
            if place == 0 {
                self.mark(table, first, rows, series);
            }
        }
        if self.form == Form::OverTime && self.series.len() > 1 {
            chart.combine(&lines);
        }
        self.dress(table, &mut chart);
        Some(chart)
    }

    /// The first row and the number of rows that are drawn; `None` where there are none.
    fn rows(&self, table: &SheetTable) -> Option<(usize, usize)> {
        let (first, rows) = match self.only {
            Some((column, value)) => {
                let values = texts(&table.rows, column).ok()?;
                let first = values.iter().position(|it| it == Some(value))?;
                let drawn = table
                    .rows
                    .column(self.series.first()?.0)
                    .ok()?
                    .is_not_null();
                let rest = values.iter().zip(drawn.iter()).skip(first);
                let rows = rest.take_while(|it| *it == (Some(value), Some(true)));
                (first, rows.count())
            }
            // Posts without a time come last, and have no place on the axis.
            None if self.form == Form::OverTime => (0, with_time(table)),
            // What has no name comes apart from the rest.
            None => {
                let named = table.rows.column(self.along).ok()?.is_not_null();
                let first = named.iter().position(|it| it == Some(true))?;
                let rest = named.iter().skip(first);
                (first, rest.take_while(|it| *it == Some(true)).count())
            }
        };
        let shown = rows.min(self.most);
        let first = match self.form {
            Form::OverTime => first + rows - shown,
            Form::Bars | Form::Columns => first,
        };
        (shown > 0).then_some((first, shown))
    }

    /// Gives the bars of marked rows a colour and a word.
    fn mark(
        &self,
        table: &SheetTable,
        first: usize,
        rows: usize,
        series: &mut rust_xlsxwriter::ChartSeries,
    ) {
        let Some((column, word)) = self.marked else {
            return;
        };
        let Ok(flags) = booleans(&table.rows, column) else {
            return;
        };
        let marked: Vec<bool> = flags
            .iter()
            .skip(first)
            .take(rows)
            .map(|flag| flag == Some(true))
            .collect();
        if !marked.contains(&true) {
            return;
        }
        let points: Vec<ChartPoint> = marked
            .iter()
            .map(|is_marked| match is_marked {
                true => ChartPoint::new().set_format(&mut solid(style::DARK)),
                false => ChartPoint::default(),
            })
            .collect();
        let labels: Vec<ChartDataLabel> = marked
            .iter()
            .map(|is_marked| {
                let mut label = ChartDataLabel::new();
                if *is_marked {
                    label.set_value(word);
                } else {
                    label.set_hidden();
                }
                label
            })
            .collect();
        series.set_points(&points);
        series.set_custom_data_labels(&labels);
    }

    /// Title, axes and legend.
    fn dress(&self, table: &SheetTable, chart: &mut Chart) {
        let kind = |name: &str| table.spec.field(name).map(|field| field.kind);
        chart.title().set_name(self.title).set_font(
            ChartFont::new()
                .set_size(12)
                .set_bold()
                .set_color(style::DARK),
        );
        let values = self.series.first().and_then(|(name, ..)| kind(name));
        let format = match values {
            Some(Kind::Share) => "0%",
            _ => "#,##0",
        };
        // The library names the axes by where they are drawn.
        let values = match self.form {
            Form::Bars => chart.x_axis(),
            Form::Columns | Form::OverTime => chart.y_axis(),
        };
        values
            .set_num_format(format)
            .set_min(0)
            .set_major_gridlines(true)
            .set_major_gridlines_line(ChartLine::new().set_color(Color::RGB(0xE3_E3_E3)));
        if self.form == Form::Bars {
            chart
                .y_axis()
                .set_reverse()
                .set_crossing(ChartAxisCrossing::Max)
                .set_major_gridlines(false);
        }
        if self.series.len() > 1 {
            chart.legend().set_position(ChartLegendPosition::Bottom);
        } else {
            chart.legend().set_hidden();
        }
        chart.set_alt_text(self.title);
    }
}

fn solid(color: Color) -> ChartFormat {
    ChartFormat::new()
        .set_solid_fill(ChartSolidFill::new().set_color(color))
        .clone()
}

/// How many rows, from the first on, have a time.
fn with_time(table: &SheetTable) -> usize {
    let mut fields = table.spec.fields.iter();
    let time = fields.find(|field| field.kind == Kind::Time);
    let column = time.and_then(|field| table.rows.column(field.name).ok());
    column.map_or(0, |column| column.len() - column.null_count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tables;

    #[test]
    fn the_columns_of_every_chart_are_there() {
        let specs = Tables::specs();
        for definition in &CHARTS {
            let spec = specs.iter().find(|spec| spec.name == definition.table);
            // A table without columns is not made yet.
            let Some(spec) = spec.filter(|spec| !spec.fields.is_empty()) else {
                continue;
            };
            let drawn = definition.series.iter().map(|(name, ..)| *name);
            let others = [definition.only, definition.marked].into_iter().flatten();
            let names = drawn.chain([definition.along]);
            for name in names.chain(others.map(|(name, _)| name)) {
                assert!(spec.field(name).is_some(), "{}: {name}", spec.name);
            }
        }
    }
}
