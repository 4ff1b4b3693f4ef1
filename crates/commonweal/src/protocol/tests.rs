//! What is refused, and what is said of it.
use chrono::{DateTime, Utc};
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::json;

use super::{Partial, Partition, Spec};

fn utc(mut frame: DataFrame) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").expect("time").cast(&utc).expect("integers");
    frame.with_column(time).expect("its length");
    frame
}

fn events() -> DataFrame {
    let at = |minute: i64| 1_700_000_000_000_000 + minute * 60_000_000;
    utc(df![
        "time" => [at(0), at(7), at(90), at(95), at(99)],
        "member" => [Some("ana"), Some("bo"), Some("cy"), None, Some("dee")],
        "kind" => ["post", "reply", "post", "reply", "join"],
        "id" => [Some("e1"), None, Some("e3"), None, None],
        "thread" => [None, Some("e1"), None, Some("e3"), None],
        "parent" => [None, Some("e1"), None, Some("e3"), None],
    ]
    .expect("columns of one length"))
}

fn spec(buckets: u32) -> Spec {
    let spec = Spec::new("response.first_response", &json!({"within": "1h"})).expect("a KPI");
    spec.buckets(buckets).expect("a number")
}

/// The numbered rows of one bucket.
fn rows(spec: &Spec, bucket: u32) -> DataFrame {
    let numbered = spec.with_buckets(events()).expect("valid events");
    let mask = numbered.column("cw_bucket").expect("numbers").i32().expect("numbers").equal(bucket as i32);
    numbered.filter(&mask).expect("a mask")
}

fn parts(spec: &Spec) -> Vec<Partial> {
    let part = |bucket| spec.partial(&Partition::new(rows(spec, bucket)).bucket(bucket)).expect("a partial");
    (0..spec.n_buckets()).map(part).collect()
}

fn sum(parts: Vec<Partial>) -> crate::Result<Partial> {
    let mut parts = parts.into_iter();
    let first = parts.next().expect("parts");
    parts.try_fold(first, Partial::merge)
}

fn refusal<T: std::fmt::Debug>(outcome: crate::Result<T>) -> String {
    outcome.expect_err("refused").to_string()
}

#[test]
fn any_number_of_buckets_gives_the_bytes_of_one() {
    let one = spec(1).partial(&Partition::new(events())).expect("a partial");
    for buckets in [2, 3, 50] {
        let spec = spec(buckets);
        let all = sum(parts(&spec)).expect("every bucket");
        assert_eq!(all.to_bytes(), one.to_bytes());
        assert_eq!(
            all.finish(&spec).expect("a table").column("unanswered").expect("there").i64().expect("counts").get(0),
            Some(1)
        );
    }
}

#[test]
fn a_bucket_that_is_missing_or_comes_twice_is_refused() {
    let spec = spec(50);
    let all = parts(&spec);
    let some = sum(all[3..].to_vec()).expect("disjoint");
    assert_eq!(refusal(some.finish(&spec)), "tables refused: missing, of 50 buckets: 0, 1, 2");
    assert_eq!(refusal(some.merge(all[7].clone())), "tables refused: came twice, of 50 buckets: 7");
    let whole = sum(all.clone()).expect("every bucket");
    let told = "tables refused: one is of the whole community, the other of some of 50 buckets: they would count twice";
    assert_eq!(refusal(whole.merge(all[7].clone())), told);
}

#[test]
fn a_key_that_was_torn_apart_is_refused() {
    let spec = spec(50);
    let home = spec.bucket_of(Some("e1"));
    let elsewhere = (home + 1) % 50;
    let astray = Partition::new(rows(&spec, home).drop("cw_bucket").expect("numbers")).bucket(elsewhere);
    let told = format!(
        "tables refused: thread \"e1\" belongs to bucket {home}, this partition holds {elsewhere}: threads were torn apart"
    );
    assert_eq!(refusal(spec.partial(&astray)), told);
    // The engine's own numbers say so before the names do.
    let told = format!(
        "tables refused: a row is of bucket {home}, this partition holds {elsewhere}: the buckets were not kept together"
    );
    assert_eq!(refusal(spec.partial(&Partition::new(rows(&spec, home)).bucket(elsewhere))), told);
    // Without its opener, a partition does not own the bucket.
    let told = format!(
        "tables refused: a row is of bucket {home}, this partition holds none: the buckets were not kept together"
    );
    assert_eq!(refusal(spec.partial(&Partition::new(rows(&spec, home)))), told);
    let told = "tables refused: nothing tells which of 50 buckets these events are: give the bucket, or number the rows before they are \
                cut up";
    assert_eq!(refusal(spec.partial(&Partition::new(events()))), told);
}

