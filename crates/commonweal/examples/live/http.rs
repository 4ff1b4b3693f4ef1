//! HTTP: `POST /events`, `POST /kpi`, `GET /health`.
use std::io::{Cursor, Read};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use commonweal::Spec;
use polars::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::Result;
use crate::batch::{Act, frame};
use crate::live::Live;

const THREADS: usize = 4;

/// A batch of more is to be posted in parts.
const LARGEST: u64 = 64 << 20;

/// A KPI that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    kpi: String,
    #[serde(default = "none")]
    options: Value,
    #[serde(default = "utc")]
    tz: String,
}

fn none() -> Value {
    json!({})
}

fn utc() -> String {
    "UTC".to_owned()
}

/// A server that runs.
pub struct Running {
    server: Arc<Server>,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.server_addr().to_ip()
    }

    /// Waits for its end.
    pub fn join(self) {
        for thread in self.threads {
            let _ = thread.join();
        }
    }

    /// Ends it.
    #[cfg(test)]
    pub fn stop(self) {
        (0..self.threads.len()).for_each(|_| self.server.unblock());
        self.join();
    }
}

/// Answers requests, several at a time.
pub fn serve(address: &str, live: &Arc<Live>) -> Result<Running> {
    let server = Arc::new(Server::http(address)?);
    let work = |_| {
        let (server, live) = (server.clone(), live.clone());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                // Who has gone does not wait for an answer.
                let _ = answer(request, &live);
            }
        })
    };
    let threads = (0..THREADS).map(work).collect();
    Ok(Running { server, threads })
}

fn answer(mut request: Request, live: &Live) -> std::io::Result<()> {
    let mut body = String::new();
    let read = request.as_reader().take(LARGEST + 1).read_to_string(&mut body);
    let outcome = match (request.method(), request.url()) {
        _ if body.len() as u64 > LARGEST => Err(format!("a body may have {LARGEST} bytes").into()),
        _ if read.is_err() => Err("the body must be UTF-8".into()),
        (Method::Get, "/health") => Ok(json!({"events": live.snapshot().events}).to_string()),
        (Method::Post, "/events") => append(&body, live),
        (Method::Post, "/kpi") => kpi(&body, live),
        _ => Err("ask GET /health, POST /events or POST /kpi".into()),
    };
    let (status, text) = match outcome {
        Ok(text) => (200, text),
        Err(error) => (400, json!({"error": error.to_string()}).to_string()),
    };
    let mut response =
        Response::new(status.into(), vec![], Cursor::new(text.clone().into_bytes()), Some(text.len()), None);
    if let Ok(json) = Header::from_bytes("Content-Type", "application/json") {
        response.add_header(json);
    }
    request.respond(response)
}

fn append(body: &str, live: &Live) -> Result<String> {
    let acts: Vec<Act> = serde_json::from_str(body)?;
    let events = live.append(frame(&acts)?)?;
    Ok(json!({"accepted": acts.len(), "events": events}).to_string())
}

fn kpi(body: &str, live: &Live) -> Result<String> {
    let asked: Asked = serde_json::from_str(body)?;
    let spec = Spec::new(&asked.kpi, &asked.options)?.zone(commonweal::zone(&asked.tz)?);
    let (events, mut table) = live.answer(&spec)?;
    let mut rows = vec![];
    JsonWriter::new(&mut rows).with_json_format(JsonFormat::Json).finish(&mut table)?;
    Ok(format!(r#"{{"events":{events},"rows":{}}}"#, String::from_utf8(rows)?))
}
