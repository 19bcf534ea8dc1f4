//! What is stored of people comes back as it was written: their tasks, what they are told, how they sign in.

use base::{Key, KeyGenerator, Timestamp};
use runtime::port::{
    CredentialRow, Expiry, IdentityWrite, Mine, NotificationQuery, NotificationRead,
    NotificationRow, PageRequest, Rows, SessionRow, TokenRow, UserTaskQuery, UserTaskRow,
    UserTaskState,
};

use turn::EndedUserTask;

use crate::sample::{Fixture, NOTHING, order};

fn task(key: i64, assignee: Option<&str>, groups: &[&str], users: &[&str]) -> UserTaskRow {
    UserTaskRow {
        key: Key(key),
        instance: Key(50),
        definition: Key(3),
        element_instance: Key(60),
        element_id: "review".into(),
        name: "Review credit".into(),
        state: UserTaskState::Created,
        assignee: assignee.map(Into::into),
        candidate_groups: groups.iter().map(|&group| group.into()).collect(),
        candidate_users: users.iter().map(|&user| user.into()).collect(),
        form_id: Some("credit-review".into()),
        form_key: Some(Key(12)),
        due_at: Some(Timestamp(9)),
        follow_up_at: None,
        priority: 50,
        created_at: Timestamp(key),
        ended_at: None,
        completed_by: None,
        record: Some(order()),
    }
}

#[test]
fn an_inbox_holds_what_its_user_has_or_may_claim() {
    let mut fixture = Fixture::new();
    let done = UserTaskRow {
        state: UserTaskState::Completed,
        ended_at: Some(Timestamp(90)),
        completed_by: Some(Key(8)),
        ..task(7, Some("ann"), &[], &[])
    };
    let tasks = vec![
        task(1, Some("ann"), &["manager"], &[]),
        task(2, Some("bob"), &["manager"], &["ann"]),
        task(3, None, &["manager", "sales"], &[]),
        task(4, None, &["sa\"les"], &["bob", "ann"]),
        task(5, None, &["sales"], &["bob"]),
        task(6, None, &[], &[]),
        done.clone(),
    ];
    fixture.commit(&Rows { user_tasks: tasks.clone(), ..Rows::default() }).unwrap();
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.user_task(Key(4)), Ok(Some(tasks[3].clone())));
    assert_eq!(snapshot.user_task(Key(7)), Ok(Some(done)));
    let everything = UserTaskQuery {
        instance: Some(Key(50)),
        definition: Some(Key(3)),
        element_id: Some("review".into()),
        record: Some(order()),
        ..UserTaskQuery::all(PageRequest::first(100))
    };
    let mine = |login: &str, groups: &[&str]| {
        let groups = groups.iter().map(|&group| group.into()).collect();
        UserTaskQuery {
            state: Some(UserTaskState::Created),
            mine: Some(Mine { login: login.into(), groups }),
            ..everything.clone()
        }
    };
    let assigned = UserTaskQuery { assignee: Some("ann".into()), ..everything.clone() };
    for (query, expect) in [
        (everything.clone(), &[7, 6, 5, 4, 3, 2, 1][..]),
        (mine("ann", &["manager"]), &[6, 4, 3, 1]),
        (mine("bob", &[]), &[6, 5, 4, 2]),
        (mine("eve", &["sa\"les"]), &[6, 4]),
        (mine("eve' OR 1=1", &["%"]), &[6]),
        (assigned, &[7, 1]),
    ] {
        let found = snapshot.user_tasks(&query).unwrap().items;
        let keys: Vec<i64> = found.iter().map(|task| task.key.0).collect();
        assert_eq!(keys, expect, "{query:?}");
    }
    drop(snapshot);
    let lane = &mut fixture.lane;
    assert_eq!(lane.user_task_instance(Key(7)), Ok(Some(Key(50))));
    let ended = EndedUserTask::Completed { by: Some(Key(8)), at: Timestamp(90) };
    assert_eq!(lane.ended_user_task(Key(7)), Ok(Some(ended)));
    assert_eq!(lane.ended_user_task(Key(6)), Ok(None));
    assert_eq!(lane.ended_user_task(Key(99)), Ok(None));
}

