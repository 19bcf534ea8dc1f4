//! Settings by flags, environment and file: which goes first, what is refused and where that stands, and that
//! what is written down about them is what they are.

use std::path::Path;
use std::process::{Command, Output};

use served::{Folder, Server, binary};

/// What a process is given, and a part of what it must say.
struct Case<'a> {
    flags: &'a [&'a str],
    environment: &'a [(&'a str, &'a str)],
    /// Files in the data folder.
    files: &'a [(&'a str, &'a str)],
    says: &'a [&'a str],
}

const NOTHING: Case<'_> = Case { flags: &[], environment: &[], files: &[], says: &[] };

/// Runs the program with no variable of ours but these.
fn run(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RONDO_")) {
        command.env_remove(name);
    }
    command.env("RONDO_DATA", data).envs(environment.iter().copied()).args(arguments);
    command.output().expect("the program runs")
}

/// What `rondo config` says of a case, on standard output or else standard error. `DATA` stands for the
/// data folder.
fn check(case: &Case<'_>) {
    let folder = Folder::new();
    let data = folder.path().display().to_string();
    for (name, text) in case.files {
        std::fs::write(folder.path().join(name), text.replace("DATA", &data))
            .expect("it is written");
    }
    let flags: Vec<String> = case.flags.iter().map(|flag| flag.replace("DATA", &data)).collect();
    let environment: Vec<(&str, String)> = case
        .environment
        .iter()
        .map(|(name, value)| (*name, value.replace("DATA", &data)))
        .collect();
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut arguments = vec!["config"];
    arguments.extend(flags.iter().map(String::as_str));
    let output = run(folder.path(), &arguments, &environment);
    let said = if output.status.success() { output.stdout } else { output.stderr };
    let said = String::from_utf8(said).expect("it is text").replace(&data, "DATA");
    for expect in case.says {
        assert!(said.contains(expect), "no `{expect}` in:\n{said}");
    }
    assert!(!said.contains("hunter2"), "a secret is shown:\n{said}");
}

#[test]
fn a_flag_goes_before_the_environment_that_before_the_file_that_before_the_default() {
    let file: &[(&str, &str)] = &[("rondo.toml", "\nlisten = \"127.0.0.1:3\"\nreaders = 7\n")];
    check(&Case {
        says: &[
            "#listen = \"127.0.0.1:8080\"",
            "#readers = 4",
            "#database = \"\"",
            "#demo = false",
        ],
        ..NOTHING
    });
    check(&Case {
        files: file,
        says: &[
            "from `DATA/rondo.toml`, line 2.\nlisten = \"127.0.0.1:3\"",
            "from `DATA/rondo.toml`, line 3.\nreaders = 7",
        ],
        ..NOTHING
    });
    check(&Case {
        files: file,
        environment: &[("RONDO_LISTEN", "127.0.0.1:2")],
        says: &["the environment variable RONDO_LISTEN.\nlisten = \"127.0.0.1:2\""],
        ..NOTHING
    });
    check(&Case {
        files: file,
        environment: &[("RONDO_LISTEN", "127.0.0.1:2")],
        flags: &["--listen", "127.0.0.1:1"],
        says: &["the flag --listen.\nlisten = \"127.0.0.1:1\"", "line 3.\nreaders = 7"],
    });
    check(&Case {
        files: &[("rondo.toml", "demo = true\nlog = \"info\"")],
        flags: &["--demo=false"],
        says: &["the flag --demo.\ndemo = false", "line 2.\nlog = \"info\""],
        ..NOTHING
    });
}

