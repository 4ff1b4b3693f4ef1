use chrono::{Datelike, Days, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

fn hours(value: Value) -> BusinessHours {
    serde_json::from_value(value).expect("a schedule")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time with an offset")
}

fn open(hours: &BusinessHours, from: &str, to: &str) -> i64 {
    hours.between(at(from), at(to)).num_minutes()
}

#[test]
fn an_ask_on_friday_at_five_to_five_is_due_on_monday() {
    let hours = BusinessHours::weekdays("09:00", "17:00", "Europe/Berlin").expect("hours");
    let asked = at("2026-11-20T16:55:00+01:00");
    assert_eq!(hours.due(asked, Span::hours(1)), Some(at("2026-11-23T09:55:00+01:00")));
    assert_eq!(hours.between(asked, at("2026-11-20T17:00:00+01:00")), TimeDelta::minutes(5));
    // Answered at night: the open time that had passed.
    assert_eq!(open(&hours, "2026-11-20T16:55:00+01:00", "2026-11-22T03:00:00+01:00"), 5);
    // A day is 24 open hours: three working days of eight.
    assert_eq!(hours.due(asked, Span::days(1)), Some(at("2026-11-25T16:55:00+01:00")));
    // What fills the day up to closing is due at closing, not the next morning.
    assert_eq!(hours.due(asked, Span::minutes(5)), Some(at("2026-11-20T17:00:00+01:00")));
}

#[test]
fn nights_on_which_clocks_change_have_the_hours_that_pass() {
    let night = |zone: &str, date: &str| {
        let hours = BusinessHours::daily("22:00", "06:00", zone).expect("hours");
        let zone: Tz = zone.parse().expect("a zone");
        let noon = date.parse::<NaiveDate>().expect("a date").and_hms_opt(12, 0, 0).expect("noon");
        let noon = zone.from_local_datetime(&noon).single().expect("no change at noon").to_utc();
        hours.between(noon, noon + TimeDelta::hours(20)).num_minutes()
    };
    assert_eq!(night("Africa/Cairo", "2024-04-24"), 480);
    // 00:00 → 01:00, and 24:00 → 23:00.
    assert_eq!(night("Africa/Cairo", "2024-04-25"), 420);
    assert_eq!(night("Africa/Cairo", "2024-10-31"), 540);
    // 02:00 → 02:30, and 02:00 → 01:30.
    assert_eq!(night("Australia/Lord_Howe", "2024-10-05"), 450);
    assert_eq!(night("Australia/Lord_Howe", "2024-04-06"), 510);
    // 02:00 → 03:00, and 02:00 → 01:00.
    assert_eq!(night("America/New_York", "2024-03-09"), 420);
    assert_eq!(night("America/New_York", "2024-11-02"), 540);
}

#[test]
fn what_opens_in_a_gap_opens_at_its_end_and_a_fold_counts_as_the_clock_says() {
    let sunday =
        |opens: &str, closes: &str| hours(json!({"zone": "America/New_York", "week": {"sun": [[opens, closes]]}}));
    let (spring, autumn) = (
        ["2024-03-10T00:00:00-05:00", "2024-03-10T12:00:00-04:00"],
        ["2024-11-03T00:00:00-04:00", "2024-11-03T12:00:00-05:00"],
    );
    let count = |hours: &BusinessHours, [from, to]: [&str; 2]| open(hours, from, to);
    assert_eq!(count(&sunday("02:30", "04:00"), spring), 60);
    assert_eq!(sunday("02:30", "04:00").due(at(spring[0]), Span::minutes(1)), Some(at("2024-03-10T03:01:00-04:00")));
    assert_eq!(count(&sunday("02:10", "02:50"), spring), 0);
    assert_eq!(count(&sunday("01:00", "02:30"), spring), 60);
    // 01:30 to 02:00, closed again as the clocks go back to 01:00, then 01:30 to 03:00.
    assert_eq!(count(&sunday("01:30", "03:00"), autumn), 30 + 90);
    assert_eq!(count(&sunday("01:00", "02:00"), autumn), 120);
    assert_eq!(count(&sunday("01:10", "01:20"), autumn), 20);
}

#[test]
fn a_date_that_a_zone_skipped_was_not() {
    // Samoa went from Thursday 29 to Saturday 31 December 2011.
    let days = BusinessHours::daily("09:00", "17:00", "Pacific/Apia").expect("hours");
    assert_eq!(open(&days, "2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"), 5 * 60 + 3 * 60);
    let friday = hours(json!({"zone": "Pacific/Apia", "week": {"fri": [["00:00", "24:00"]]}}));
    assert_eq!(open(&friday, "2011-12-29T00:00:00-10:00", "2012-01-02T00:00:00+14:00"), 0);
}

#[test]
fn nothing_is_open_on_a_holiday_and_no_shift_starts_on_it() {
    let nights = |holidays: Value| {
        hours(json!({"zone": "UTC", "week": {
        "wed": [["22:00", "06:00"]], "thu": [["22:00", "06:00"]], "fri": [["22:00", "06:00"]]}, "holidays": holidays}))
    };
    let count = |hours: &BusinessHours, from: u32, to: u32| {
        open(hours, &format!("2026-12-{from}T12:00:00Z"), &format!("2026-12-{to}T12:00:00Z"))
    };
    // Christmas Day 2026 is a Friday: the shift from Thursday ends at midnight, that of Friday is not worked.
    assert_eq!(count(&nights(json!([])), 24, 26), 16 * 60);
    assert_eq!(count(&nights(json!(["2026-12-25"])), 24, 26), 2 * 60);
    assert_eq!(count(&nights(json!(["2026-12-25"])), 23, 24), 8 * 60);
}

#[test]
fn a_schedule_changes_in_the_middle_of_a_wait() {
    let hours = hours(json!({
        "zone": "Europe/Berlin",
        "week": {"mon": [["22:00", "06:00"]], "tue": [["09:00", "17:00"]]},
        "later": [
            {"from": "2026-07-21", "week": {"tue": [["08:00", "12:00"]], "wed": [["08:00", "12:00"]]}},
            {"from": "2026-07-22", "week": {}},
        ],
    }));
    // The night shift of Monday the 20th goes on; Tuesday is short; from Wednesday on nobody is there.
    assert_eq!(open(&hours, "2026-07-20T12:00:00+02:00", "2026-08-20T12:00:00+02:00"), 8 * 60 + 4 * 60);
    assert_eq!(hours.due(at("2026-07-20T12:00:00+02:00"), Span::hours(12)), Some(at("2026-07-21T12:00:00+02:00")));
    assert_eq!(hours.due(at("2026-07-20T12:00:00+02:00"), Span::hours(13)), None);
}

#[test]
fn a_schedule_is_written_as_it_is_read() {
    let given = json!({
        "zone": "Africa/Cairo",
        "week": {"sun": [["22:00", "6:00"], ["9:00", "12:30"]], "fri": [], "mon": [["20:00", "00:00"]]},
        "holidays": ["2026-12-25", "2026-01-07", "2026-12-25"],
        "later": [{"from": "2027-01-01", "week": {"mon": [["00:00", "24:00"]]}}, {"from": "2026-06-01", "week": {}}],
        "clock": "asker",
    });
    let canonical = json!({
        "zone": "Africa/Cairo",
        "week": {"mon": [["20:00", "24:00"]], "sun": [["09:00", "12:30"], ["22:00", "06:00"]]},
        "holidays": ["2026-01-07", "2026-12-25"],
        "later": [{"from": "2026-06-01", "week": {}}, {"from": "2027-01-01", "week": {"mon": [["00:00", "24:00"]]}}],
        "clock": "asker",
        "column": "timezone",
    });
    let read = hours(given);
    assert_eq!(Value::from(read.clone()), canonical);
    assert_eq!(hours(canonical), read);
}

#[test]
fn faults_have_their_place_and_a_remedy() {
    let nine_to_five = json!({"mon": [["09:00", "17:00"]]});
    let week = |week: Value| json!({"zone": "UTC", "week": week});
    let cases = [
        (
            json!("9 to 5"),
            r#"hours must be a schedule, as {"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}}, got "9 to 5""#,
        ),
        (
            json!({"week": nine_to_five}),
            r#"hours.zone must be an IANA time zone such as "UTC" or "Europe/Berlin", got nothing"#,
        ),
        (
            json!({"zone": "CET+1", "week": nine_to_five}),
            r#"hours.zone must be an IANA time zone such as "UTC" or "Europe/Berlin", got "CET+1""#,
        ),
        (
            json!({"zone": "UTC"}),
            r#"hours.week must be opening intervals by weekday, as {"mon": [["09:00", "17:00"]]}, got null"#,
        ),
        (
            week(json!({"funday": []})),
            r#"hours.week must be by weekdays mon, tue, wed, thu, fri, sat, sun, got "funday""#,
        ),
        (
            week(json!({"mon": "9-17"})),
            r#"hours.week.mon must be a list of intervals, as [["09:00", "12:30"], ["13:30", "17:00"]]; [] for closed, got "9-17""#,
        ),
        (
            week(json!({"mon": ["09:00", "17:00"]})),
            r#"hours.week.mon must be pairs of times, as ["09:00", "17:00"], got "09:00""#,
        ),
        (
            week(json!({"mon": [["09:00", "25:00"]]})),
            r#"hours.week.mon must be times from "00:00" to "24:00", got "25:00""#,
        ),
        (
            week(json!({"mon": [["09:00", "17:60"]]})),
            r#"hours.week.mon must be times from "00:00" to "24:00", got "17:60""#,
        ),
        (
            week(json!({"mon": [["+9:00", "17:00"]]})),
            r#"hours.week.mon must be times from "00:00" to "24:00", got "+9:00""#,
        ),
        (
            week(json!({"mon": [["24:00", "06:00"]]})),
            r#"hours.week.mon must be opening before "24:00": that is "00:00" of the next day, got ["24:00","06:00"]"#,
        ),
        (
            week(json!({"mon": [["09:00", "09:00"]]})),
            r#"hours.week.mon must be intervals of some length: ["00:00", "24:00"] for the whole day, [] for closed, got ["09:00","09:00"]"#,
        ),
        (
            week(json!({"mon": [["12:00", "17:00"], ["09:00", "13:00"]]})),
            "hours.week.mon must be intervals that do not overlap: join them, or let one end where the next starts, got mon 09:00 to 13:00 and mon 12:00 to 17:00",
        ),
        (
            week(json!({"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]})),
            "hours.week.mon must be intervals that do not overlap: join them, or let one end where the next starts, got sun 22:00 to 06:00 and mon 05:00 to 09:00",
        ),
        (
            week(json!({})),
            "hours.week must be open at some time, or no hours at all to count every hour, got a schedule that is never open",
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "holidays": ["25.12.2026"]}),
            r#"hours.holidays must be a date such as "2026-12-25", got "25.12.2026""#,
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "holidays": "2026-12-25"}),
            r#"hours.holidays must be a list, got "2026-12-25""#,
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "later": [{"week": nine_to_five}]}),
            r#"hours.later[0].from must be a date such as "2026-12-25", got nothing"#,
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "later": [{"from": "2026-01-01", "week": {"tue": [["8", "9"]]}}]}),
            r#"hours.later[0].week.tue must be times from "00:00" to "24:00", got "8""#,
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "later": [{"from": "2026-01-01", "week": {}}, {"from": "2026-01-01", "week": {}}]}),
            "hours.later must be weeks from dates that differ, got 2026-01-01 twice",
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "clock": "mine"}),
            r#"hours.clock must be one of "team", "asker", "responder", got "mine""#,
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "column": 3}),
            "hours.column must be the name of a column that holds time zones, got 3",
        ),
        (
            json!({"zone": "UTC", "week": nine_to_five, "holiday": []}),
            r#"hours must be made of zone, week, holidays, later, clock, column, got "holiday""#,
        ),
    ];
    for (given, message) in cases {
        assert_eq!(BusinessHours::try_from(given.clone()).expect_err("a fault").to_string(), message);
        // As an option of a KPI, the fault keeps its place.
        let error = crate::parse("response.first_response", &json!({"hours": given})).expect_err("a fault").to_string();
        assert!(error.starts_with(message.split(" must").next().unwrap_or("?")), "{error}");
    }
    assert!(BusinessHours::weekdays("9", "17:00", "UTC").is_err());
    assert!(BusinessHours::weekdays("09:00", "17:00", "Mars/Base").is_err());
}

