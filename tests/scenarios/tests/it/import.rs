//! Orders from CSV, by the API and by the command line: all or none of each, none twice, and the books
//! are balanced afterwards.

use std::path::Path;
use std::process::{Command, Output};

use scenarios::{Sample, create};
use serde_json::json;
use served::{Answer, Client, Folder, Server, binary};

const HEADER: &str = "order_ref,account_ref,sku,quantity\n";
/// What the plain columns mean, as the pack's mapping says it.
const MAPPED: &str = "/api/imports/order?map=order_ref=external_id,account_ref=account.external_id\
    &map=sku=lines.product.sku,quantity=lines.quantity&set=status=submitted";

/// A shop with one account and two products, of which one is short.
struct Shop {
    sample: Sample,
    /// For files.
    folder: Folder,
}

impl Shop {
    fn open() -> Self {
        let shop = Self { sample: Sample::start(), folder: Folder::new() };
        let client = shop.client("sales");
        let account = json!({ "name": "Shop", "external_id": "X-1", "email": "shop@example.com" });
        create(&client, "account", &account);
        for (sku, on_hand) in [("PLENTY", 100_000), ("FEW", 500)] {
            let price = json!({ "amount": "1.00", "currency": "EUR" });
            let product = json!({ "sku": sku, "name": sku, "price": price, "on_hand": on_hand });
            create(&client, "product", &product);
        }
        shop
    }

    fn client(&self, login: &str) -> Client {
        self.sample.client(login)
    }

    fn kill(&mut self) {
        self.sample.kill();
    }

    fn serve(&mut self) {
        self.sample.serve(&[]);
    }

    fn import(&self, text: &str) -> Answer {
        let answer = self.client("sales").post_text(MAPPED, "text/csv", text);
        answer.expect("the server answers")
    }

    /// Runs `rondo import order FILE` where the server is down.
    fn command(&self, file: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(["import", "order"]).arg(file).args(self.sample.place().options());
        command.args(arguments).output().expect("the program runs")
    }

    /// How many orders there are by status, of those whose number in the other system begins so.
    fn orders(&self, prefix: &str, status: &str) -> u64 {
        let filter =
            format!("starts%20with(external_id,%22{prefix}%22)%20and%20status=%22{status}%22");
        let list = self.client("sales").get(&format!("/api/records/order?limit=1&filter={filter}"));
        list.ok()["count"]["value"].as_u64().expect("a list counts")
    }

    fn reserved(&self, sku: &str) -> u64 {
        let list =
            self.client("sales").get(&format!("/api/records/product?filter=sku=%22{sku}%22"));
        list.ok()["items"][0]["fields"]["reserved"].as_u64().expect("a number")
    }

    /// What the account owes for accepted orders.
    fn open_amount(&self) -> String {
        let list = self.client("sales").get("/api/records/account?filter=external_id=%22X-1%22");
        let amount = &list.ok()["items"][0]["fields"]["open_amount"]["amount"];
        amount.as_str().expect("an amount").to_owned()
    }
}

/// Orders of one piece that is plenty and two of which there are few; their rows are apart.
fn orders(prefix: &str, count: usize) -> String {
    let mut rows = vec![HEADER.to_owned()];
    for (sku, quantity) in [("PLENTY", 1), ("FEW", 2)] {
        rows.extend((0..count).map(|order| format!("{prefix}-{order},X-1,{sku},{quantity}\n")));
    }
    rows.concat()
}

/// Checks the counts, and that what was refused is told as rows and as problems alike.
fn check(answer: Answer, created: u64, already_there: u64, refused: u64) -> String {
    let body = answer.ok();
    assert_eq!(
        (&body["created"], &body["already_there"], &body["refused"]),
        (&json!(created), &json!(already_there), &json!(refused)),
        "{body}"
    );
    let csv = body["refused_csv"].as_str().unwrap_or_default();
    let problems = body["problems"].as_array().map_or(0, Vec::len) as u64;
    assert_eq!((problems, csv.is_empty()), (refused.min(200), refused == 0), "{body}");
    csv.to_owned()
}