#[test]
fn a_notification_is_read_by_the_one_it_is_for_and_once() {
    let mut fixture = Fixture::new();
    let row = |key: i64, user: i64| NotificationRow {
        key: Key(key),
        user: Key(user),
        text: "订单 is decided".into(),
        record: (key == 1).then(order),
        instance: Key(50),
        at: Timestamp(key),
        read_at: None,
    };
    let read = |user: i64, key: Option<i64>, at: i64| NotificationRead {
        user: Key(user),
        key: key.map(Key),
        at: Timestamp(at),
    };
    let rows = vec![row(3, 9), row(1, 9), row(2, 8), row(4, 9)];
    // What is new in a batch can be read in it; another's cannot.
    let reads = vec![read(9, Some(2), 70), read(9, Some(3), 70)];
    let both = Rows { notifications: rows, notification_reads: reads, ..Rows::default() };
    fixture.commit(&both).unwrap();
    fixture
        .commit(&Rows { notification_reads: vec![read(9, Some(3), 80)], ..Rows::default() })
        .unwrap();
    let list = |fixture: &Fixture, user: i64, is_unread: bool| {
        let page = PageRequest::first(10);
        let query = NotificationQuery { user: Key(user), is_unread, page };
        let items = fixture.snapshot().notifications(&query).unwrap().items;
        items.iter().map(|row| (row.key.0, row.read_at.map(|at| at.0))).collect::<Vec<_>>()
    };
    assert_eq!(list(&fixture, 9, false), [(4, None), (3, Some(70)), (1, None)]);
    assert_eq!(list(&fixture, 9, true), [(4, None), (1, None)]);
    assert_eq!(list(&fixture, 8, true), [(2, None)]);
    assert_eq!(fixture.snapshot().notification(Key(1)), Ok(Some(row(1, 9))));
    assert_eq!(fixture.snapshot().notification(Key(5)), Ok(None));
    for (user, limit, count) in [(9, 10, 2), (9, 1, 1), (8, 10, 1), (7, 10, 0)] {
        let unread = fixture.snapshot().unread_notifications(Key(user), limit);
        assert_eq!(unread, Ok(count), "{user}");
    }
    let all = Rows { notification_reads: vec![read(9, None, 90)], ..Rows::default() };
    fixture.commit(&all).unwrap();
    assert_eq!(list(&fixture, 9, false), [(4, Some(90)), (3, Some(70)), (1, Some(90))]);
    assert_eq!(list(&fixture, 8, true), [(2, None)]);

    let page = PageRequest::first(2);
    let query = |page| NotificationQuery { user: Key(9), is_unread: false, page };
    let first = fixture.snapshot().notifications(&query(page)).unwrap();
    let rest = PageRequest { limit: 2, after: first.next };
    let rest = fixture.snapshot().notifications(&query(rest)).unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
}

#[test]
fn notifications_that_were_read_long_ago_go_in_steps_the_oldest_first() {
    const DAY: i64 = 24 * 3_600_000;
    let mut fixture = Fixture::new();
    let mut keys = KeyGenerator::new(1);
    let start = Timestamp(1_790_000_000_000);
    // Day of the notification, and day on which it was read.
    let rows: Vec<NotificationRow> =
        [(0, Some(1)), (1, Some(5)), (2, None), (3, Some(3)), (4, Some(4))]
            .into_iter()
            .map(|(day, read)| NotificationRow {
                key: keys.next(start.plus_ms(day * DAY)),
                user: Key(9),
                text: day.to_string().into(),
                record: None,
                instance: Key(50),
                at: start.plus_ms(day * DAY),
                read_at: read.map(|day: i64| start.plus_ms(day * DAY)),
            })
            .collect();
    fixture.commit(&Rows { notifications: rows, ..Rows::default() }).unwrap();
    let left = |fixture: &Fixture| {
        let page = PageRequest::first(10);
        let query = NotificationQuery { user: Key(9), is_unread: false, page };
        let items = fixture.snapshot().notifications(&query).unwrap().items;
        items.iter().map(|row| &*row.text).collect::<String>()
    };
    for (days, limit, gone, expected) in [
        (None, 10, 0, "43210"),
        (Some(1), 10, 0, "43210"),
        (Some(4), 1, 1, "4321"),
        (Some(4), 1, 1, "421"),
        (Some(4), 1, 0, "421"),
        (Some(400), 10, 2, "2"),
    ] {
        let notifications = days.map(|days: i64| start.plus_ms(days * DAY));
        fixture.expire(Expiry { notifications, limit, ..NOTHING }, gone);
        assert_eq!(left(&fixture), expected, "{days:?}");
    }
}