/// The definition, read off the JSON: is this local time open?
fn is_open(schedule: &Value, local: NaiveDateTime) -> bool {
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
    };
    let shifts = |date: NaiveDate| -> Vec<(u32, u32)> {
        if strings(&schedule["holidays"]).contains(&date.to_string()) {
            return vec![];
        }
        let changes = schedule["later"].as_array().expect("a list");
        let in_force = changes.iter().filter(|c| c["from"].as_str() <= Some(date.to_string().as_str()));
        let week = in_force.max_by_key(|c| c["from"].as_str()).map_or(&schedule["week"], |c| &c["week"]);
        let day = date.weekday().to_string().to_lowercase();
        let minutes =
            |text: &str| text[..2].parse::<u32>().expect("hours") * 60 + text[3..].parse::<u32>().expect("minutes");
        let pairs = week[&day].as_array().into_iter().flatten().map(strings);
        pairs.map(|pair| (minutes(&pair[0]), minutes(&pair[1]))).collect()
    };
    let (date, minute) = (local.date(), local.time().hour() * 60 + local.time().minute());
    if strings(&schedule["holidays"]).contains(&date.to_string()) {
        return false;
    }
    shifts(date).iter().any(|(opens, closes)| *opens <= minute && (minute < *closes || closes < opens))
        || shifts(date - Days::new(1)).iter().any(|(opens, closes)| closes < opens && minute < *closes)
}