#[test]
fn another_file_is_named_by_a_flag_or_a_variable() {
    let files: &[(&str, &str)] =
        &[("rondo.toml", "unread = 1"), ("other.toml", "data = \"DATA/elsewhere\"")];
    let says: &[&str] = &["from `DATA/other.toml`, line 1.\ndata = \"DATA/elsewhere\""];
    let data_unset = Folder::new();
    for (flags, environment) in [
        (vec!["config", "--config", "FILE"], vec![]),
        (vec!["--config", "FILE", "config"], vec![]),
        (vec!["config"], vec![("RONDO_CONFIG", "FILE")]),
    ] {
        let data = data_unset.path().display().to_string();
        for (name, text) in files {
            let text = text.replace("DATA", &data);
            std::fs::write(data_unset.path().join(name), text).expect("it is written");
        }
        let file = format!("{data}/other.toml");
        let mut command = Command::new(binary());
        command.current_dir(data_unset.path()).env_remove("RONDO_DATA");
        command.args(flags.into_iter().map(|it| it.replace("FILE", &file)));
        command.envs(environment.into_iter().map(|(name, it)| (name, it.replace("FILE", &file))));
        let output = command.output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stdout).replace(&data, "DATA");
        for expect in says {
            assert!(said.contains(expect), "no `{expect}` in:\n{said}{output:?}");
        }
    }
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_line() {
    for (text, says) in [
        ("lisen = \"127.0.0.1:1\"", "line 1: there is no setting `lisen`; do you mean `listen`?"),
        ("\nzzz = 1", "line 2: there is no setting `zzz`; `rondo config` prints all of them"),
        ("[mail]\nfrom = 1", "line 1: `mail` must be a text, a whole number, true or false"),
        ("listen = 8080", "line 1: `listen` cannot be `8080`: invalid socket address syntax"),
        ("readers = 0", "line 1: `readers` cannot be `0`: 0 is not in 1..=1000"),
        ("auth = \"nobody\"", "line 1: `auth` cannot be `nobody`: it must be required or none"),
        ("demo = \"perhaps\"", "line 1: `demo` cannot be `perhaps`: value was not a boolean"),
        ("# fine\nlisten = ", "line 2: "),
        ("readers = 1\nreaders = 2", "line 2: duplicate key"),
        ("data = \"elsewhere\"", "line 1: `data` cannot stand in the data folder itself"),
        (
            "smtp_url = \"smtp://u:hunter2@h\"\nsmtp_url_file = \"x\"",
            "line 2: `smtp_url` is there too; leave one of them out",
        ),
    ] {
        let says = format!("rondo: `DATA/rondo.toml`, {says}");
        check(&Case { files: &[("rondo.toml", text)], says: &[&says], ..NOTHING });
    }
}

#[test]
fn what_the_server_would_refuse_is_refused_wherever_it_stands() {
    for (text, says) in [
        ("listen = \"0.0.0.0:1\"", "`0.0.0.0:1` can be reached from other machines"),
        ("listen = \"0.0.0.0:1\"\nbehind_proxy = true\ndemo = true", "`--demo` makes users"),
        ("listen = \"0.0.0.0:1\"\nbehind_proxy = true\nauth = \"none\"", "`--auth none`"),
        ("listen = \"[::]:1\"\nbehind_proxy = true\nauth = \"none\"", "`--auth none`"),
        (
            "behind_proxy = true\nauth = \"none\"",
            "the proxy of `--behind-proxy` brings; leave out one of them",
        ),
        (
            "behind_proxy = true\ndemo = true",
            "the proxy of `--behind-proxy` brings; leave out one of them",
        ),
    ] {
        check(&Case { files: &[("rondo.toml", text)], says: &[says], ..NOTHING });
    }
}

#[test]
fn secrets_come_from_files_too_and_are_never_shown() {
    let secret = "postgres://rondo:hunter2@localhost/rondo";
    let from_file: &[(&str, &str)] = &[("secret", "postgres://rondo:hunter2@localhost/rondo\n")];
    check(&Case { flags: &["--database", secret], says: &["#database = \"***\""], ..NOTHING });
    check(&Case {
        environment: &[("RONDO_DATABASE_FILE", "DATA/secret")],
        files: from_file,
        says: &["#database = \"***\"", "database_file = \"DATA/secret\""],
        ..NOTHING
    });
    // What is nearer to the command line wins, whichever of the two it is.
    check(&Case {
        flags: &["--database-file", "DATA/secret"],
        files: &[
            ("secret", "postgres://rondo:hunter2@localhost/rondo\n"),
            ("rondo.toml", "database = \"postgres://other:hunter2@localhost/rondo\""),
        ],
        says: &["the flag --database-file.\ndatabase_file"],
        ..NOTHING
    });
    check(&Case {
        environment: &[("RONDO_DATABASE", secret)],
        files: &[("rondo.toml", "database_file = \"DATA/missing\"")],
        says: &["environment variable RONDO_DATABASE.\n#database", "#database_file = \"\""],
        ..NOTHING
    });
    check(&Case {
        flags: &["--smtp-url-file", "DATA/missing"],
        says: &["the file `DATA/missing` of `smtp_url_file` cannot be read"],
        ..NOTHING
    });
    check(&Case {
        flags: &["--smtp-url-file", "DATA/empty"],
        files: &[("empty", "\nhunter2")],
        says: &[
            "the file `DATA/empty` of `smtp_url_file` does not hold a secret on its first line",
        ],
        ..NOTHING
    });
}

