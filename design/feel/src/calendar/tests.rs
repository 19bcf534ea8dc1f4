//! Dates and times: text, arithmetic on the whole range, zones.

use proptest::prelude::*;

use super::{Date, DateTime, DaysDuration, Time, YearsDuration, Zone};

#[test]
fn text_is_read_strictly_and_written_back() {
    let check = |found: Option<String>, text: &str, expect: &str| {
        assert_eq!(found.unwrap_or_else(|| "refused".to_owned()), expect, "{text}");
    };
    let dates = [
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", "refused"),
        ("-0044-03-15", "-0044-03-15"),
        ("999999999-12-31", "999999999-12-31"),
        ("02024-01-01", "refused"),
        ("24-01-01", "refused"),
        ("2024-1-1", "refused"),
        ("2024-01-01Z", "refused"),
    ];
    for (text, expect) in dates {
        check(text.parse::<Date>().ok().map(|date| date.to_string()), text, expect);
    }
    let times = [
        ("10:30", "10:30:00"),
        ("10:30:00.5000", "10:30:00.5"),
        ("10:30:00Z", "10:30:00Z"),
        ("10:30:00+00:00", "10:30:00Z"),
        ("10:30:00-05:30", "10:30:00-05:30"),
        ("10:30:00@Europe/Paris", "10:30:00@Europe/Paris"),
        ("24:00:00", "refused"),
        ("10:30:00+19:00", "refused"),
        ("10:30:00@Mars/Olympus", "refused"),
    ];
    for (text, expect) in times {
        check(text.parse::<Time>().ok().map(|time| time.to_string()), text, expect);
    }
    let moments = [
        ("2024-01-01T10:00:00+01:00[Europe/Berlin]", "2024-01-01T10:00:00@Europe/Berlin"),
        ("2024-12-31T24:00:00", "2025-01-01T00:00:00"),
        ("2024-01-01", "refused"),
    ];
    for (text, expect) in moments {
        check(text.parse::<DateTime>().ok().map(|moment| moment.to_string()), text, expect);
    }
}

#[test]
fn durations_are_written_in_their_largest_units() {
    let days = [
        ("PT36H", "P1DT12H"),
        ("-PT90S", "-PT1M30S"),
        ("P0D", "PT0S"),
        ("PT0.25S", "PT0.25S"),
        ("P1D", "P1D"),
    ];
    for (text, expect) in days {
        assert_eq!(text.parse::<DaysDuration>().unwrap().to_string(), expect, "{text}");
    }
    for wrong in
        ["P", "PT", "P1DT", "PT1D", "P1M", "PT1S1M", "1D", "P1.5D", "PT99999999999999999999H"]
    {
        assert!(wrong.parse::<DaysDuration>().is_err(), "{wrong}");
    }
    for (text, expect) in [("P14M", "P1Y2M"), ("-P12M", "-P1Y"), ("P0M", "P0M")] {
        assert_eq!(text.parse::<YearsDuration>().unwrap().to_string(), expect, "{text}");
    }
}

#[test]
fn the_longest_durations_come_back_from_their_text() {
    for months in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
        let duration = YearsDuration::from_months(months);
        assert_eq!(duration.to_string().parse::<YearsDuration>().unwrap(), duration, "{months}");
    }
    for seconds in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
        let duration = DaysDuration::from_seconds(seconds);
        assert_eq!(duration.to_string().parse::<DaysDuration>().unwrap(), duration, "{seconds}");
    }
}

#[test]
fn months_end_where_they_end() {
    let cases = [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("0001-01-15", -12, "0000-01-15"),
    ];
    for (date, months, expect) in cases {
        let found =
            date.parse::<Date>().unwrap().checked_add_months(YearsDuration::from_months(months));
        assert_eq!(found.unwrap().to_string(), expect, "{date} {months}");
    }
    let last: Date = "999999999-12-31".parse().unwrap();
    assert_eq!(last.checked_add_days(1), None);
}

#[test]
fn weeks_follow_iso_8601() {
    let cases = [
        ("2024-12-30", 1, 1, 365),
        ("2021-01-03", 53, 7, 3),
        ("2020-12-31", 53, 4, 366),
        ("2026-11-22", 47, 7, 326),
    ];
    for (date, week, weekday, of_year) in cases {
        let date: Date = date.parse().unwrap();
        assert_eq!(
            (date.week_of_year(), date.weekday(), date.day_of_year()),
            (week, weekday, of_year),
            "{date}"
        );
    }
}

#[test]
fn a_named_zone_changes_its_offset() {
    let cases = [
        ("2024-01-15T12:00:00@Europe/Paris", 3_600),
        ("2024-07-15T12:00:00@Europe/Paris", 7_200),
        ("2024-03-31T02:30:00@Europe/Paris", 3_600),
        ("123456-07-15T12:00:00@Europe/Paris", 7_200),
        ("2024-07-15T12:00:00-03:00", -10_800),
    ];
    for (text, expect) in cases {
        assert_eq!(text.parse::<DateTime>().unwrap().offset(), Some(expect), "{text}");
    }
    let before: DateTime = "2024-03-31T01:30:00@Europe/Paris".parse().unwrap();
    let after = before.checked_add_days(DaysDuration::from_seconds(3_600)).unwrap();
    assert_eq!(after.to_string(), "2024-03-31T03:30:00@Europe/Paris");
}

proptest! {
    #[test]
    fn a_day_is_found_again_by_its_number(days in -365_242_000_000_i64..365_242_000_000) {
        let date = Date::from_epoch_days(days).unwrap();
        prop_assert_eq!(date.epoch_days(), days);
        prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
        prop_assert!(date.checked_add_days(1).unwrap() > date);
    }

    #[test]
    fn an_instant_survives_its_zone(seconds in -60_000_000_000_i64..200_000_000_000, west in proptest::bool::ANY) {
        let zone = Zone::named(if west { "America/New_York" } else { "Asia/Shanghai" }).unwrap();
        let nanos = i128::from(seconds) * 1_000_000_000;
        let moment = DateTime::from_instant(nanos, &zone).unwrap();
        // In the hour that a clock runs through twice, the first one is meant.
        let apart = (moment.instant_nanos() - nanos).abs();
        prop_assert!(apart == 0 || apart == 3_600_000_000_000, "{moment} is {apart} off");
    }
}
