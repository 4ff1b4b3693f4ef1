//! Nothing acknowledged is lost, nobody sees half a batch, and what is kept up is what is computed anew.
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use commonweal::{KPIS, Partition, Spec};
use serde_json::{Value, json};

use crate::batch::frame;
use crate::http::{Running, serve};
use crate::live::Live;
use crate::measure::acts;

type Answer = (u16, Value);

fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("a server");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("an answer");
    let (head, body) = reply.split_once("\r\n\r\n").expect("head and body");
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).expect("JSON"))
}

fn posted(from: usize, until: usize) -> String {
    let act = |a: &crate::batch::Act| json!({"time": a.time, "member": a.member, "kind": a.kind, "id": a.id, "parent": a.parent, "channel": a.channel});
    Value::from(acts(from, until).iter().map(act).collect::<Vec<_>>()).to_string()
}

fn running(folder: &std::path::Path) -> (Arc<Live>, Running, SocketAddr) {
    let live = Arc::new(Live::open(folder).expect("a folder"));
    let server = serve("127.0.0.1:0", &live).expect("a port");
    let address = server.address().expect("an address");
    (live, server, address)
}

#[test]
fn what_is_kept_up_is_what_is_computed_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let live = Live::open(folder.path()).expect("a folder");
    let specs: Vec<Spec> = KPIS.iter().map(|kpi| Spec::new(kpi.spec.name, &json!({})).expect("a KPI")).collect();
    let cuts = [0, 900, 901, 1_500, 1_800];
    for (from, until) in cuts.iter().zip(&cuts[1..]) {
        live.append(frame(&acts(*from, *until)).expect("a frame")).expect("a batch");
        for spec in &specs {
            let whole = spec.partial(&Partition::new(frame(&acts(0, *until)).expect("a frame")));
            match (live.answer(spec), whole.and_then(|whole| whole.finish(spec))) {
                (Ok((events, table)), Ok(anew)) => {
                    assert_eq!(events, *until);
                    assert!(table.equals_missing(&anew), "{}", spec.kpi().spec().name);
                }
                (Err(kept), Err(anew)) => assert_eq!(kept.to_string(), anew.to_string()),
                (kept, anew) => panic!("{}: {kept:?} is not {anew:?}", spec.kpi().spec().name),
            }
        }
    }
}

#[test]
fn readers_see_whole_batches_and_restarts_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, server, address) = running(folder.path());
    let asked = r#"{"kpi": "engagement.activity", "options": {"every": "1y"}}"#;
    let said = |answer: &Answer| {
        let rows = answer.1["rows"].as_array().expect("rows");
        let sum = |name: &str| rows.iter().filter_map(|row| row[name].as_u64()).sum::<u64>();
        (answer.1["events"].as_u64().expect("a number"), sum("posts") + sum("replies") + sum("reactions"))
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..60 {
                    let answer = ask(address, "POST", "/kpi", asked);
                    let (events, counted) = said(&answer);
                    assert_eq!((events % 100, counted), (0, events));
                }
            });
        }
        for batch in 0..20 {
            let answer = ask(address, "POST", "/events", &posted(batch * 100, batch * 100 + 100));
            assert_eq!(answer, (200, json!({"accepted": 100, "events": (batch + 1) * 100})));
        }
    });
    let before = ask(address, "POST", "/kpi", asked);
    assert_eq!(said(&before), (2_000, 2_000));
    server.stop();

    // A batch that was being written when the power went was never acknowledged.
    std::fs::write(folder.path().join("000000000099.unfinished"), b"PAR1 and then").expect("written");
    let (_, server, address) = running(folder.path());
    assert_eq!(ask(address, "GET", "/health", ""), (200, json!({"events": 2_000})));
    assert_eq!(ask(address, "POST", "/kpi", asked), before);
    assert!(!folder.path().join("000000000099.unfinished").exists());
    server.stop();
}

#[test]
fn a_batch_with_a_fault_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, server, address) = running(folder.path());
    assert_eq!(ask(address, "POST", "/events", &posted(0, 100)).0, 200);
    let wrong = |body: &str, told: &str| {
        let (status, answer) = ask(address, "POST", "/events", body);
        let error = answer["error"].as_str().expect("an error");
        assert!(status == 400 && error.contains(told), "{error}");
        assert_eq!(ask(address, "GET", "/health", ""), (200, json!({"events": 100})));
    };
    wrong(&posted(99, 101), "\"e99\" was given before");
    wrong(r#"[{"time": "2026-01-05T12:00:00Z", "kind": "shout"}]"#, "unknown variant `shout`");
    wrong(r#"[{"time": "2999-01-05T12:00:00Z", "kind": "post"}]"#, "lies in the future");
    wrong("[", "EOF");
    let (status, answer) = ask(address, "POST", "/kpi", r#"{"kpi": "adoption.grow"}"#);
    assert!(status == 400 && answer["error"].as_str().expect("an error").contains("there is no KPI"));
    assert_eq!(ask(address, "GET", "/", "").0, 400);
    server.stop();
}

#[test]
fn threads_are_settled_across_batches() {
    let folder = tempfile::tempdir().expect("a folder");
    let (live, server, address) = running(folder.path());
    let at = |minute: usize| format!("2026-01-05T12:{minute:02}:00Z");
    let post = |acts: Value| ask(address, "POST", "/events", &acts.to_string());
    assert_eq!(post(json!([{"time": at(0), "member": "ana", "kind": "post", "id": "a", "thread": "t"}])).0, 200);
    // Two steps from an act of an earlier batch; and an answer that comes before its post.
    let later = json!([
        {"time": at(1), "member": "bo", "kind": "reply", "id": "b", "parent": "a"},
        {"time": at(2), "member": "ana", "kind": "reply", "id": "c", "parent": "b"},
        {"time": at(4), "member": "cy", "kind": "reply", "parent": "late"},
        {"time": at(5), "member": "cy", "kind": "join", "id": "j"},
    ]);
    assert_eq!(post(later).0, 200);
    let asked = Spec::new("response.first_response", &json!({})).expect("a KPI");
    let answered =
        || live.answer(&asked).expect("a table").1.column("answered").expect("there").i64().expect("counts").get(0);
    assert_eq!(answered(), Some(1));
    assert_eq!(post(json!([{"time": at(3), "member": "dee", "kind": "post", "id": "late"}])).0, 200);
    assert_eq!(answered(), Some(2));
    let (status, answer) = post(json!([{"time": at(6), "member": "bo", "kind": "reply", "parent": "j"}]));
    assert!(status == 400 && answer["error"].as_str().expect("an error").contains("\"j\" is of no thread"));
    server.stop();
}
