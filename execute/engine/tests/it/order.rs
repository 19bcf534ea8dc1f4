//! The sample order process, with the answers of its built-in tasks given by hand.

use engine::{Event, Status};

use crate::bench::Bench;

/// A bench with a deployed version of the order process and its decisions.
fn bench(version: &str) -> Bench {
    let pack = |name: &str| {
        let path = format!("{}/../../crm/packs/orders/{name}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        String::from_utf8(bytes).expect("the pack is UTF-8")
    };
    let model = bpmn::Model::parse(&pack(version)).expect("the order process can be executed");
    let process = model.processes.into_iter().next().expect("there is one process");
    let mut bench = Bench::of(process);
    bench.deploy(&pack("order-acceptance.dmn"));
    bench.step("deploy form credit-review");
    bench
}

/// Runs the process and looks at the elements that it went through.
#[track_caller]
fn check(version: &str, record: &str, answers: &[&str], expect: &str) {
    let mut bench = bench(version);
    bench.step(&format!("record {record}"));
    for answer in [&["start on order"], answers].concat() {
        let told = bench.step(answer);
        let stopped = told.starts_with("rejected: ") || told.starts_with("need: ");
        assert!(!stopped && !told.contains("incident("), "{answer}: {told}");
    }
    let status = bench.state.as_ref().map(|state| state.status);
    assert_eq!(status, Some(Status::Completed));
    let activated = bench.log.iter().filter_map(|event| match event {
        Event::ElementActivated(event) => bench.process.element(event.element),
        _ => None,
    });
    let path: Vec<&str> = activated.map(|element| &*element.id).collect();
    assert_eq!(path.join(" "), expect);
}

/// An order of five pieces, of which `on_hand` are there, for an account with a limit of 1,000.
fn record(on_hand: u32, open_amount: u32) -> String {
    format!(
        "{{number: \"SO-1\", status: \"submitted\", total: 500, `total currency`: \"EUR\", reason: \
         null, owner: {{key: \"3\"}}, account: {{key: \"5\", name: \"Ann\", email: \"a@b.c\", \
         owner: {{key: \"3\"}}, open_amount: {open_amount}, credit_limit: 1000}}, lines: \
         [{{quantity: 5, unit_price: 100, product: {{key: \"7\", sku: \"P1\", name: \"Pump\", \
         price: 100, on_hand: {on_hand}, reserved: 1}}}}]}}"
    )
}

const RESERVED: &[&str] = &[
    "complete reserve_stock {reserved: true}",
    "complete accept_order",
    "complete book_amount",
    "complete send_confirmation",
];
const REJECTED: &[&str] = &["complete reject_order", "complete create_follow_up"];

#[test]
fn an_order_is_accepted_when_the_stock_just_suffices() {
    check(
        "order-v1.bpmn",
        &record(6, 0),
        &[&["complete price_order"], RESERVED].concat(),
        "submitted price_order check_inventory in_stock reserve_stock is_reserved accept_order \
         book_amount send_confirmation accepted",
    );
}

#[test]
fn an_order_is_rejected_when_one_piece_is_missing() {
    check(
        "order-v1.bpmn",
        &record(5, 0),
        &[&["complete price_order"], REJECTED].concat(),
        "submitted price_order check_inventory in_stock rejecting reject_order create_follow_up \
         rejected",
    );
}

#[test]
fn an_order_above_the_credit_limit_waits_for_the_manager() {
    let reviewed = "submitted price_order check_inventory in_stock check_credit review_needed \
                    put_in_review review_credit two_days remind reminded \
                    tell_decision is_approved";
    let review =
        ["complete price_order", "complete put_in_review", "fire two_days", "complete remind"];
    for (decision, then, path) in [
        (
            "do review_credit {decision: \"approve\"}",
            RESERVED,
            "cleared reserve_stock is_reserved accept_order book_amount send_confirmation accepted",
        ),
        (
            "do review_credit {decision: \"reject\", comment: \"no\"}",
            REJECTED,
            "rejecting reject_order create_follow_up rejected",
        ),
    ] {
        let answers = [&review[..], &[decision, "complete tell_decision"], then].concat();
        check("order-v2.bpmn", &record(6, 501), &answers, &format!("{reviewed} {path}"));
    }
}
