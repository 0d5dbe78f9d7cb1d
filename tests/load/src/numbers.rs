//! How long polls took, beside the bare handler.

use std::time::Duration;

/// Times of polls and of the bare handler.
#[derive(Default)]
pub struct Latencies {
    stack: Vec<Duration>,
    bare: Vec<Duration>,
}

/// The value below which this share of the sorted values lies.
fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

impl Latencies {
    /// A poll, and the call of the bare handler that followed.
    pub fn measured(&mut self, stack: Duration, bare: Duration) {
        self.stack.push(stack);
        self.bare.push(bare);
    }

    /// Adds what others have measured.
    pub fn add(&mut self, other: Self) {
        self.stack.extend(other.stack);
        self.bare.extend(other.bare);
    }

    /// How many polls there were.
    pub fn polls(&self) -> usize {
        self.stack.len()
    }

    /// Percentiles of both with their ratio, a line each.
    pub fn table(mut self) -> String {
        self.stack.sort_unstable();
        self.bare.sort_unstable();
        let line = |(name, share)| {
            let (stack, bare) = (percentile(&self.stack, share), percentile(&self.bare, share));
            let ms = |time: Duration| time.as_secs_f64() * 1000.0;
            let ratio = stack.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
            format!("refresh {name:<4} {ratio:>5.2} x a bare handler ({:.2} ms to {:.2} ms)", ms(stack), ms(bare))
        };
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map(line).join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let sorted: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 0.99), Duration::from_millis(99));
        assert_eq!(percentile(&sorted, 0.5), Duration::from_millis(51));
        assert_eq!(percentile(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn the_ratio_is_that_of_the_stack_to_the_bare_handler() {
        let (mut latencies, mut others) = (Latencies::default(), Latencies::default());
        for number in 1..=100 {
            // Neither half is enough for the percentiles, and none comes sorted.
            let half = if number % 2 == 0 { &mut latencies } else { &mut others };
            half.measured(Duration::from_millis(2 * (101 - number)), Duration::from_millis(10));
        }
        latencies.add(others);
        assert_eq!(latencies.polls(), 100);
        let expected = "refresh p50  10.20 x a bare handler (102.00 ms to 10.00 ms)\n\
                        refresh p90  18.00 x a bare handler (180.00 ms to 10.00 ms)\n\
                        refresh p99  19.80 x a bare handler (198.00 ms to 10.00 ms)";
        assert_eq!(latencies.table(), expected);
    }
}
