//! Writes the text format of Prometheus, version 0.0.4: a family's help and type, then its samples. A
//! hundred lines of our own: most numbers are read where they are kept at the moment somebody looks, while the
//! libraries for this want to keep the numbers themselves.

use std::fmt::{Display, Write as _};

use runtime::HistogramNow;

use crate::metrics::family::Family;

/// What is written so far.
#[derive(Debug, Default)]
pub(super) struct Exposition(String);

/// Where the samples of one family go.
#[derive(Debug)]
pub(super) struct Samples<'a> {
    out: &'a mut String,
    name: &'static str,
}

impl Exposition {
    /// Begins a family; each is begun once, and its samples follow at once.
    pub(super) fn family(&mut self, family: &Family) -> Samples<'_> {
        let Family { name, kind, help } = family;
        let kind = kind.as_str();
        let _infallible = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Samples { out: &mut self.0, name }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

impl Samples<'_> {
    /// One value.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.line("", labels, None, value);
    }

    /// A histogram, its values divided.
    pub(super) fn histogram(&mut self, labels: &[(&str, &str)], now: &HistogramNow, by: f64) {
        let mut below = 0_u64;
        for (index, count) in now.counts.iter().enumerate() {
            below = below.saturating_add(*count);
            let bound = now.bounds.get(index).map(|bound| divided(*bound, by).to_string());
            self.line("_bucket", labels, Some(bound.as_deref().unwrap_or("+Inf")), below);
        }
        self.line("_sum", labels, None, divided(now.sum, by));
        self.line("_count", labels, None, below);
    }

    fn line(
        &mut self,
        suffix: &str,
        labels: &[(&str, &str)],
        le: Option<&str>,
        value: impl Display,
    ) {
        let _infallible = write!(self.out, "{}{suffix}", self.name);
        let mut mark = '{';
        for (name, value) in labels.iter().copied().chain(le.map(|bound| ("le", bound))) {
            let _infallible = write!(self.out, "{mark}{name}=\"");
            for c in value.chars() {
                match c {
                    '\\' => self.out.push_str("\\\\"),
                    '"' => self.out.push_str("\\\""),
                    '\n' => self.out.push_str("\\n"),
                    c => self.out.push(c),
                }
            }
            self.out.push('"');
            mark = ',';
        }
        if mark == ',' {
            self.out.push('}');
        }
        let _infallible = writeln!(self.out, " {value}");
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a sum is shown, and a double is what the format has"
)]
fn divided(value: u64, by: f64) -> f64 {
    value as f64 / by
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::family::Kind;

    #[test]
    fn samples_are_written_as_the_format_wants_them() {
        let mut out = Exposition::default();
        let family = Family { name: "a_total", kind: Kind::Counter, help: "Of a." };
        let mut samples = out.family(&family);
        samples.sample(&[], 1);
        samples.sample(&[("x", "say \"hi\"\\\n"), ("y", "")], 2);
        let family = Family { name: "b_seconds", kind: Kind::Histogram, help: "Of b." };
        let now = HistogramNow { bounds: &[100, 2_500_000], counts: vec![1, 0, 2], sum: 9_000_100 };
        out.family(&family).histogram(&[("z", "1")], &now, 1e6);
        let expect = r#"# HELP a_total Of a.
# TYPE a_total counter
a_total 1
a_total{x="say \"hi\"\\\n",y=""} 2
# HELP b_seconds Of b.
# TYPE b_seconds histogram
b_seconds_bucket{z="1",le="0.0001"} 1
b_seconds_bucket{z="1",le="2.5"} 1
b_seconds_bucket{z="1",le="+Inf"} 3
b_seconds_sum{z="1"} 9.0001
b_seconds_count{z="1"} 3
"#;
        assert_eq!(out.finish(), expect);
    }
}