#[test]
fn sessions_passwords_and_tokens_come_and_go() {
    let mut fixture = Fixture::new();
    let session = |hash: u8, user| SessionRow {
        token_hash: vec![hash; 32],
        user: Key(user),
        created_at: Timestamp(1),
        expires_at: Timestamp(i64::from(hash)),
    };
    let token = |key: i64| TokenRow {
        key: Key(key),
        user: Key(7),
        name: "import".into(),
        token_hash: vec![u8::try_from(key).unwrap(); 32],
        created_at: Timestamp(1),
        expires_at: None,
    };
    let credential = |hash: &str| CredentialRow {
        user: Key(7),
        password_hash: hash.into(),
        changed_at: Timestamp(3),
    };
    let write = |fixture: &mut Fixture, identity| {
        fixture.commit(&Rows { identity, ..Rows::default() }).unwrap();
    };
    assert_eq!(fixture.snapshot().any_credential(), Ok(false));
    write(
        &mut fixture,
        vec![
            IdentityWrite::PutSession(session(1, 7)),
            IdentityWrite::PutSession(session(2, 7)),
            IdentityWrite::PutSession(session(3, 7)),
            IdentityWrite::PutSession(session(4, 8)),
            IdentityWrite::PutCredential(credential("old")),
            IdentityWrite::PutCredential(credential("new")),
            IdentityWrite::PutToken(token(1)),
            IdentityWrite::PutToken(token(2)),
            IdentityWrite::RemoveSession(vec![1; 32]),
            IdentityWrite::RemoveSessionsOf { user: Key(7), except: Some(vec![2; 32]) },
            IdentityWrite::RemoveToken { key: Key(2), user: Key(8) },
            IdentityWrite::RemoveToken { key: Key(1), user: Key(7) },
        ],
    );
    {
        let snapshot = fixture.snapshot();
        let found = |hash: u8| snapshot.session(&[hash; 32]).unwrap().map(|row| row.user.0);
        assert_eq!([1, 2, 3, 4].map(found), [None, Some(7), None, Some(8)]);
        assert_eq!(snapshot.session(&[2; 32]), Ok(Some(session(2, 7))));
        assert_eq!(snapshot.credential(Key(7)), Ok(Some(credential("new"))));
        assert_eq!(snapshot.any_credential(), Ok(true));
        assert_eq!(snapshot.tokens(Key(7)), Ok(vec![token(2)]));
        assert_eq!(snapshot.token(&[2; 32]), Ok(Some(token(2))));
        assert_eq!(snapshot.token(&[1; 32]), Ok(None));
    }
    let all_of_7 = IdentityWrite::RemoveSessionsOf { user: Key(7), except: None };
    let tokens_of_8 = IdentityWrite::RemoveTokensOf(Key(8));
    write(&mut fixture, vec![all_of_7, IdentityWrite::RemoveCredential(Key(7)), tokens_of_8]);
    assert_eq!(fixture.snapshot().tokens(Key(7)), Ok(vec![token(2)]));
    write(&mut fixture, vec![IdentityWrite::RemoveTokensOf(Key(7))]);
    assert_eq!(fixture.snapshot().tokens(Key(7)), Ok(vec![]));
    fixture.expire(Expiry { sessions: Timestamp(5), ..NOTHING }, 1);
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.session(&[2; 32]), Ok(None));
    assert_eq!(snapshot.session(&[4; 32]), Ok(None), "it has expired");
    assert_eq!(snapshot.any_credential(), Ok(false));
}
