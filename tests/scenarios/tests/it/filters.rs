//! A list with a condition: answered by the database, evaluated on what it finds, or refused with the reason.

use scenarios::Sample;
use serde_json::{Value, json};
use served::{Answer, Client};

fn list(client: &Client, object: &str, filter: &str) -> Answer {
    let encoded: Vec<String> = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let encoded = encoded.concat();
    client.get(&format!("/api/records/{object}?limit=100&filter={encoded}"))
}

/// The `sku`s that a filter finds, in order.
fn found(client: &Client, filter: &str) -> Vec<String> {
    let page = list(client, "product", filter).ok();
    let items = page["items"].as_array().expect("a page has items");
    let sku =
        |item: &Value| item["fields"]["sku"].as_str().expect("a product has a sku").to_owned();
    let mut skus: Vec<String> = items.iter().map(sku).collect();
    skus.sort();
    skus
}

#[test]
fn a_list_is_filtered_by_any_condition_over_its_own_fields() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    for (sku, name, amount, on_hand) in
        [("F-1", "Bolt", "2.50", 5), ("F-2", "bracket", "10.00", 0), ("F-3", "Screw", "20.00", 7)]
    {
        let price = json!({ "amount": amount, "currency": "EUR" });
        let fields = json!({ "sku": sku, "name": name, "price": price, "on_hand": on_hand });
        admin.post("/api/records/product", &json!({ "fields": fields })).ok();
    }
    let own = "starts with(sku, \"F-\") and ";
    for (filter, expect) in [
        // By the database alone.
        ("price * 2 > 5", vec!["F-2", "F-3"]),
        ("on_hand + 1 <= 6", vec!["F-1", "F-2"]),
        ("not(name = \"Bolt\")", vec!["F-2", "F-3"]),
        ("`created at` + duration(\"PT1H\") > now()", vec!["F-1", "F-2", "F-3"]),
        // With the rest evaluated on what the database finds.
        ("matches(name, \"^b\", \"i\")", vec!["F-1", "F-2"]),
        ("price * 3 > 5 and lower case(name) = \"bolt\"", vec!["F-1"]),
        ("(if on_hand > 0 then price > 5 else price > 9)", vec!["F-2", "F-3"]),
        ("`created at`.year > 2000 and on_hand = 7", vec!["F-3"]),
    ] {
        assert_eq!(found(&admin, &format!("{own}{filter}")), expect, "{filter}");
    }
    for (filter, code, detail) in [
        ("name =", "filter", "expected"),
        ("colour = \"red\"", "", "colour"),
        ("matches(owner.name, \"x\")", "filter_not_supported", "owner.name"),
        ("count(lines) > 1", "filter_not_supported", "lines"),
    ] {
        let refused = list(&admin, "product", filter);
        assert_eq!(refused.status, 400, "{filter}: {}", refused.body);
        assert!(refused.text("/detail").contains(detail), "{filter}: {}", refused.body);
        assert!(code.is_empty() || refused.text("/code") == code, "{filter}: {}", refused.body);
    }
}

#[test]
fn a_list_is_filtered_by_the_records_that_it_refers_to() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let users = list(&admin, "user", "login = \"sales\"").ok();
    let owner = users["items"][0]["key"].clone();
    let account = |name: &str, limit: &str, owner: &Value| {
        let limit = json!({ "amount": limit, "currency": "EUR" });
        let email = "a@b.example";
        let fields = json!({ "name": name, "email": email, "credit_limit": limit, "owner": owner });
        admin.post("/api/records/account", &json!({ "fields": fields })).ok()["key"].clone()
    };
    let (north, south) = (account("North", "2000", &owner), account("South", "500", &Value::Null));
    let accounts = [("F ann", &north), ("F ben", &south), ("F cem", &Value::Null)];
    for (name, account) in accounts {
        let fields = json!({ "name": name, "account": account });
        admin.post("/api/records/contact", &json!({ "fields": fields })).ok();
    }
    let own = "starts with(name, \"F \") and ";
    let reader = sample.client("reader");
    for (filter, expect) in [
        ("account.name = \"North\"", vec!["F ann"]),
        ("account.credit_limit > 499.99 and account.owner.login = \"sales\"", vec!["F ann"]),
        ("account.owner.team.name = \"Sales Europe\"", vec!["F ann"]),
        ("account.owner.team.name = null", vec!["F ben", "F cem"]),
        ("account.name != \"North\"", vec!["F ben", "F cem"]),
        ("lower case(account.name) = \"south\"", vec!["F ben"]),
        ("account.credit_limit currency = \"EUR\" and account.owner = null", vec!["F ben"]),
    ] {
        for client in [&admin, &reader] {
            let page = list(client, "contact", &format!("{own}({filter})")).ok();
            let items = page["items"].as_array().expect("a page has items");
            let mut names: Vec<&str> =
                items.iter().filter_map(|item| item["fields"]["name"].as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, expect, "{filter}");
        }
    }
    for (filter, detail) in [
        ("account.colour = 1", "`account.colour` is not a field of `account`"),
        ("account.owner.password = \"x\"", "`account.owner.password` is not a field of `user`"),
        ("account.owner.team.lead.name = \"x\"", "goes through 4 references"),
    ] {
        let refused = list(&admin, "contact", filter);
        assert_eq!(refused.status, 400, "{filter}: {}", refused.body);
        assert_eq!(refused.text("/code"), "filter_not_supported", "{filter}");
        assert!(refused.text("/detail").contains(detail), "{filter}: {}", refused.body);
    }
}
