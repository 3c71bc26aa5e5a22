//! Time against the length of the exponent, both logarithmic, as a picture.

use std::{error::Error, fs, ops::Range, path::PathBuf};

use plotters::{
    coord::{
        Shift,
        combinators::{LogCoord, WithKeyPoints},
    },
    element::DashedPathElement,
    prelude::*,
    style::full_palette,
};

use crate::{
    measure::Samples,
    report::{Exponent, is_ours},
};

/// Where the picture belongs.
#[must_use]
pub fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", "modpow.svg"].iter().collect()
}

/// Draws every engine with a solid line for the variable base, and this library's powers of g with a dashed one.
///
/// # Errors
///
/// If the file cannot be written.
pub fn draw(variable_base: &[Exponent], fixed_base: &[Exponent]) -> Result<(), Box<dyn Error>> {
    let solid = lines(variable_base, |_| true);
    let dashed = lines(fixed_base, is_ours);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw_lines(&area, &solid, &dashed)?;
        area.present()?;
    }
    Ok(fs::write(path(), svg)?)
}

struct Line {
    name: String,
    /// Bits, and milliseconds.
    points: Vec<(f64, f64)>,
    color: RGBColor,
}

/// The place of an engine in the table is its color.
fn lines(exponents: &[Exponent], wanted: impl Fn(&Samples) -> bool) -> Vec<Line> {
    let engines = exponents.first().map_or(&[][..], |first| &first.engines).iter().zip(COLORS.into_iter().cycle());
    let chosen = engines.enumerate().filter(|(_, (samples, _))| wanted(samples));
    chosen
        .map(|(i, (samples, color))| Line { name: samples.name.clone(), points: points(exponents, i), color })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "small numbers of bits")]
fn points(exponents: &[Exponent], engine: usize) -> Vec<(f64, f64)> {
    exponents.iter().map(|one| (one.bits as f64, one.engines[engine].time().median / 1e6)).collect()
}

fn draw_lines<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    solid: &[Line],
    dashed: &[Line],
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    area.fill(&WHITE)?;
    let points = || solid.iter().chain(dashed).flat_map(|line| &line.points);
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .caption("base^exponent modulo the 3072-bit prime", (FONT, 22))
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(
            axis(points().map(|point| point.0), powers_of_two),
            axis(points().map(|point| point.1), steps),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("bits of the exponent")
        .y_desc("milliseconds")
        .x_label_formatter(&|bits| format!("{bits:.0}"))
        .y_label_formatter(&|time| format!("{time}"))
        .label_style((FONT, 15))
        .draw()?;
    for line in solid {
        let style = line.color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), style).point_size(3))?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
    }
    for line in dashed {
        let style = line.color.stroke_width(2);
        chart
            .draw_series(DashedLineSeries::new(line.points.iter().copied(), 6, 4, style))?
            .label(format!("{}, g = 2", line.name))
            .legend(move |(x, y)| DashedPathElement::new([(x, y), (x + 24, y)], 6, 4, style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE)
        .border_style(full_palette::GREY_400)
        .label_font((FONT, 14))
        .legend_area_size(32)
        .draw()?;
    Ok(())
}

/// A logarithmic axis about all values, with some room, and with labels where `labels` wants them.
fn axis(values: impl Iterator<Item = f64>, labels: fn(&Range<f64>) -> Vec<f64>) -> WithKeyPoints<LogCoord<f64>> {
    let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let range = low / 1.3..high * 1.3;
    let labels = labels(&range);
    LogCoord::from(range.log_scale()).with_key_points(labels)
}

/// Those in the range.
fn powers_of_two(range: &Range<f64>) -> Vec<f64> {
    (0..64).map(|exponent| 2_f64.powi(exponent)).filter(|power| range.contains(power)).collect()
}

/// 1, 2, 5, 10, ... in the range.
fn steps(range: &Range<f64>) -> Vec<f64> {
    let decades = (-6..6).map(|exponent| 10_f64.powi(exponent));
    decades.flat_map(|decade| [decade, 2.0 * decade, 5.0 * decade]).filter(|step| range.contains(step)).collect()
}

/// A name only: whoever shows the picture has the font.
const FONT: &str = "sans-serif";
const SIZE: (u32, u32) = (1000, 720);
const COLORS: [RGBColor; 11] = [
    full_palette::RED_700,
    full_palette::ORANGE_700,
    full_palette::AMBER_500,
    full_palette::BLUE_800,
    full_palette::LIGHTBLUE_400,
    full_palette::GREEN_800,
    full_palette::LIGHTGREEN_500,
    full_palette::PURPLE_700,
    full_palette::PURPLE_200,
    full_palette::GREY_700,
    full_palette::BROWN_500,
];