#[test]
fn a_file_is_looked_at_before_it_is_imported() {
    let shop = Shop::open();
    let sales = shop.client("sales");
    let format = sales.get("/api/imports/order").ok();
    let paths: Vec<_> = format["paths"].as_array().expect("paths").iter().collect();
    assert!(
        paths.iter().any(|it| it["path"] == "lines.product.sku" && it["via_object"] == "product")
    );
    assert!(!paths.iter().any(|it| it["path"] == "total"), "processes write it");

    let path = "/api/imports/order/preview";
    let preview = |query: &str, text: &str| {
        sales.post_text(&format!("{path}{query}"), "text/csv", text).expect("the server answers")
    };
    let rows = format!("{HEADER}P-1,X-1,PLENTY,1\nP-2,X-1,\"PLE");
    let seen = preview("", &rows).ok();
    let columns: Vec<_> =
        seen["columns"].as_array().expect("columns").iter().map(|it| &it["path"]).collect();
    assert_eq!(
        columns,
        ["external_id", "account.external_id", "lines.product.sku", "lines.quantity"]
    );
    assert_eq!(
        seen["rows"],
        json!([["P-1", "X-1", "PLENTY", "1"]]),
        "a row cut short is not shown"
    );
    assert_eq!((&seen["key"], &seen["problems"]), (&json!("external_id"), &json!([])));

    let seen = preview("?whole=true", "order_ref,colour\nP-1,red").ok();
    assert_eq!(seen["rows"], json!([["P-1", "red"]]));
    assert_eq!(seen["columns"][1], json!({ "name": "colour" }));
    assert_eq!(seen["problems"][0]["field"], "colour");
    let mapping = "?whole=true&mapping=%7B%22columns%22%3A%7B%22colour%22%3A%22-%22%7D%7D";
    let seen = preview(mapping, "external_id,account.external_id,colour\nP-1,X-1,red").ok();
    assert_eq!((&seen["columns"][2]["path"], &seen["problems"]), (&json!("-"), &json!([])));

    let wide = vec!["a"; 120_000].join(",");
    for (query, text, status, part) in [
        ("", wide.as_str(), 400, "the first row is longer than 256 KB"),
        ("?whole=true", wide.as_str(), 200, "more than 1000 cells"),
        ("?whole=true", "", 200, "the file is empty"),
        ("?mapping=x", HEADER, 400, "the mapping cannot be read"),
        ("", &"x".repeat(300_000), 413, ""),
    ] {
        let answer = preview(query, text);
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
        assert!(answer.body.to_string().contains(part), "{query}: {}", answer.body);
    }
    assert_eq!(shop.client("reader").get("/api/imports/order").status, 403);
    assert_eq!(shop.orders("P", "accepted"), 0, "nothing was imported");
}

#[test]
fn orders_are_imported_by_the_api_and_the_books_balance() {
    let shop = Shop::open();
    let text = orders("API", 300);
    check(shop.import(&text), 300, 0, 0);
    for round in 0..2 {
        assert_eq!(shop.orders("API", "accepted"), 250, "500 pieces last for 250 orders ({round})");
        assert_eq!(shop.orders("API", "rejected"), 50);
        assert_eq!((shop.reserved("PLENTY"), shop.reserved("FEW")), (250, 500));
        assert_eq!(shop.open_amount(), "750.00");
        // A second run changes nothing.
        check(shop.import(&text), 0, 300, 0);
    }
}