#[test]
fn a_row_without_a_key_may_be_in_any_bucket() {
    let spec = spec(50);
    let part = |bucket: u32, rows: DataFrame| spec.partial(&Partition::new(rows).bucket(bucket)).expect("a partial");
    let one = self::spec(1).partial(&Partition::new(events())).expect("a partial");
    let numbered = spec.with_buckets(events()).expect("valid events").drop("cw_bucket").expect("numbers");
    for home in 0..4 {
        let of = |bucket: u32| {
            let thread = numbered.column("thread").expect("threads").str().expect("names");
            let mask = thread.iter().map(|t| Some(t.map_or(home, |t| spec.bucket_of(Some(t))) == bucket)).collect();
            numbered.filter(&mask).expect("a mask")
        };
        let all = sum((0..50).map(|bucket| part(bucket, of(bucket))).collect()).expect("every bucket");
        assert_eq!(all.to_bytes(), one.to_bytes());
    }
}

#[test]
fn buckets_that_events_were_added_to_are_replaced() {
    let spec = spec(50);
    let earlier = spec.with_buckets(events().slice(0, 2)).expect("valid events");
    let all = spec.with_buckets(events()).expect("valid events");
    let whole = |frame: &DataFrame| {
        self::spec(1).partial(&Partition::new(frame.drop("cw_bucket").expect("numbers"))).expect("a partial")
    };
    // The thread of the answer, and where the row without a thread has gone.
    let last = all.column("cw_bucket").expect("numbers").i32().expect("numbers").get(4).expect("a number");
    let touched = [last as u32, spec.bucket_of(Some("e3"))];
    let held = |frame: &DataFrame| {
        let number = frame.column("cw_bucket").expect("numbers").i32().expect("numbers").clone();
        let mask = number.iter().map(|n| Some(touched.contains(&(n.expect("a number") as u32)))).collect();
        spec.partial(&Partition::new(frame.filter(&mask).expect("a mask")).buckets(touched)).expect("a partial")
    };
    let replaced = whole(&earlier).replace(held(&earlier), held(&all)).expect("its buckets").expect("sums alone");
    assert_eq!(replaced.to_bytes(), whole(&all).to_bytes());
    let told = "tables refused: only in the answer of all buckets can some be replaced";
    assert_eq!(refusal(held(&all).replace(held(&earlier), held(&all))), told);
    let told = format!("tables refused: the buckets before are {}, those now {}", super::partition::list(&touched), 3);
    assert_eq!(refusal(whole(&earlier).replace(held(&earlier), parts(&spec).remove(3))), told);
}

#[test]
fn openers_tell_a_partition_what_is_its_own() {
    let spec = spec(50);
    let numbered = spec.with_buckets(events()).expect("valid events");
    let openers = spec.openers(&numbered).expect("openers");
    let all = numbered.vstack(&openers).expect("one schema");
    let number = all.column("cw_bucket").expect("numbers").i32().expect("numbers").clone();
    // Three workers; the engine put buckets together as it liked.
    let part = |worker: i32| {
        let mask = number.iter().map(|n| Some(n.expect("a number") % 3 == worker)).collect();
        spec.partial(&Partition::new(all.filter(&mask).expect("a mask"))).expect("a partial")
    };
    let sum = sum((0..3).map(part).collect()).expect("disjoint");
    let one = self::spec(1).partial(&Partition::new(events())).expect("a partial");
    assert_eq!(sum.to_bytes(), one.to_bytes());
    let twice = openers.vstack(&openers).expect("one schema");
    assert_eq!(
        refusal(spec.partial(&Partition::new(twice))),
        "tables refused: bucket 0 was opened twice in one partition"
    );
    assert_eq!(
        refusal(spec.partial(&Partition::new(openers).bucket(0))).split(", its").next(),
        Some("tables refused: this is bucket 0")
    );
}

#[test]
fn other_questions_are_told_apart() {
    let ours = spec(2);
    let part = parts(&ours).remove(0);
    let others = [
        (
            Spec::new("adoption.growth", &json!({})),
            "the KPI is response.first_response in one and adoption.growth in the other",
        ),
        (
            Spec::new("response.first_response", &json!({"within": "2h"})),
            r#"within is ["1h"] in one and ["2h"] in the other"#,
        ),
        (
            Spec::new("response.first_response", &json!({"within": "1h"}))
                .map(|s| s.zone(chrono_tz::Tz::Europe__Berlin)),
            "tz is UTC in one and Europe/Berlin in the other",
        ),
        (
            Spec::new("response.first_response", &json!({"within": "1h"}))
                .map(|s| s.as_of(DateTime::<Utc>::UNIX_EPOCH)),
            "as_of is the last event in one and 1970-01-01T00:00:00+00:00 in the other",
        ),
    ];
    for (other, told) in others {
        let other = other.expect("a KPI").buckets(2).expect("a number");
        let theirs = other.partial(&Partition::new(other.with_buckets(events()).expect("valid").clear()).bucket(1));
        let refused = refusal(part.clone().merge(theirs.expect("a partial")));
        assert_eq!(refused, format!("tables refused: they answer different questions: {told}"));
    }
}

