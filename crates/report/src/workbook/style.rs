//! How a workbook looks: the formats of cells by what they hold, and the widths of columns.
//!
//! A colour never stands alone: the cell beside or below it says the same in a word or a number.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::{Field, Kind, band::Band, columns};

/// Of headers and titles.
pub(super) const DARK: Color = Color::RGB(0x1F_3A_5F);
/// Behind figures.
pub(super) const PALE: Color = Color::RGB(0xF1_F4_F8);
/// Of bars behind numbers.
pub(super) const LIGHT: Color = Color::RGB(0xD3_E2_F2);
/// Of bars in charts.
pub(super) const BLUE: Color = Color::RGB(0x8F_B4_D9);
/// What needs attention.
pub(super) const RED: Color = Color::RGB(0xC4_4E_3B);
/// Of remarks.
const GREY: Color = Color::RGB(0x59_59_59);
/// Of what is not the case.
const FAINT: Color = Color::RGB(0xA0_A0_A0);
/// Between rows.
const LINE: Color = Color::RGB(0xD9_D9_D9);

/// Fill and text of levels 0 to 3, the calm ones first.
const HEAT: [(Color, Color); 4] = [
    (Color::RGB(0xFF_FF_FF), Color::RGB(0x59_59_59)),
    (Color::RGB(0xFF_F6_D6), Color::RGB(0x5F_4B_00)),
    (Color::RGB(0xFC_E0_C4), Color::RGB(0x7A_3D_00)),
    (Color::RGB(0xF8_CF_CB), Color::RGB(0x8E_16_0B)),
];

/// The words of [`columns::ANGER_LEVEL`].
const ANGER: [&str; 4] = ["none", "irritated", "angry", "furious"];
/// The words of [`columns::URGENCY_LEVEL`].
const URGENCY: [&str; 4] = ["none", "can wait", "today", "now"];

/// The formats of one workbook.
pub(super) struct Styles {
    /// Of a sheet's title.
    pub(super) title: Format,
    /// Of a heading within a sheet.
    pub(super) heading: Format,
    /// Of remarks below a title.
    pub(super) remark: Format,
    /// Of remarks that must not be missed.
    pub(super) warning: Format,
    /// Of a table's header.
    pub(super) header: Format,
    /// Of running text.
    pub(super) text: Format,
    flags: [Format; 2],
    bands: [Format; 4],
    anger: [Format; 4],
    urgency: [Format; 4],
}

impl Styles {
    pub(super) fn new() -> Self {
        let plain = Format::new();
        let heat = |level: usize, format: Format| {
            let (fill, text) = HEAT.get(level).copied().unwrap_or(HEAT[0]);
            format.set_background_color(fill).set_font_color(text)
        };
        let word =
            |level: usize, word: &str| heat(level, cell().set_num_format(format!("0\" {word}\"")));
        let levels = |words: [&str; 4]| [0, 1, 2, 3].map(|level| word(level, words[level]));
        Self {
            title: plain
                .clone()
                .set_bold()
                .set_font_size(16)
                .set_font_color(DARK),
            heading: plain
                .clone()
                .set_bold()
                .set_font_size(12)
                .set_font_color(DARK),
            remark: plain.clone().set_font_color(GREY),
            warning: plain.clone().set_bold().set_font_color(HEAT[3].1),
            header: plain
                .clone()
                .set_bold()
                .set_indent(1)
                .set_font_color(Color::White)
                .set_background_color(DARK)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            text: plain.set_align(FormatAlign::Top).set_text_wrap(),
            flags: [
                of(Kind::Flag).set_font_color(FAINT),
                of(Kind::Flag).set_bold(),
            ],
            bands: [3, 2, 1, 0].map(|level| heat(level, of(Kind::Band))),
            anger: levels(ANGER),
            urgency: levels(URGENCY),
        }
    }

    /// Of true or false.
    pub(super) fn flag(&self, value: bool) -> &Format {
        let [no, yes] = &self.flags;
        if value { yes } else { no }
    }

    /// Of posts in this band.
    pub(super) fn band(&self, name: &str) -> Option<&Format> {
        let place = Band::ALL.iter().position(|band| band.name() == name)?;
        self.bands.get(place)
    }

    /// Of a level in this column, which shows the level's word beside the number.
    pub(super) fn level(&self, column: &str, level: i64) -> Option<&Format> {
        let formats = match column {
            columns::ANGER_LEVEL => &self.anger,
            columns::URGENCY_LEVEL => &self.urgency,
            _ => return None,
        };
        formats.get(usize::try_from(level).ok()?)
    }
}

/// Of the cells of a column, unless their value has a format of its own.
pub(super) fn of(kind: Kind) -> Format {
    match kind {
        // Away from the number on the left.
        Kind::Label | Kind::Band => indented(),
        Kind::Text => indented().set_text_wrap(),
        Kind::Id => indented().set_num_format("@"),
        // Excel says this of itself; LibreOffice would show 1 and 0.
        Kind::Flag => cell()
            .set_align(FormatAlign::Center)
            .set_num_format("\"TRUE\";\"TRUE\";\"FALSE\""),
        Kind::Count | Kind::Share | Kind::Score | Kind::Number | Kind::Minutes | Kind::Time => {
            cell().set_num_format(number(kind))
        }
    }
}

/// How Excel shows numbers of this kind.
pub(super) fn number(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "#,##0",
        Kind::Share => "0.0%",
        Kind::Score => "0.00",
        Kind::Number => "#,##0.0",
        // Seconds matter only to the fast.
        Kind::Minutes => "[<10]0.0;#,##0",
        Kind::Time => "yyyy-mm-dd hh:mm",
        Kind::Label | Kind::Text | Kind::Id | Kind::Flag | Kind::Band => "General",
    }
}

fn cell() -> Format {
    Format::new()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(LINE)
}

fn indented() -> Format {
    cell().set_align(FormatAlign::Left).set_indent(1)
}

/// A column's name as people read it.
pub(super) fn heading(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// The width of a column, in characters.
pub(super) fn width(field: &Field) -> u32 {
    let of_values = match field.kind {
        Kind::Text if field.name == columns::TEXT => 60,
        Kind::Text => 44,
        Kind::Label => 18,
        Kind::Id => 22,
        Kind::Time => 17,
        Kind::Count if [columns::ANGER_LEVEL, columns::URGENCY_LEVEL].contains(&field.name) => 12,
        Kind::Minutes => 11,
        Kind::Count | Kind::Share | Kind::Score | Kind::Number | Kind::Flag | Kind::Band => 9,
    };
    // The button of the filter stands beside the longest word of the header.
    let longest = field.name.split('_').map(str::len).max().unwrap_or(0) as u32;
    of_values.max(longest + 4)
}

/// How many lines of a text are shown in a column of this width, at most `most`.
pub(super) fn lines(text: &str, width: u32, most: u32) -> u32 {
    // A width is counted in digits, and letters are narrower on the whole.
    let of_line = (width + width / 10).max(1);
    let of_paragraph = |line: &str| {
        let capitals = line.chars().filter(|letter| letter.is_uppercase()).count();
        let letters = line.chars().count() + capitals / 3;
        (letters as u32).div_ceil(of_line).max(1)
    };
    let lines = text
        .lines()
        .map(of_paragraph)
        .fold(0_u32, u32::saturating_add);
    lines.clamp(1, most)
}

/// The height of so many lines, in points.
pub(super) fn height(lines: u32) -> f64 {
    15.0 * f64::from(lines)
}

/// A whole number with marks between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
