//! Cedar by its own library: `iap-bench-cedar JOB ANSWERS WARM TIMED` prints an outcome (bench/peers/job.ts). Entities are prepared before; the
//! principal, action and resource of a question, too.

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use serde::Deserialize;
use serde_json::{json, Value};
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Job {
    policies: String,
    entities: Option<Value>,
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    principal: Value,
    action: Value,
    resource: Value,
    context: Value,
    slice: Value,
}

const BATCH: Duration = Duration::from_millis(1);
const LEAST_ANSWERS: usize = 100;
const LEAST_BATCHES: usize = 20;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let budget = |at: usize| Duration::from_millis(words[at].parse().expect("a number of milliseconds"));
    let text = std::fs::read_to_string(&words[1]).expect("the job");
    let job: Job = serde_json::from_str(&text).expect("a job");
    let policies: PolicySet = job.policies.parse().expect("policies");
    let all = job.entities.map(|json| Entities::from_json_value(json, None).expect("entities"));
    let questions: Vec<(Request, Option<Entities>)> = job
        .questions
        .into_iter()
        .map(|Question { principal, action, resource, context, slice }| {
            let context = Context::from_json_value(context, None).expect("a context");
            let request = Request::new(uid(principal), uid(action), uid(resource), context, None).expect("a request");
            let own = all.is_none().then(|| Entities::from_json_value(slice, None).expect("entities"));
            (request, own)
        })
        .collect();
    let authorizer = Authorizer::new();
    let decide = |at: usize| {
        let (request, own) = &questions[at];
        let entities = own.as_ref().or(all.as_ref()).expect("entities");
        authorizer.is_authorized(request, &policies, entities)
    };

    let mut answers = String::new();
    let begun = Instant::now();
    while answers.len() < questions.len() && (answers.len() < LEAST_ANSWERS || begun.elapsed() < budget(2)) {
        let response = decide(answers.len());
        if let Some(error) = response.diagnostics().errors().next() {
            panic!("{error}");
        }
        answers.push(if response.decision() == Decision::Allow { '1' } else { '0' });
    }

    let mut at = 0;
    let mut batch = |size: u32| {
        let begun = Instant::now();
        for _ in 0..size {
            std::hint::black_box(decide(at));
            at = (at + 1) % questions.len();
        }
        begun.elapsed().as_nanos() as f64 / f64::from(size)
    };
    let mut size = 1;
    let begun = Instant::now();
    while begun.elapsed() < budget(3) {
        size = ((BATCH.as_nanos() as f64 / batch(size)) as u32).max(1);
    }
    let mut times = Vec::new();
    let begun = Instant::now();
    while times.len() < LEAST_BATCHES || begun.elapsed() < budget(4) {
        times.push(batch(size));
    }
    times.sort_by(f64::total_cmp);
    let version = cedar_policy::get_sdk_version().to_string();
    println!("{}", json!({ "answers": answers, "nanoseconds": times[times.len() / 2], "batches": times.len(), "version": version }));
}

fn uid(json: Value) -> EntityUid {
    EntityUid::from_json(json).expect("an entity's name")
}
