//! The events in memory, and the answers that are kept up.
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::Utc;
use commonweal::{Community, Partial, Partition, Spec, Whole};
use polars::prelude::*;

use crate::Result;
use crate::store::Store;

/// Many, so that a batch touches few events beside its own; all of them are vectors of row numbers.
const BUCKETS: u32 = 1 << 16;

/// Events that may lie apart from all others, at most: both lie in one piece, since to gather rows from many takes several times as long,
/// and a batch makes a piece of the recent ones alone.
const RECENT: usize = 1 << 15;

/// A community that grows.
#[derive(Debug)]
pub struct Live {
    seen: RwLock<Arc<Snapshot>>,
    writer: Mutex<Writer>,
}

/// What readers see, all of it of one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// How many events there are.
    pub events: usize,
    /// The answer of the whole community to each spec that was asked, by its JSON.
    answers: HashMap<String, Partial>,
}

#[derive(Debug)]
struct Writer {
    store: Store,
    /// The events in order of their coming: the older ones, and the recent ones.
    events: [DataFrame; 2],
    /// The rows of each bucket, of members and of threads.
    rows: [Vec<Vec<IdxSize>>; 2],
    /// The thread of each act that can be answered.
    threads: HashMap<String, Option<String>>,
    /// The acts that were answered.
    parents: HashSet<String>,
}

impl Live {
    /// The community of a folder.
    pub fn open(folder: &Path) -> Result<Self> {
        let (store, batches) = Store::open(folder)?;
        let rows = || vec![vec![]; BUCKETS as usize];
        let mut writer = Writer {
            store,
            events: [crate::batch::frame(&[])?, crate::batch::frame(&[])?],
            rows: [rows(), rows()],
            threads: HashMap::new(),
            parents: HashSet::new(),
        };
        for batch in batches {
            writer.add(&batch)?;
        }
        let snapshot = Snapshot { events: writer.height(), ..Snapshot::default() };
        Ok(Self { seen: RwLock::new(Arc::new(snapshot)), writer: Mutex::new(writer) })
    }

    /// What there is to see now. It stays as it is while events come.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn publish(&self, snapshot: Snapshot) {
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// Adds a batch: all of it, or, where anything is wrong, nothing.
    pub fn append(&self, batch: DataFrame) -> Result<usize> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = writer.checked(batch)?;
        let before = self.snapshot();
        let kept_up = |key| writer.kept_up(&before.answers, key, &batch);
        let (of_members, of_threads) = rayon::join(|| kept_up(Whole::Member), || kept_up(Whole::Thread));
        let answers = of_members?.into_iter().chain(of_threads?).collect();
        writer.store.keep(&mut batch)?;
        writer.add(&batch)?;
        let events = writer.height();
        self.publish(Snapshot { events, answers });
        Ok(events)
    }

    /// The table of a KPI, and of how many events it is. What is asked for the first time is computed of all events, and kept up from then on.
    pub fn answer(&self, spec: &Spec) -> Result<(usize, DataFrame)> {
        let json = spec.to_json();
        let mut seen = self.snapshot();
        if !seen.answers.contains_key(&json) {
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            // While this waited, another may have asked the same, and a batch may have come.
            let mut now = Snapshot::clone(&self.snapshot());
            if !now.answers.contains_key(&json) {
                now.answers.insert(json.clone(), spec.partial(&Partition::new(writer.all()?))?);
                self.publish(now);
            }
            seen = self.snapshot();
        }
        let answer = seen.answers.get(&json).ok_or("the answer is gone")?;
        Ok((seen.events, answer.finish(spec)?))
    }
}

impl Writer {
    /// The batch, valid by itself and beside what is there. The thread of an act is settled when it comes, and stays.
    fn checked(&self, batch: DataFrame) -> Result<DataFrame> {
        let given = batch.column("thread")?.str()?.clone();
        let batch = Community::builder(batch).now(Utc::now()).build()?.events().clone();
        let text = |name: &str| -> PolarsResult<StringChunked> { Ok(batch.column(name)?.str()?.clone()) };
        let (id, parent, thread) = (text("id")?, text("parent")?, text("thread")?);
        if let Some(id) = id.iter().flatten().find(|id| self.threads.contains_key(*id)) {
            return Err(format!("events, column \"id\": {id:?} was given before; post each act once").into());
        }
        let nowhere = |parent: &&str| self.threads.get(*parent).is_some_and(Option::is_none);
        if let Some(parent) = parent.iter().flatten().find(nowhere) {
            return Err(format!(
                "events, column \"parent\": {parent:?} is of no thread; what is to be answered needs one"
            )
            .into());
        }
        // Found through parents of this batch alone, a thread may end at an act of an earlier one, which is of a thread itself.
        let own: HashSet<&str> = id.iter().flatten().collect();
        let rows = given.iter().zip(thread.iter()).zip(id.iter());
        let settled: StringChunked = rows
            .map(|((given, found), id)| match found {
                Some(end) if given.is_none() && !own.contains(end) => {
                    Some(self.threads.get(end).cloned().flatten().unwrap_or_else(|| end.to_owned()))
                }
                Some(found) => Some(found.to_owned()),
                // It was answered before it came.
                None => id.filter(|id| self.parents.contains(*id)).map(str::to_owned),
            })
            .collect();
        let mut batch = batch.select(self.events[0].get_column_names_owned())?;
        batch.with_column(settled.with_name("thread".into()).into_column())?;
        Ok(batch)
    }