#[test]
fn a_folder_on_the_command_line_goes_before_an_address_from_further_away() {
    let secret = "postgres://rondo:hunter2@localhost/rondo";
    let other: (&str, &str) =
        ("other.toml", "database = \"postgres://rondo:hunter2@localhost/rondo\"");
    let (none, some) = ("#database = \"\"", "#database = \"***\"");
    let no_file = "#database_file = \"\"";
    let data: &[&str] = &["--data", "DATA"];
    for (flags, environment, files, says) in [
        (data, &[("RONDO_DATABASE", secret)][..], &[][..], none),
        (&["--data=DATA"], &[("RONDO_DATABASE_FILE", "DATA/missing")], &[], no_file),
        (data, &[("RONDO_CONFIG", "DATA/other.toml")], &[other], none),
        (&["--data", "DATA", "--config", "DATA/other.toml"], &[], &[other], none),
        (data, &[], &[("rondo.toml", other.1)], some),
        (data, &[("RONDO_DATABASE_FILE", "DATA/missing")], &[("rondo.toml", other.1)], some),
        (&["--data", "DATA", "--database", secret], &[], &[], some),
        (
            &["--data", "DATA", "--database", secret],
            &[("RONDO_CONFIG", "DATA/other.toml")],
            &[other],
            some,
        ),
        (&[], &[("RONDO_DATABASE", secret)], &[], some),
        (&[], &[("RONDO_CONFIG", "DATA/other.toml")], &[other], some),
    ] {
        check(&Case { flags, environment, files, says: &[says] });
    }
}

#[test]
fn a_command_works_in_the_folder_it_names_and_says_what_it_does_not_follow() {
    let folder = Folder::new();
    drop(Server::start(folder.path(), &[]));
    let data = folder.path().display().to_string();
    // Nobody answers there, so that whoever asks fails.
    let environment = [
        ("RONDO_DATABASE", "postgres://rondo:hunter2@127.0.0.1:1/rondo"),
        ("RONDO_DATABASE_WAIT_SECONDS", "0"),
    ];
    let backup = folder.path().join("all.rondo").display().to_string();
    for arguments in [&["check"][..], &["backup", backup.as_str()]] {
        let output = run(folder.path(), arguments, &environment);
        assert!(!output.status.success(), "the variable alone is followed: {output:?}");
        let output = run(
            Path::new("nowhere"),
            &[arguments, &["--data", data.as_str()]].concat(),
            &environment,
        );
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("so the environment variable `RONDO_DATABASE` is not followed"),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "a secret is shown: {said}");
    }
}

#[test]
fn the_sample_read_again_says_the_same() {
    let folder = Folder::new();
    let printed = |arguments: &[&str]| {
        let output = run(folder.path(), arguments, &[]);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("it is text")
    };
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("# ") && line.contains(" = "));
        lines.map(|line| line.trim_start_matches('#').to_owned()).collect()
    };
    let first = printed(&["config", "--readers", "9", "--mail-from", "A \"B\" <a@b.example>"]);
    let file = folder.path().join("printed.toml");
    // Every line that is commented out is a possible one as well; that there is no secret is none.
    let uncommented: Vec<&str> = first
        .lines()
        .map(|line| line.trim_start_matches('#'))
        .filter(|line| line.contains(" = ") && !line.starts_with(' ') && !line.ends_with("= \"\""))
        .collect();
    std::fs::write(&file, uncommented.join("\n")).expect("written");
    let file = file.display().to_string();
    let second = printed(&["config", "--config", &file]);
    assert_eq!(values(&first), values(&second));
    assert!(second.contains("mail_from = 'A \"B\" <a@b.example>'"), "{second}");
}

#[test]
fn a_server_listens_where_its_file_says() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("rondo.toml"), "auth = \"none\"").expect("it is written");
    let server = Server::start(folder.path(), &[]);
    let session = server.stranger().get("/api/objects");
    assert_eq!(session.status, 200, "everybody is an administrator: {}", session.body);
}

#[test]
fn the_handbook_has_the_table_of_settings() {
    let folder = Folder::new();
    let output = run(folder.path(), &["config", "--as", "handbook"], &[]);
    let table = String::from_utf8(output.stdout).expect("it is text");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/handbook/settings.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    assert!(
        page.contains(table.trim_end()),
        "docs/handbook/settings.md is out of date; put this table in:\n{table}"
    );
    for row in table.lines().skip(2) {
        let since = row.split('|').nth(3).unwrap_or_default().trim();
        assert!(since.starts_with("0."), "a setting says since when it is there: {row}");
    }
}

#[test]
fn a_misspelt_variable_is_told_with_the_nearest_setting() {
    let folder = Folder::new();
    for (name, expect) in [
        ("RONDO_LISTN", "`RONDO_LISTN` is no setting and is not read; do you mean `RONDO_LISTEN`?"),
        (
            "RONDO_MAIL_FORM",
            "`RONDO_MAIL_FORM` is no setting and is not read; do you mean `RONDO_MAIL_FROM`?",
        ),
        (
            "RONDO_XYZZY",
            "`RONDO_XYZZY` is no setting and is not read; `rondo config` prints all of them",
        ),
        ("RONDO_LISTEN", ""),
        ("RONDEAU_LISTN", ""),
    ] {
        let output = run(folder.path(), &["config"], &[(name, "127.0.0.1:9")]);
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(expect) && said.is_empty() == expect.is_empty(), "{name}: {said}");
    }
}
