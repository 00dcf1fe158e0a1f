//! `TTL`: how long what is stored lives without being seen in Notion again.

use std::time::Duration;

use super::parse::Variables;

/// More than any copy needs, and less than what Redis cannot count.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Reads it; nothing where what is stored lives for ever.
///
/// An export of everything begins once in `reconcile_interval` and takes its time, so a shorter life than twice that
/// would end while everything is well.
pub fn read<F: Fn(&str) -> Option<String>>(
    variables: &mut Variables<F>,
    reconcile_interval: Duration,
) -> Option<Duration> {
    let text = variables.text("TTL")?;
    if ["none", "0"].contains(&text.as_str()) {
        return None;
    }
    let least = reconcile_interval.saturating_mul(2);
    let ttl = variables.duration("TTL", least);
    if ttl < least {
        let problem = format!(
            "is {}, less than twice RECONCILE_INTERVAL, which is {}: what has not changed would expire before it is seen again; \
            set it to {} or longer",
            spelled(ttl),
            spelled(reconcile_interval),
            spelled(least)
        );
        variables.problem("TTL", &problem);
    } else if ttl > LONGEST {
        variables.problem(
            "TTL",
            "is longer than 100 years: unset it, so that nothing expires",
        );
    }
    Some(ttl)
}

/// A time as variables spell it, in the largest unit that it is whole in.
fn spelled(time: Duration) -> String {
    let millis = time.as_millis();
    let units = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
    ];
    let whole = units
        .into_iter()
        .find(|(unit, _)| millis.is_multiple_of(*unit));
    let (unit, name) = whole.unwrap_or((1, "ms"));
    format!("{}{name}", millis / unit)
}