#[test]
fn bad_rows_are_refused_with_line_column_and_reason_and_good_ones_go_in() {
    let shop = Shop::open();
    let text = "\u{feff}order_ref,account_ref,sku,quantity\r\n\
        GOOD-1,X-1,PLENTY,1\r\n\
        BAD-1,X-1,PLENTY,1\r\n\
        BAD-1,X-1,NONE,1\r\n\
        BAD-2,X-1,PLENTY,many\r\n\
        BAD-6,X-1,PLENTY,-3\r\n\
        BAD-3,X-1,PLENTY\r\n\
        \"GOOD-2\",\"X-1\",\"PLENTY\",\"1\"\r\n\
        BAD-4,\"X-1,PLENTY,1\r\n\
        =BAD-5,Y-1,PLENTY,1\r\n\
        GOOD-3,X-1,PLENTY,1\r\n";
    let refused = check(shop.import(text), 3, 0, 7);
    let expect = [
        "order_ref,account_ref,sku,quantity,line,column,reason",
        "BAD-1,X-1,PLENTY,1,3,,the record is refused as a whole because of line 4",
        "BAD-1,X-1,NONE,1,4,sku,there is no product whose `sku` is `NONE`",
        "BAD-2,X-1,PLENTY,many,5,quantity,\"`quantity` takes a number such as `-12.5`, not `many`\"",
        "BAD-6,X-1,PLENTY,'-3,6,quantity,\"`quantity` has to be at least 1, and is -3\"",
        "BAD-3,X-1,PLENTY,,7,,\"the row has 3 cells, and the header has 4\"",
        "BAD-4,\"\"\"X-1,PLENTY,1\",,,9,account_ref,\"a quote is opened and never closed; close it, \
            or double it to mean itself\"",
        "'=BAD-5,Y-1,PLENTY,1,10,account_ref,there is no account whose `external_id` is `Y-1`",
    ];
    assert_eq!(refused.lines().collect::<Vec<_>>(), expect);
    assert_eq!((shop.orders("GOOD", "accepted"), shop.orders("BAD", "accepted")), (3, 0));
    assert_eq!(shop.reserved("PLENTY"), 3, "of a refused order nothing is reserved");

    // Repaired, the refused rows can be imported as they are.
    let repaired = refused
        .replace("NONE", "FEW")
        .replace("many", "2")
        .replace("PLENTY,'-3,6", "PLENTY,3,6")
        .replace("BAD-3,X-1,PLENTY,,", "BAD-3,X-1,PLENTY,1,")
        .replace("\"\"\"X-1,PLENTY,1\",,,", "X-1,PLENTY,1,")
        .replace("Y-1", "X-1");
    check(shop.import(&repaired), 6, 0, 0);
    assert_eq!((shop.orders("BAD", "accepted"), shop.orders("=BAD", "accepted")), (5, 1));
}

#[test]
fn an_import_that_makes_no_sense_is_refused_as_a_whole() {
    let shop = Shop::open();
    let path = "/api/imports/order";
    let wide = vec!["a"; 1_000_000].join(",");
    for (login, path, text, status, part) in [
        ("reader", MAPPED, orders("R", 1).as_str(), 403, "reader"),
        ("sales", "/api/imports/unicorn", HEADER, 404, "there is no object `unicorn`"),
        ("sales", path, HEADER, 400, "`order` has no field `order_ref`"),
        ("sales", path, "", 400, "the file is empty"),
        ("sales", path, &wide, 400, "more than 1000 cells"),
        ("sales", path, "external_id,account;status\n", 400, "no field `account;status`"),
        ("sales", "/api/imports/order?map=x", HEADER, 400, "`x` is not COLUMN=PATH"),
        ("sales", "/api/imports/user", "login,name,role\nx,X,admin\n", 403, "sales"),
    ] {
        let answer = shop.client(login).post_text(path, "text/csv", text);
        let answer = answer.expect("the server answers");
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.to_string().contains(part), "{path}: {}", answer.body);
    }
    assert_eq!(shop.orders("R", "accepted"), 0);
}

