//! Charts as SVG for pages: the colours, the font and the axes that all of them share.
//!
//! A chart is drawn for white paper. `templates/base.css` gives each colour its counterpart for
//! light and dark, so that one drawing serves both. Nothing in it is a `style` attribute, which a
//! page's content security policy would refuse.

use std::ops::Range;

use plotters::{
    chart::ChartContext,
    coord::{Shift, types::RangedCoordf64},
    prelude::*,
};

/// The background.
pub const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Text.
pub const INK: RGBColor = RGBColor(0x24, 0x29, 0x2F);
/// Axes and grid lines.
pub const GRID: RGBColor = RGBColor(0xE1, 0xE4, 0xE8);
/// What a result is compared with.
pub const REFERENCE: RGBColor = RGBColor(0x8A, 0x93, 0x9D);
/// What is shown.
pub const SERIES: RGBColor = RGBColor(0x1F, 0x5F, 0xBF);
/// What stands out.
pub const ACCENT: RGBColor = RGBColor(0xC2, 0x41, 0x0C);

const FONT: &str = "sans-serif";

/// A chart to draw on, in the coordinates of its axes.
pub type Context<'a, 'b> =
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// What drawing comes to.
pub type DrawResult = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A chart could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ChartError(String);

/// An axis.
pub struct Axis<'a> {
    /// What it shows, and in which unit.
    pub title: &'a str,
    /// Its ends.
    pub range: Range<f64>,
    /// About how many values are written at it.
    pub labels: usize,
    /// How a value is written.
    pub format: &'a dyn Fn(&f64) -> String,
}

/// A chart of this width and height, with a caption unless it is empty.
///
/// # Errors
///
/// When the drawing fails, which a drawing in memory does not.
pub fn chart(
    size: (u32, u32),
    caption: &str,
    [x, y]: [&Axis<'_>; 2],
    draw: impl FnOnce(&mut Context<'_, '_>) -> DrawResult,
) -> Result<String, ChartError> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    draw_chart(&area, caption, [x, y], draw).map_err(|error| ChartError(error.to_string()))?;
    // The last elements are written when the area goes.
    drop(area);
    // Within HTML the name space is known, and the page refers to nothing outside.
    Ok(svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

fn draw_chart<'b>(
    area: &DrawingArea<SVGBackend<'b>, Shift>,
    caption: &str,
    [x, y]: [&Axis<'_>; 2],
    draw: impl FnOnce(&mut Context<'_, 'b>) -> DrawResult,
) -> DrawResult {
    area.fill(&PAPER)?;
    let mut builder = ChartBuilder::on(area);
    builder
        .margin(10)
        .margin_right(16)
        .x_label_area_size(42)
        .y_label_area_size(48);
    if !caption.is_empty() {
        builder.caption(caption, (FONT, 15, FontStyle::Bold, &INK));
    }
    let mut chart = builder.build_cartesian_2d(x.range.clone(), y.range.clone())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .x_labels(x.labels)
        .y_labels(y.labels)
        .label_style((FONT, 13, &INK))
        .axis_desc_style((FONT, 13, &INK))
        .x_label_formatter(&x.format)
        .y_label_formatter(&y.format)
        .x_desc(x.title)
        .y_desc(y.title)
        .draw()?;
    draw(&mut chart)?;
    area.present()
}