    /// The answers of this key as they are with the batch: of the buckets that it touches alone, where the KPI allows it.
    fn kept_up(
        &self,
        answers: &HashMap<String, Partial>,
        key: Whole,
        batch: &DataFrame,
    ) -> Result<HashMap<String, Partial>> {
        let specs = answers.keys().map(|json| Spec::from_json(json)).collect::<commonweal::Result<Vec<_>>>()?;
        let specs: Vec<Spec> = specs.into_iter().filter(|spec| spec.key() == key).collect();
        if specs.is_empty() {
            return Ok(HashMap::new());
        }
        let touched: BTreeSet<u32> = numbers(batch, key)?.into_iter().collect();
        let mut rows: Vec<IdxSize> =
            touched.iter().flat_map(|bucket| &self.rows[place(key)][*bucket as usize]).copied().collect();
        rows.sort_unstable();
        let before = self.gathered(rows)?;
        let mut now = before.vstack(batch)?;
        now.align_chunks();
        let cut: Vec<Spec> =
            specs.iter().map(|spec| spec.clone().buckets(BUCKETS)).collect::<commonweal::Result<_>>()?;
        let held = |events: DataFrame| Spec::partials(&cut, &Partition::new(events).buckets(touched.iter().copied()));
        let (before, now) = rayon::join(|| held(before), || held(now));
        let mut kept = HashMap::new();
        let mut anew: Vec<Spec> = vec![];
        for ((spec, before), now) in specs.into_iter().zip(before?).zip(now?) {
            let json = spec.to_json();
            match answers[&json].replace(before, now)? {
                Some(answer) => {
                    kept.insert(json, answer);
                }
                None => anew.push(spec),
            }
        }
        let all = Partition::new(self.all()?.vstack(batch)?);
        for (spec, answer) in anew.iter().zip(Spec::partials(&anew, &all)?) {
            kept.insert(spec.to_json(), answer);
        }
        Ok(kept)
    }

    /// Takes a batch in.
    fn add(&mut self, batch: &DataFrame) -> Result<()> {
        let first = self.height();
        for key in [Whole::Member, Whole::Thread] {
            for (row, bucket) in numbers(batch, key)?.into_iter().enumerate() {
                self.rows[place(key)][bucket as usize].push((first + row) as IdxSize);
            }
        }
        let (id, thread) = (batch.column("id")?.str()?, batch.column("thread")?.str()?);
        for (id, thread) in id.iter().zip(thread.iter()) {
            if let Some(id) = id {
                self.threads.insert(id.to_owned(), thread.map(str::to_owned));
            }
        }
        self.parents.extend(batch.column("parent")?.str()?.iter().flatten().map(str::to_owned));
        let [older, recent] = &mut self.events;
        recent.vstack_mut(batch)?;
        recent.rechunk_mut();
        if recent.height() > RECENT {
            older.vstack_mut(recent)?;
            older.rechunk_mut();
            *recent = recent.clear();
        }
        Ok(())
    }

    fn height(&self) -> usize {
        self.events.iter().map(DataFrame::height).sum()
    }

    /// All events.
    fn all(&self) -> Result<DataFrame> {
        let [older, recent] = &self.events;
        Ok(older.vstack(recent)?)
    }

    /// The events of these rows, which are in order.
    fn gathered(&self, mut rows: Vec<IdxSize>) -> Result<DataFrame> {
        let [older, recent] = &self.events;
        let first = older.height() as IdxSize;
        let mut last = rows.split_off(rows.partition_point(|row| *row < first));
        last.iter_mut().for_each(|row| *row -= first);
        let of = |frame: &DataFrame, rows| frame.take(&IdxCa::from_vec("".into(), rows));
        let mut gathered = of(older, rows)?;
        gathered.vstack_mut_owned(of(recent, last)?)?;
        Ok(gathered)
    }
}

fn place(key: Whole) -> usize {
    usize::from(key == Whole::Thread)
}

/// The bucket of each row.
fn numbers(batch: &DataFrame, key: Whole) -> Result<Vec<u32>> {
    let (kpi, column) = match key {
        Whole::Member => ("engagement.activity", "member"),
        Whole::Thread => ("response.curve", "thread"),
    };
    let spec = Spec::new(kpi, &serde_json::json!({}))?.buckets(BUCKETS)?;
    Ok(batch.column(column)?.str()?.iter().map(|name| spec.bucket_of(name)).collect())
}
