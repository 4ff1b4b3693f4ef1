//! From the events to the logs: the messages of each channel, in order, with what their text tells.
use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use super::calls::Names;
use super::given::Given;
use super::link::{Known, Log};
use super::message::{Message, Says};
use crate::community::Community;
use crate::error::Result;
use crate::view::{Codes, NONE};

/// The logs of a community.
#[derive(Debug)]
pub(super) struct Logs(pub(super) Vec<Rows>);

/// A log, and the row of each of its messages.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) rows: Vec<u32>,
    pub(super) log: Log,
}

impl Logs {
    /// Reads the messages; `order` are the rows in order of time, `apart` the columns that part the logs.
    pub(super) fn read(community: &Community, order: &[u32], given: &Given, apart: &[String]) -> Result<Self> {
        let (events, dense) = (community.events(), community.dense());
        let keys: Vec<Codes> = apart.iter().map(|name| Codes::encode(events.column(name)?)).collect::<Result<_>>()?;
        let mut at: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut logs: Vec<Vec<u32>> = vec![];
        for row in order.iter().filter(|row| dense.kind[**row as usize].is_message()) {
            let key = keys.iter().map(|codes| codes.rows[*row as usize]).collect();
            let log = *at.entry(key).or_insert(logs.len());
            if log == logs.len() {
                logs.push(vec![]);
            }
            logs[log].push(*row);
        }
        let text = match events.column("text") {
            Ok(column) => column.str()?.rechunk().into_owned(),
            Err(_) => StringChunked::full_null("text".into(), events.height()),
        };
        let aliases = aliases(community)?;
        let read = |rows: Vec<u32>| {
            let log = log(&rows, community, given, &text, &aliases);
            Rows { rows, log }
        };
        Ok(Self(logs.into_par_iter().map(read).collect()))
    }
}

/// The names that the members table has for members.
fn aliases(community: &Community) -> Result<HashMap<String, String>> {
    let Some(members) = community.members() else { return Ok(HashMap::new()) };
    let Ok(names) = members.column("name") else { return Ok(HashMap::new()) };
    let (member, names) = (members.column("member")?.str()?, names.cast(&DataType::String)?);
    let pairs = member.iter().zip(names.str()?.iter());
    Ok(pairs.filter_map(|(member, name)| Some((member?.to_owned(), name?.to_owned()))).collect())
}

fn log(
    rows: &[u32],
    community: &Community,
    given: &Given,
    text: &StringChunked,
    aliases: &HashMap<String, String>,
) -> Log {
    let dense = community.dense();
    let mut local: HashMap<u32, u32> = HashMap::new();
    let mut names = Names::default();
    let mut first: Vec<usize> = vec![];
    let mut authors = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let member = dense.member.rows[*row as usize];
        let Some(label) = dense.member.label(member) else {
            authors.push(NONE);
            continue;
        };
        let author = *local.entry(member).or_insert_with(|| {
            let author = first.len() as u32;
            names.add(author, label);
            if let Some(name) = aliases.get(label) {
                names.add(author, name);
            }
            first.push(at);
            author
        });
        authors.push(author);
    }
    let messages = rows.par_iter().with_min_len(256).zip(&authors).enumerate().map(|(at, (row, author))| {
        let text = text.get(*row as usize);
        let mut says = Says::read(text);
        // Only those who spoke before can be meant.
        let spoke = |who: u32| first[who as usize] < at;
        says.calls = text.map_or_else(Vec::new, |text| names.calls(text, *author, spoke));
        Message { time: dense.time()[*row as usize], author: *author, says }
    });
    Log { messages: messages.collect(), known: known(rows, given, dense.thread()), authors: first.len() }
}

/// What the source says of each message of a log.
fn known(rows: &[u32], given: &Given, thread: &Codes) -> Vec<Known> {
    let at: HashMap<u32, usize> = rows.iter().enumerate().map(|(at, row)| (*row, at)).collect();
    let mut began: HashMap<u32, usize> = HashMap::new();
    let known = rows.iter().enumerate().map(|(here, row)| {
        let row = *row as usize;
        if !given.settled[row] {
            return Known::Nothing;
        }
        let parent = at.get(&given.parent[row]).copied().filter(|parent| *parent < here);
        let conversation =
            given.thread[row].then(|| *began.entry(thread.rows[row]).or_insert(here)).filter(|began| *began < here);
        Known::Given { parent, conversation, astray: given.astray[row] }
    });
    known.collect()
}
