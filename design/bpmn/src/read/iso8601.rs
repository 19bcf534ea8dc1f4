//! Whether a fixed text of a timer is an ISO 8601 date-time, duration or cycle. Only what FEEL can
//! read too is accepted, so that a fixed text and the same text as an expression mean the same.

/// What is wrong with a date-time; `None` where it is one with a zone.
pub(crate) fn date_time_fault(text: &str) -> Option<&'static str> {
    let Some((date, time)) = text.split_once('T') else {
        return Some("must be a date-time such as `2026-01-31T08:00:00Z`");
    };
    if !is_date(date) {
        return Some("must begin with a date such as `2026-01-31`");
    }
    let zone = time.find(['Z', '+', '-', '@']).map(|start| time.split_at(start));
    match zone {
        None => Some("needs a time zone: `Z`, `+08:00` or `@Asia/Shanghai`"),
        Some((clock, _)) if !is_clock(clock) => Some("needs a time such as `08:00:00`"),
        Some((_, zone)) if !is_zone(zone) => {
            Some("needs a time zone: `Z`, `+08:00` or `@Asia/Shanghai`")
        }
        Some(_) => None,
    }
}

/// What is wrong with a duration; `None` where it is one.
pub(crate) fn duration_fault(text: &str) -> Option<&'static str> {
    const FAULT: &str =
        "must be a duration of days and time (`P3DT12H`, `PT30M`) or of years and months (`P1Y6M`)";
    let Some(rest) = text.strip_prefix('P') else { return Some(FAULT) };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let is_calendar = time.is_none() && is_amounts(date, &['Y', 'M']);
    let is_exact = match time {
        Some(time) => {
            (date.is_empty() || is_amounts(date, &['D'])) && is_amounts(time, &['H', 'M', 'S'])
        }
        None => is_amounts(date, &['D']),
    };
    (!is_calendar && !is_exact).then_some(FAULT)
}

/// What is wrong with a cycle; `None` where it is one.
pub(crate) fn cycle_fault(text: &str) -> Option<&'static str> {
    const FAULT: &str = "must be a cycle such as `R/PT1H` or `R3/2026-01-31T08:00:00Z/P1D`; cron \
                         is not supported";
    let mut parts = text.split('/');
    let is_repeat = parts
        .next()
        .and_then(|repeat| repeat.strip_prefix('R'))
        .is_some_and(|times| times.is_empty() || (is_digits(times) && times.len() <= 9));
    match (is_repeat, parts.next(), parts.next(), parts.next()) {
        (true, Some(duration), None, None) => duration_fault(duration),
        (true, Some(start), Some(duration), None) => {
            date_time_fault(start).or_else(|| duration_fault(duration))
        }
        _ => Some(FAULT),
    }
}

/// Amounts with these units, each at most once and in this order; at least one.
fn is_amounts(text: &str, units: &[char]) -> bool {
    let mut rest = text;
    let mut units = units.iter();
    while !rest.is_empty() {
        let Some((amount, behind)) =
            rest.find(|c: char| !c.is_ascii_digit() && c != '.').map(|end| rest.split_at(end))
        else {
            return false;
        };
        let mut behind = behind.chars();
        let Some(unit) = behind.next() else { return false };
        let is_amount = match amount.split_once('.') {
            Some((whole, fraction)) => unit == 'S' && is_digits(whole) && is_digits(fraction),
            None => is_digits(amount),
        };
        if !is_amount || amount.len() > 12 || !units.any(|&allowed| allowed == unit) {
            return false;
        }
        rest = behind.as_str();
    }
    !text.is_empty()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let last = match number(month) {
        Some(2) => 29,
        Some(4 | 6 | 9 | 11) => 30,
        _ => 31,
    };
    year.len() == 4 && is_digits(year) && is_in(month, 1, 12) && is_in(day, 1, last)
}

fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return false };
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    is_in(hours, 0, 23)
        && is_in(minutes, 0, 59)
        && is_in(seconds, 0, 59)
        && is_digits(fraction)
        && fraction.len() <= 9
}

fn is_zone(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('@') {
        return !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
    }
    match text.strip_prefix(['+', '-']) {
        Some(offset) => offset
            .split_once(':')
            .is_some_and(|(hours, minutes)| is_in(hours, 0, 18) && is_in(minutes, 0, 59)),
        None => text == "Z",
    }
}

/// Whether these are two digits within the limits.
fn is_in(text: &str, least: u8, most: u8) -> bool {
    number(text).is_some_and(|number| (least..=most).contains(&number))
}

fn number(text: &str) -> Option<u8> {
    (text.len() == 2 && is_digits(text)).then(|| text.parse().ok())?
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_date_times_with_a_zone_are_accepted() {
        let good = [
            "2026-01-31T08:00:00Z",
            "2024-02-29T23:59:59.5+08:00",
            "2026-01-31T08:00:00@Asia/Shanghai",
            "2026-01-31T08:00:00-01:30",
        ];
        let bad = [
            "",
            "T",
            "2026-01-31",
            "2026-01-31T08:00Z",
            "2026-13-01T08:00:00Z",
            "2026-04-31T08:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T08:00:00",
            "2026-01-31T08:00:00+8",
            "2026-01-31T08:00:00@",
            "26-01-31T08:00:00Z",
            "明天T08:00:00Z",
        ];
        for text in good {
            assert_eq!(date_time_fault(text), None, "{text}");
        }
        for text in bad {
            assert!(date_time_fault(text).is_some(), "{text}");
        }
    }

    #[test]
    fn only_durations_that_feel_can_read_are_accepted() {
        let good = ["P3D", "PT30M", "P1DT2H3M4.5S", "P1Y", "P1Y6M", "P6M", "PT0S"];
        let bad = [
            "",
            "P",
            "PT",
            "P1DT",
            "1D",
            "P1W",
            "P1Y2D",
            "P1D1D",
            "PT1M1H",
            "PT1.5M",
            "PD",
            "-P1D",
            "P1YT1H",
            "PT9999999999999S",
            "P一D",
        ];
        for text in good {
            assert_eq!(duration_fault(text), None, "{text}");
        }
        for text in bad {
            assert!(duration_fault(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_cycle_repeats_a_duration() {
        let good = ["R/PT1H", "R3/PT1H", "R/2026-01-31T08:00:00Z/P1D", "R0/P1M"];
        let bad =
            ["", "R", "R/", "3/PT1H", "Rx/PT1H", "R/PT1H/PT1H/PT1H", "0 0 9 * * *", "R-1/PT1H"];
        for text in good {
            assert_eq!(cycle_fault(text), None, "{text}");
        }
        for text in bad {
            assert!(cycle_fault(text).is_some(), "{text}");
        }
    }
}