#[test]
fn another_version_is_refused_by_the_worker_and_by_the_driver() {
    let spec = spec(1);
    let json = spec.to_json();
    let theirs = json.replace(super::NAMED_VERSION, "commonweal 0.0.9");
    let told = format!(
        "tables refused: the job was made by commonweal 0.0.9, this is {}: install one version on the driver and on every worker",
        super::NAMED_VERSION
    );
    assert_eq!(refusal(Spec::from_json(&theirs)), told);
    assert_eq!(Spec::from_json(&json).expect("its own").to_json(), json);

    let bytes = spec.partial(&Partition::new(events())).expect("a partial").to_bytes();
    let at = bytes.windows(16).position(|w| w == super::NAMED_VERSION.as_bytes()).expect("the version");
    let mut theirs = bytes[..bytes.len() - 4].to_vec();
    theirs[at..at + 16].copy_from_slice(b"commonweal 0.0.9");
    theirs.extend(crc32fast::hash(&theirs).to_le_bytes());
    let told = format!(
        "tables refused: they are of commonweal 0.0.9, this is {}: install one version on the driver and on every worker",
        super::NAMED_VERSION
    );
    assert_eq!(refusal(Partial::from_bytes(&theirs)), told);
}

#[test]
fn threads_that_other_rows_tell_are_asked_for() {
    let mut open = events();
    open.with_column(Column::new("thread".into(), [None::<&str>; 5])).expect("its length");
    let told = "events, column \"thread\": is null where parent is not: which thread it is may stand in another partition (rows 1, 3, \
                counted from 0); fill threads in before the events are cut up, as a Community of all of them does, and commonweal.spark";
    assert_eq!(refusal(spec(2).with_buckets(open.clone())), told);
    assert_eq!(refusal(spec(2).partial(&Partition::new(open.clone()).bucket(0))), told);
    // With one bucket nothing is elsewhere.
    let one = spec(1).partial(&Partition::new(open)).expect("a partial");
    assert_eq!(one, spec(1).partial(&Partition::new(events())).expect("a partial"));
}

#[test]
fn no_events_are_a_community_too() {
    let spec = spec(3);
    let none = events().clear();
    let part = |bucket| spec.partial(&Partition::new(none.clone()).bucket(bucket)).expect("a partial");
    let table = sum((0..3).map(part).collect()).expect("disjoint").finish(&spec).expect("a table");
    let whole = crate::Community::builder(none).build().expect("valid").compute(spec.kpi()).expect("a table");
    assert!(table.equals_missing(&whole));
}

#[test]
fn nonsense_is_refused() {
    let spec = Spec::new("adoption.growth", &json!({})).expect("a KPI");
    assert_eq!(refusal(spec.clone().buckets(0)), "buckets must be from 1 to 1048576, got 0");
    assert_eq!(refusal(Partial::from_bytes(b"CWPT")), "tables refused: these bytes are no commonweal partial");
    assert_eq!(refusal(Spec::from_json("{}")).split(", got").next(), Some("spec must be the JSON of a Spec"));
    let mixed = [spec, self::spec(1)];
    assert_eq!(
        refusal(Spec::partials(&mixed, &Partition::new(events()))),
        "specs must be of one key, tz, as_of and number of buckets, got response.first_response beside adoption.growth"
    );
    let wrong = Partition::new(events()).bucket(1);
    assert_eq!(refusal(self::spec(1).partial(&wrong)), "bucket must be less than 1, got 1");
}

proptest! {
    #[test]
    fn any_flipped_bit_is_noticed(bit in any::<prop::sample::Index>()) {
        let bytes = spec(1).partial(&Partition::new(events())).expect("a partial").to_bytes();
        let mut flipped = bytes.clone();
        let bit = bit.index(bytes.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(Partial::from_bytes(&flipped).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(mut body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let bytes = spec(1).partial(&Partition::new(events())).expect("a partial").to_bytes();
        let mut sealed = bytes[..25].to_vec();
        sealed.append(&mut body);
        sealed.extend(crc32fast::hash(&sealed).to_le_bytes());
        let _ = Partial::from_bytes(&sealed);
    }
}
