//! How much memory an evaluation asks for: what is only read is never copied.

use allocation_counter::measure;
use feel::{Context, Decimal, Options, Run, Timestamp, Value, compile};

/// One hundred lines of an order, and names for simple expressions.
fn scope() -> Context {
    let line = |at: i64| {
        Value::context([
            ("sku", Value::string(format!("a{at}"))),
            ("qty", Value::number(at % 10)),
            ("price", Value::Number(Decimal::from_scaled(1999 + at, 2))),
        ])
    };
    let customer = Value::context([("vip", Value::Boolean(true))]);
    [
        ("items", Value::list((0..100).map(line).collect())),
        ("amount", Value::number(1500)),
        ("status", Value::string("open")),
        ("name", Value::string("Rondo GmbH")),
        ("order", Value::context([("total", Value::number(120)), ("customer", customer)])),
    ]
    .into_iter()
    .collect()
}

/// Allocations of an evaluation after two others in the same run.
fn check(source: &str, most: u64) {
    let expression = compile(source, &Options::default()).expect("the source is FEEL");
    let scope = scope();
    let slots: Vec<Value> =
        expression.inputs().iter().map(|name| scope.get(name).cloned().into()).collect();
    let mut run = Run::new(Timestamp(0));
    let first = expression.evaluate(&slots, &mut run);
    expression.evaluate(&slots, &mut run);
    assert!(!first.is_null(), "{source}: {:?}", run.warnings());
    let used = measure(|| {
        std::hint::black_box(expression.evaluate(&slots, &mut run));
    });
    assert!(used.count_total <= most, "{source}: {} allocations", used.count_total);
}

#[test]
fn what_is_only_read_is_never_copied() {
    for source in [
        "amount + 2.5 * 2",
        "amount > 1000 and status = \"open\"",
        "order.customer.vip and order.total between 100 and 200",
        "if order.total > 100 then \"review\" else status",
        "amount in [1000..2000]",
        "status in (\"open\", \"new\")",
        "starts with(name, \"Ron\") and contains(name, \"GmbH\")",
        "matches(name, \"^R.*H$\")",
        "string length(string: name) > 3",
        "some i in items satisfies i.qty > 8",
        "every i in items satisfies i.price > i.qty",
        "items[7].price",
    ] {
        check(source, 0);
    }
}

#[test]
fn a_filter_over_many_contexts_makes_its_result_only() {
    // The list and its place; a conjunction has its operands made ready.
    check("items[qty > 5]", 2);
    check("items[qty > 5 and price > 20]", 3);
    // What is aggregated needs no list.
    check("sum(items[qty > 5].price)", 0);
    check("count(items[qty > 5 and price > 20])", 1);
    check("items.price", 2);
}

#[test]
fn a_call_of_a_written_function_reuses_the_memory_of_the_last() {
    // The function itself is made anew: the values it takes along, and its place.
    check("(function(x) x + amount)(2)", 3);
}