#[test]
fn orders_are_imported_by_the_command_line() {
    let mut shop = Shop::open();
    shop.kill();
    let file = shop.folder.path().join("orders.csv");
    let refused = shop.folder.path().join("orders.refused.csv");
    let good = orders("CLI", 200);
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();

    std::fs::write(&file, format!("{good}CLI-200,X-1,NONE,1\n")).expect("the file is written");
    let output = shop.command(&file, &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(said(&output).contains("200 created, 0 already there, 1 rows refused"), "{output:?}");
    assert!(output.stderr.is_empty(), "no progress is shown where nobody looks: {output:?}");
    let text = std::fs::read_to_string(&refused).expect("the refused rows are there");
    assert!(text.contains("CLI-200,X-1,NONE,1,402,sku,there is no product"), "{text}");

    std::fs::write(&file, &good).expect("the file is written");
    let output = shop.command(&file, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(said(&output).contains("0 created, 200 already there, 0 rows refused"), "{output:?}");
    assert!(!refused.exists(), "nothing is refused any more");

    std::fs::write(&file, "order_ref,colour\nCLI-1,red\n").expect("the file is written");
    let output = shop.command(&file, &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = std::fs::read_to_string(&refused).expect("the problems are there");
    assert!(text.starts_with("line,column,reason\r\n1,colour,"), "{text}");

    std::fs::write(&file, "external_id,account.external_id\nDRAFT-1,X-1\n").expect("written");
    let output = shop.command(&file, &["--set", "status=draft"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(shop.command(Path::new("nowhere.csv"), &[]).status.code(), Some(1));

    shop.serve();
    assert_eq!((shop.orders("CLI", "accepted"), shop.orders("DRAFT", "draft")), (200, 1));
    assert_eq!((shop.reserved("PLENTY"), shop.reserved("FEW")), (200, 400));
    assert_eq!(shop.open_amount(), "600.00");
}

#[test]
fn what_a_spreadsheet_saves_is_read_alike_by_page_api_and_command_line() {
    let mut shop = Shop::open();
    let sales = shop.client("sales");
    let products = "sku;name;price;on_hand\nEU-1;Lamp, small; 12,50 ;5\nEU-2;Shelf;1.250;5\n";
    let answer = sales.post_text("/api/imports/product", "text/csv", products).expect("an answer");
    let refused = check(answer, 1, 0, 1);
    let expect = "sku;name;price;on_hand;line;column;reason\r\n\
        EU-2;Shelf;1.250;5;3;price;`1.250` can be misread; write `1250` or `1,2500`\r\n";
    assert_eq!(refused.replace('"', ""), expect);
    let repaired = refused.replace("EU-2;Shelf;1.250;", "EU-2;Shelf;1250;");
    check(
        sales.post_text("/api/imports/product", "text/csv", &repaired).expect("an answer"),
        1,
        0,
        0,
    );
    let list = sales.get("/api/records/product?sort=sku&filter=starts%20with(sku,%22EU%22)").ok();
    let prices: Vec<_> = (0..2).map(|at| &list["items"][at]["fields"]["price"]["amount"]).collect();
    assert_eq!(prices, ["12.50", "1250.00"]);

    // The same file, looked at by the page, imported by the API, and then by the command line.
    let file = shop.folder.path().join("sheet.csv");
    let mut by_api = Vec::new();
    for separator in [",", ";", "\t"] {
        let name = format!("SHEET{}", by_api.len());
        let text = format!(
            "order_ref;account_ref;sku;quantity\n{name} ; X-1; EU-1 ;1\n {name};X-1;EU-2;1\n\
             {name}-B;X-1;NONE;1\n"
        )
        .replace(';', separator);
        let seen = sales.post_text("/api/imports/order/preview?whole=true", "text/csv", &text);
        let rows = &seen.expect("an answer").ok()["rows"];
        assert_eq!(rows[0], json!([name, "X-1", "EU-1", "1"]), "{text}");
        let refused = check(shop.import(&text), 1, 0, 1);
        let line = format!("{name}-B;X-1;NONE;1;4;sku;there is no product").replace(';', separator);
        assert!(refused.contains(&line), "{refused}");
        by_api.push((text, refused));
    }
    shop.kill();
    for (text, refused) in by_api {
        std::fs::write(&file, &text).expect("the file is written");
        let output = shop.command(&file, &[]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("0 created, 1 already there, 1 rows refused"), "{said}");
        let path = shop.folder.path().join("sheet.refused.csv");
        assert_eq!(std::fs::read_to_string(path).expect("refused rows"), refused);
    }
}

#[test]
fn where_no_database_is_an_import_says_so_and_makes_none() {
    let folder = Folder::new();
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, orders("N", 1)).expect("the file is written");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder is made");
    for place in [empty, folder.path().join("nowhere")] {
        let mut command = Command::new(binary());
        let output =
            command.args(["import", "order"]).arg(&file).arg("--data").arg(&place).output();
        let output = output.expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let expect = format!(
            "nothing was imported: there is no database of Rondo in `{}`; name where it is by --data or \
             --database",
            place.display()
        );
        assert!(said.contains(&expect), "{said}");
        let made = std::fs::read_dir(&place).map_or(0, Iterator::count);
        assert_eq!(made, 0, "nothing is made in {}", place.display());
    }
    assert!(!folder.path().join("nowhere").exists());

    let mut shop = Shop::open();
    shop.kill();
    let mut command = Command::new(binary());
    command.args(["import", "unicorn"]).arg(&file).args(shop.sample.place().options());
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("nothing was imported: there is no object `unicorn`"), "{said}");
}

#[test]
fn an_import_that_does_not_run_leaves_the_refused_rows_of_the_one_before() {
    let folder = Folder::new();
    let server = Server::start(folder.path(), &[]);
    let (file, refused) =
        (folder.path().join("orders.csv"), folder.path().join("orders.refused.csv"));
    std::fs::write(&file, "name\nA team\n").expect("the file is written");
    std::fs::write(&refused, "repaired").expect("the file is written");
    let import = |object: &str, expect: &str| {
        let mut command = Command::new(binary());
        command.args(["import", object]).arg(&file).arg("--data").arg(folder.path());
        let output = command.output().expect("the program runs");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(said.contains(expect), "{said}");
    };
    let is_there = || std::fs::read_to_string(&refused).is_ok_and(|text| text == "repaired");
    import("team", "in use");
    assert!(is_there(), "the server holds the folder");
    drop(server);
    import("unicorn", "there is no object `unicorn`");
    assert!(is_there(), "there is nothing to import into");
    import("team", "1 created, 0 already there, 0 rows refused");
    assert!(!refused.exists(), "what an earlier import has refused is refused no more");
}

#[test]
fn an_import_that_a_crash_interrupts_is_repeated_and_doubles_nothing() {
    let mut shop = Shop::open();
    let text = orders("CRASH", 1_000);
    let (sender, client) = (shop.client("sales"), shop.client("sales"));
    let importing = std::thread::spawn({
        let text = text.clone();
        move || sender.post_text(MAPPED, "text/csv", &text)
    });
    let some = "/api/records/order?limit=1&filter=starts%20with(external_id,%22CRASH%22)";
    while client.get(some).ok()["count"]["value"] == 0 && !importing.is_finished() {
        std::thread::yield_now();
    }
    shop.kill();
    importing.join().expect("the import ends one way or the other");
    shop.serve();
    let before = client_count(&shop);
    let body = shop.import(&text).ok();
    assert_eq!(body["already_there"].as_u64(), Some(before), "{body}");
    assert_eq!(body["created"].as_u64(), Some(1_000 - before), "{body}");
    assert_eq!(client_count(&shop), 1_000);
    assert_eq!((shop.reserved("PLENTY"), shop.reserved("FEW")), (250, 500));
}

fn client_count(shop: &Shop) -> u64 {
    let of = |status: &str| shop.orders("CRASH", status);
    of("accepted") + of("rejected") + of("submitted") + of("in_review") + of("draft")
}

#[test]
fn a_file_without_a_unique_column_is_imported_once_and_another_file_is_another() {
    let shop = Shop::open();
    let client = shop.client("sales");
    let import = |path: &str, text: &str, created: u64, already_there: u64| {
        let answer = client.post_text(path, "text/csv", text).expect("the server answers");
        check(answer, created, already_there, 0);
    };
    let path = "/api/imports/task";
    let count = || client.get("/api/records/task?limit=1").ok()["count"]["value"].as_u64();
    let before = count().expect("a count");
    // The same row twice in one file is two records.
    let text = "subject,priority\nCall,high\nCall,high\nWrite,low\n";
    import(path, text, 3, 0);
    import(path, text, 0, 3);
    import(path, &format!("{text}Visit,low\n"), 4, 0);
    // Another meaning of the same columns is another import.
    let mapped = "/api/imports/task?set=description=again";
    import(mapped, text, 3, 0);
    import(mapped, text, 0, 3);
    assert_eq!(count(), Some(before + 10));
}
