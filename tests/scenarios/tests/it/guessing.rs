//! Who guesses passwords has to wait. Each server counts for itself.

use scenarios::Sample;
use serde_json::json;

#[test]
fn passwords_cannot_be_guessed_quickly() {
    let sample = Sample::start();
    let stranger = sample.stranger();
    let guess =
        |login: &str| stranger.post("/api/session", &json!({ "login": login, "password": "x" }));
    for _ in 0..5 {
        assert_eq!(guess("sales").status, 401);
    }
    assert_eq!(guess("sales").status, 429);
    assert_eq!(sample.client_with("sales", "wrong").get("/api/session").status, 429);
    assert_eq!(guess("manager").status, 401, "others do not wait");
    let long = json!({ "login": "sales", "password": "x".repeat(5_000) });
    assert_eq!(stranger.post("/api/session", &long).status, 413);
}