/// Minute by minute.
fn slow(schedule: &Value, zone: Tz, from: i64, to: i64) -> i64 {
    let minutes = (from..to).step_by(MINUTE as usize);
    let local =
        |instant| DateTime::from_timestamp_micros(instant).expect("in range").with_timezone(&zone).naive_local();
    minutes.filter(|instant| is_open(schedule, local(*instant))).count() as i64 * MINUTE
}

/// Zones and noons (UTC) near which their clocks, or their dates, change.
const CHANGES: [(&str, &str); 16] = [
    ("Africa/Cairo", "2024-04-26"),
    ("Africa/Cairo", "2024-10-31"),
    ("Australia/Lord_Howe", "2024-04-06"),
    ("Australia/Lord_Howe", "2024-10-05"),
    ("America/New_York", "2024-03-10"),
    ("America/New_York", "2024-11-03"),
    ("Europe/Berlin", "2024-03-31"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("Pacific/Kwajalein", "1969-09-30"),
    ("America/St_Johns", "2006-04-02"),
    ("Antarctica/Troll", "2024-03-31"),
    ("Africa/Casablanca", "2024-04-14"),
    ("Asia/Pyongyang", "2015-08-14"),
    ("Pacific/Chatham", "2024-09-28"),
    ("UTC", "2024-02-29"),
];

/// Intervals between points of a week that is a circle, so that shifts cross midnight, and the end of Sunday, as often as not.
fn week() -> impl Strategy<Value = Value> {
    let points = prop_oneof![
        prop::collection::btree_set(0u32..336, 0..24).prop_map(|s| (s, 30)),
        prop::collection::btree_set(0u32..10_080, 0..10).prop_map(|s| (s, 1))
    ];
    (points, any::<bool>()).prop_map(|((points, grid), odd)| {
        let points: Vec<u32> = points.into_iter().map(|p| p * grid).collect();
        let n = points.len() / 2 * 2;
        let mut week = serde_json::Map::new();
        for i in (usize::from(odd)..n).step_by(2) {
            let (opens, closes) = (points[i], points[(i + 1) % n]);
            let text = |m: u32| format!("{:02}:{:02}", m % 1_440 / 60, m % 60);
            let length = (closes + 10_080 - opens) % 10_080;
            if length < 1_440 {
                let closes = if closes % 1_440 == 0 { "24:00".to_owned() } else { text(closes) };
                let day = week.entry(DAYS[opens as usize / 1_440]).or_insert_with(|| json!([]));
                day.as_array_mut().expect("a list").push(json!([text(opens), closes]));
            } else if length == 1_440 && opens % 1_440 == 0 {
                week.insert(DAYS[opens as usize / 1_440].to_owned(), json!([["00:00", "24:00"]]));
            }
        }
        Value::Object(week)
    })
}

/// A schedule, its zone, and an instant near a change of its clocks.
fn case() -> impl Strategy<Value = (Value, Tz, i64)> {
    let date = -4i64..5;
    let holidays = prop::collection::vec(date.clone(), 0..3);
    (0..CHANGES.len(), week(), prop::collection::btree_map(date, week(), 0..3), holidays, -4_000i64..4_000).prop_map(
        |(change, mut week, later, holidays, minute)| {
            let (zone, date) = CHANGES[change];
            let date: NaiveDate = date.parse().expect("a date");
            let on = |days: i64| (date + TimeDelta::days(days)).to_string();
            if week.as_object().is_none_or(serde_json::Map::is_empty) {
                week = json!({"mon": [["22:00", "06:00"]], "sat": [["01:30", "03:00"], ["23:30", "00:30"]]});
            }
            let later: Vec<Value> =
                later.into_iter().map(|(day, week)| json!({"from": on(day), "week": week})).collect();
            let holidays: Vec<String> = holidays.into_iter().map(on).collect();
            let noon = date.and_time(NaiveTime::MIN).and_utc().timestamp_micros() + 12 * HOUR;
            let schedule = json!({"zone": zone, "week": week, "later": later, "holidays": holidays});
            (schedule, zone.parse().expect("a zone"), noon + minute * MINUTE)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_clock_minute_by_minute((schedule, zone, from) in case(), minutes in 0i64..7_000) {
        let (hours, to) = (hours(schedule.clone()), from + minutes * MINUTE);
        let open = OpenTime::new(&hours, zone, from, to);
        prop_assert_eq!(open.between(from, to), slow(&schedule, zone, from, to));
        // A part of what was prepared.
        let (early, late) = (from + minutes / 3 * MINUTE, from + minutes / 2 * MINUTE);
        prop_assert_eq!(open.between(early, late), slow(&schedule, zone, early, late));
    }

    #[test]
    fn adds_up_and_is_no_longer_than_the_wall_clock(
        (schedule, zone, from) in case(), lengths in prop::array::uniform2(0i64..400_000_000_000),
    ) {
        let (middle, end) = (from + lengths[0], from + lengths[0] + lengths[1]);
        let open = OpenTime::new(&hours(schedule), zone, from, end);
        let (first, second, both) = (open.between(from, middle), open.between(middle, end), open.between(from, end));
        prop_assert_eq!(first + second, both);
        prop_assert!(first <= both && 0 <= first && first <= lengths[0] && second <= lengths[1]);
    }

    #[test]
    fn always_open_is_the_wall_clock((_, zone, from) in case(), length in 0i64..4_000_000_000_000) {
        let hours = BusinessHours::always(zone.name()).expect("hours");
        let open = OpenTime::new(&hours, zone, from, from + length);
        prop_assert_eq!(open.between(from, from + length), length);
    }

    #[test]
    fn due_is_the_first_instant_with_so_much_open_time((schedule, zone, from) in case(), within in 1u32..500_000) {
        let open = OpenTime::new(&hours(schedule), zone, from, from + 40 * 24 * HOUR);
        let within = Span::seconds(within).micros();
        match open.reach(from, within) {
            Some(due) => {
                prop_assert_eq!(open.between(from, due), within);
                prop_assert_eq!(open.between(from, due - 1), within - 1);
            }
            None => prop_assert!(open.between(from, from + 40 * 24 * HOUR) < within),
        }
    }

    #[test]
    fn it_does_not_matter_from_when_it_is_prepared((schedule, zone, from) in case(), days in 0i64..400) {
        let (hours, to) = (hours(schedule), from + 3 * 24 * HOUR);
        let (near, far) = (OpenTime::new(&hours, zone, from, to), OpenTime::new(&hours, zone, from - days * 24 * HOUR, to));
        prop_assert_eq!(near.between(from, to), far.between(from, to));
        let json: Value = hours.clone().into();
        prop_assert_eq!(BusinessHours::try_from(json).expect("its own JSON"), hours);
    }
}
