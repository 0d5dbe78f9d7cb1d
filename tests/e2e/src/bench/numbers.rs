//! What was measured, and what it is held to.

use anyhow::{Result, bail};
use std::fmt;

/// Milliseconds of the same thing measured several times.
#[derive(Debug, Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Takes one more.
    pub fn push(&mut self, milliseconds: f64) {
        self.0.push(milliseconds);
        self.0.sort_by(f64::total_cmp);
    }

    /// The value below which this part of the series lies.
    #[must_use]
    pub fn quantile(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1) as f64;
        let (below, above) = ((last * part).floor(), (last * part).ceil());
        let at = |position: f64| self.0.get(position as usize).copied().unwrap_or(f64::NAN);
        at(below) + (at(above) - at(below)) * (last * part - below)
    }

    /// The value in the middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// How far the median of another such series may be from this one's, as a part of it, in 19 of 20 cases. It goes by the ranks
    /// between which the true median lies, so nothing is taken for granted about how the times are spread.
    #[must_use]
    pub fn uncertainty(&self) -> f64 {
        let ranks = 0.98 / (self.0.len() as f64).sqrt();
        let (below, above) = (self.quantile((0.5 - ranks).max(0.0)), self.quantile((0.5 + ranks).min(1.0)));
        (above - below) / (2.0 * self.median())
    }
}

/// The median, and between which values half of the series lies.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} ({:.1}–{:.1})", self.median(), self.quantile(0.25), self.quantile(0.75))
    }
}

/// One thing measured for the plugin and for what it is compared with.
#[derive(Debug)]
pub struct Comparison {
    /// What was measured.
    pub what: &'static str,
    /// The plugin's.
    pub ours: Series,
    /// The other's.
    pub other: Series,
    /// The ratio above which it fails; none where it is only told.
    pub bar: Option<f64>,
    /// The ratio to reach.
    pub aim: Option<f64>,
}

impl Comparison {
    /// The ratio of the medians.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ours.median() / self.other.median()
    }

    /// How far off the ratio may be, in 19 of 20 cases.
    #[must_use]
    pub fn uncertainty(&self) -> f64 {
        self.ratio() * self.ours.uncertainty().hypot(self.other.uncertainty())
    }

    /// Whether there is a ratio at all.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.ratio().is_finite()
    }

    /// Whether it is above the bar; what is no number is.
    #[must_use]
    pub fn is_above(&self) -> bool {
        self.bar.is_some_and(|bar| !self.ratio().le(&bar))
    }
}

/// Prints the table.
pub fn print(comparisons: &[Comparison]) {
    let limit = |limit: Option<f64>| limit.map_or("-".to_owned(), |limit| format!("{limit:.2}"));
    println!(
        "\n{:<52} {:>22} {:>22} {:>6} {:>6} {:>5} {:>5}",
        "ms: median (middle half)", "plugin", "other", "ratio", "±", "bar", "aim"
    );
    for row in comparisons {
        let (ours, other) = (row.ours.to_string(), row.other.to_string());
        let (bar, aim) = (limit(row.bar), limit(row.aim));
        let (ratio, uncertainty) = (row.ratio(), row.uncertainty());
        println!("{:<52} {ours:>22} {other:>22} {ratio:>6.2} {uncertainty:>6.2} {bar:>5} {aim:>5}", row.what);
    }
}

/// Says what is above its bar.
///
/// # Errors
/// When something is.
pub fn judge(comparisons: &[Comparison]) -> Result<()> {
    match comparisons.iter().filter(|row| row.is_above()).map(|row| row.what).collect::<Vec<_>>().join("; ") {
        above if above.is_empty() => Ok(()),
        above => bail!("above the bar: {above}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        let mut series = Series::default();
        values.iter().for_each(|value| series.push(*value));
        series
    }

    fn comparison(ours: &[f64], other: &[f64]) -> Comparison {
        Comparison { what: "it", ours: series(ours), other: series(other), bar: Some(1.5), aim: Some(1.0) }
    }

    #[test]
    fn a_series_tells_its_middle_and_its_middle_half() {
        assert_eq!(series(&[4.0, 1.0, 3.0, 2.0, 100.0]).to_string(), "3.0 (2.0–4.0)");
        assert_eq!(series(&[2.0, 1.0]).to_string(), "1.5 (1.2–1.8)");
    }

    #[test]
    fn a_median_is_the_surer_the_more_often_it_was_measured() {
        let times = |count: u32| series(&(0..count).map(|at| 90.0 + f64::from(at % 21)).collect::<Vec<_>>());
        let (few, many) = (times(42).uncertainty(), times(420).uncertainty());
        assert!(many < few && few < 0.05, "{few}, {many}");
        assert_eq!(series(&[7.0, 7.0, 7.0]).uncertainty(), 0.0);
    }

    #[test]
    fn a_ratio_above_the_bar_fails_and_one_at_the_bar_does_not() {
        assert!(judge(&[comparison(&[3.0], &[2.0])]).is_ok());
        assert!(judge(&[comparison(&[3.1], &[2.0])]).is_err_and(|error| error.to_string().contains("it")));
    }

    #[test]
    fn nothing_measured_fails() {
        assert!(comparison(&[], &[]).is_above());
        assert!(comparison(&[0.0], &[0.0]).is_above());
        assert!(!comparison(&[], &[]).is_measured() && !comparison(&[1.0], &[0.0]).is_measured());
        assert!(comparison(&[9.0], &[1.0]).is_measured());
    }
}
