//! The command line: every command and option. An option with an environment variable is a *setting*: this is
//! its one declaration, from which its help, its key in `rondo.toml`, the sample file and the
//! handbook's table come. The last paragraph of its comment says since which version it is there.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, ValueEnum};

/// The version and the commit it was built from.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("RONDO_COMMIT"), ")");

/// A CRM whose every process is an executable model.
#[derive(Debug, Parser)]
#[command(name = "rondo", version = VERSION, propagate_version = true)]
pub(crate) struct Cli {
    /// The file of settings. Without it, `rondo.toml` in the data folder is read where there is one.
    #[arg(long, value_name = "FILE", env = "RONDO_CONFIG", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// What goes to the log on standard error: error, warn, info, debug, or as `runtime=debug,info`.
    ///
    /// Since 0.1.
    #[arg(long, env = "RONDO_LOG", default_value = "warn", global = true)]
    pub(crate) log: String,
    /// How the log is written: for people, or one JSON object a line.
    ///
    /// Since 0.1.
    #[arg(long, env = "RONDO_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) subcommand: Subcommand,
}

/// The forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Serve the page and the API.
    Serve(Serve),
    /// Deploy BPMN, DMN and form files: all of them or none. The server must not be running.
    Deploy(Deploy),
    /// Import records from a CSV file. The server must not be running.
    Import(Import),
    /// Write everything that the database holds to one file. The server may be running.
    Backup(Backup),
    /// Fill an empty database, of either kind, from a file that `backup` wrote.
    Restore(Restore),
    /// Check that everything in the database agrees with everything else: fails where it does not. The
    /// server may be running.
    Check(Check),
    /// Evaluate a decision with the variables of a JSON file and explain the result.
    Eval(Eval),
    /// Verify decision tables and run test cases of decisions.
    Dmn(Dmn),
    /// Evaluate expressions and run test cases of them.
    Feel(Feel),
    /// Manage users. The server must not be running.
    User(User),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Print every setting as a file of settings: what is in effect, and where each value comes from.
    Config(Config),
}

/// Where the data is.
#[derive(Args)]
#[command(next_help_heading = "Data")]
#[expect(clippy::struct_field_names, reason = "fields are called as the settings are")]
pub(crate) struct Data {
    /// The folder that holds the SQLite database; made where it does not exist. Backups from before a
    /// migration are in it, those of a PostgreSQL database, too. On the command line, it goes before an
    /// address of a PostgreSQL database that stands in the environment or in a file outside this folder.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "FOLDER", env = "RONDO_DATA", default_value = "data/rondo")]
    pub(crate) data: PathBuf,
    /// A PostgreSQL database instead: `postgres://user:password@host:5432/name`; `?sslmode=verify-full` and
    /// `sslrootcert=FILE` protect the way to it. Several servers may work on one. Everybody on this machine can read the command line, so give a password by the
    /// variable or in a file.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "URL", env = "RONDO_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// A file whose first line is the address of the PostgreSQL database, which is in `database` then.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "FILE", env = "RONDO_DATABASE_FILE", conflicts_with = "database")]
    pub(crate) database_file: Option<PathBuf>,
    /// Lanes of this process: how many batches it may write beside each other, each over a connection
    /// of its own. More than one needs PostgreSQL.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "COUNT", env = "RONDO_LANES", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(crate) lanes: u8,
    /// How long to wait for a PostgreSQL database that is not there yet, in seconds.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "SECONDS", env = "RONDO_DATABASE_WAIT_SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(0..=3_600))]
    pub(crate) database_wait_seconds: u32,
}

/// Without the address of the database, which may hold a password.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("data", &self.data).finish_non_exhaustive()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) access: Access,
    #[command(flatten)]
    pub(crate) mail: Mail,
    #[command(flatten)]
    pub(crate) limits: Limits,
    /// Load the sample pack with its users. On a loopback address only, and behind no proxy.
    ///
    /// Since 0.1.
    #[arg(long, help_heading = "Sample", env = "RONDO_DEMO", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        default_value = "false", action = clap::ArgAction::Set, value_parser = BoolishValueParser::new())]
    pub(crate) demo: bool,
    /// Answer before a commit has reached the disk, so that the test of durability has something to
    /// find. With the sample only.
    #[arg(long, hide = true, requires = "demo")]
    pub(crate) unsynced_for_tests: bool,
}

/// Who reaches the server, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Access")]
pub(crate) struct Access {
    /// The address to listen on.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "ADDRESS", env = "RONDO_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Another address on which `/metrics` alone is answered, to everybody who reaches it. By default it
    /// is answered on the main address only, to those who may manage instances.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "ADDRESS", env = "RONDO_METRICS_LISTEN")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The certificate of the server in PEM, with those that lead to its authority. With it the server
    /// speaks TLS, which it must on any address beyond this machine, unless a proxy does. SIGHUP has it
    /// and its key read again.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "FILE", env = "RONDO_TLS_CERTIFICATE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The key of the certificate in PEM.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "FILE", env = "RONDO_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy in front speaks TLS with the browsers. It goes neither with `auth` none nor with `demo`.
    ///
    /// Since 0.1.
    #[arg(long, env = "RONDO_BEHIND_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        default_value = "false", action = clap::ArgAction::Set, value_parser = BoolishValueParser::new())]
    pub(crate) behind_proxy: bool,
    /// Who may use the page and the API.
    ///
    /// Since 0.1.
    #[arg(long, env = "RONDO_AUTH", value_enum, default_value_t = Auth::Required)]
    pub(crate) auth: Auth,
}

/// How much the server takes on at once.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Commands that may wait for the database; more are answered with 503 and a time to wait.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "COUNT", env = "RONDO_WAITING_COMMANDS", default_value_t = 2_000,
        value_parser = count(1_000_000))]
    pub(crate) waiting_commands: u32,
    /// Process instances that are kept decoded in memory.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "COUNT", env = "RONDO_CACHED_INSTANCES", default_value_t = 10_000,
        value_parser = count(10_000_000))]
    pub(crate) cached_instances: u32,
    /// Queries that may run at the same time, of each kind: single records, lists, evaluations, and the server's own.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "COUNT", env = "RONDO_READERS", default_value_t = 4,
        value_parser = count(1_000))]
    pub(crate) readers: u32,
    /// How long a notification is kept after it was read, in days; 0 keeps it. Those that nobody has read stay.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "DAYS", env = "RONDO_READ_NOTIFICATIONS_DAYS", default_value_t = 90,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub(crate) read_notifications_days: u32,
    /// How long a client may stay silent in the middle of a request, in seconds; then its connection is
    /// closed.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "SECONDS", env = "RONDO_SLOW_CLIENT_SECONDS", default_value_t = 30,
        value_parser = count(3_600))]
    pub(crate) slow_client_seconds: u32,
}

fn count(most: i64) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=most)
}

/// How mail leaves.
#[derive(Args)]
#[command(next_help_heading = "Mail")]
#[expect(clippy::struct_field_names, reason = "fields are called as the settings are")]
pub(crate) struct Mail {
    /// The mail server: `smtp://user:password@host:port` (STARTTLS) or `smtps://..` (TLS from the start);
    /// `?tls=required`, `opportunistic` or `none` says otherwise. Everybody on this machine can read the
    /// command line, so give a password by the variable or in a file. By default there is none: mails
    /// are kept and shown as not sent.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "URL", env = "RONDO_SMTP_URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<String>,
    /// A file whose first line is the address of the mail server, which is in `smtp_url` then.
    ///
    /// Since 0.1.
    #[arg(long, value_name = "FILE", env = "RONDO_SMTP_URL_FILE", conflicts_with = "smtp_url")]
    pub(crate) smtp_url_file: Option<PathBuf>,
    /// Who mails are from.
    ///
    /// Since 0.1.
    #[arg(
        long,
        value_name = "MAILBOX",
        env = "RONDO_MAIL_FROM",
        default_value = "Rondo <rondo@localhost>"
    )]
    pub(crate) mail_from: String,
}

/// Without the address of the server, which may hold a password.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("mail_from", &self.mail_from).finish_non_exhaustive()
    }
}

/// Who may use the page and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Auth {
    /// Whoever signs in or brings a token.
    Required,
    /// Everybody, as an administrator. On a loopback address only, and behind no proxy.
    None,
}

#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(flatten)]
    pub(crate) serve: Serve,
    /// How to print them.
    #[arg(long = "as", value_enum, default_value_t = Printed::File)]
    pub(crate) printed: Printed,
}

/// The forms in which settings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Printed {
    /// A `rondo.toml` with everything explained.
    File,
    /// The table of the handbook, without what is in effect.
    Handbook,
}

#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The files: .bpmn, .dmn, .form, or .json for objects.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The object whose records the rows are, for example `order`.
    pub(crate) object: String,
    /// The CSV file. Its first row names the columns by paths: `FIELD`, `FIELD.UNIQUE_FIELD` for a
    /// record found by a unique field, `COLLECTION.FIELD` for parts. What is refused goes to
    /// FILE.refused.csv, in place of what an earlier import has left there.
    pub(crate) file: PathBuf,
    /// What a column means, as COLUMN=PATH; several with commas between. Without it the mapping of the
    /// pack is used that brought the object.
    #[arg(long, value_name = "COLUMN=PATH")]
    pub(crate) map: Vec<String>,
    /// A value for every record, as PATH=VALUE.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The file to write. It has its name only when it is whole.
    pub(crate) file: PathBuf,
    /// Replace a file of that name.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The file to read.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) data: Data,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The id of the decision.
    pub(crate) decision: String,
    /// A JSON file with an object of variables; `-` reads standard input.
    pub(crate) input: PathBuf,
    /// Evaluate in this DMN file instead of what is deployed in the data folder.
    #[arg(long)]
    pub(crate) model: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Dmn {
    #[command(subcommand)]
    pub(crate) action: DmnAction,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum DmnAction {
    /// Verify the tables of a DMN file: gaps, overlaps, conflicts, rules that are never reached. Fails
    /// where there are errors.
    Check {
        /// The DMN file; what it imports is looked for in the same folder.
        file: PathBuf,
    },
    /// Run test cases: files in the layout of the DMN compatibility kit, or CSV files whose first row
    /// names inputs and, behind `expect`, results. Fails where a case does.
    Test {
        /// Files of cases, or folders that hold them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The DMN file or decision tree of CSV files; by default what has the same name before its
        /// first dot.
        #[arg(long)]
        model: Option<PathBuf>,
    },
    /// Write a decision table as a tree, or a decision tree in another form. What is written is shown to
    /// be equivalent first.
    Tree {
        /// The DMN file or the decision tree (JSON or YAML).
        file: PathBuf,
        /// The id of the decision, where the DMN file has several tables.
        #[arg(long)]
        decision: Option<String>,
        /// The form to write.
        #[arg(long, value_enum, default_value_t = TreeForm::Yaml)]
        to: TreeForm,
    },
    /// Compare two decisions that are tables or trees; where they differ, say about what. Fails where they
    /// do.
    Compare {
        /// A DMN file or a decision tree.
        left: PathBuf,
        /// Another one.
        right: PathBuf,
        /// The id of the decision in both, where a file has several.
        #[arg(long)]
        decision: Option<String>,
    },
}

/// The forms of a decision tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TreeForm {
    /// As `*.tree.json`.
    Json,
    /// As `*.tree.yaml`.
    Yaml,
    /// A flow chart for Mermaid.
    Mermaid,
    /// An outline to read in a terminal.
    Text,
    /// A DMN file with a decision table.
    Table,
}

#[derive(Debug, Args)]
pub(crate) struct Feel {
    /// Which FEEL it is: that of Camunda, as in processes, or that of the DMN standard.
    #[arg(long, value_enum, default_value_t = Dialect::Camunda, global = true)]
    pub(crate) dialect: Dialect,
    #[command(subcommand)]
    pub(crate) action: FeelAction,
}

/// The dialects of FEEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    /// As in BPMN files and in DMN files of Camunda's modeller.
    Camunda,
    /// As in all other DMN files.
    Standard,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum FeelAction {
    /// Evaluate an expression and print its value as FEEL; warnings go to standard error.
    Eval {
        /// The expression.
        expression: String,
        /// A JSON file with an object of variables.
        #[arg(long)]
        context: Option<PathBuf>,
    },
    /// Evaluate expressions line by line, with variables that are kept. `:help` lists the commands.
    Repl {
        /// A JSON file with an object of variables.
        #[arg(long)]
        context: Option<PathBuf>,
    },
    /// Run test cases, one JSON object a line. Fails where a case does.
    Test {
        /// The file of cases.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct User {
    #[command(subcommand)]
    pub(crate) action: UserAction,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum UserAction {
    /// Add a user who can sign in.
    Add(UserAdd),
}

#[derive(Debug, Args)]
pub(crate) struct UserAdd {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The name to sign in with.
    pub(crate) login: String,
    /// What the user may do: admin, manager, sales or `read_only`.
    #[arg(long)]
    pub(crate) role: String,
    /// The name of the person; the login where it is absent.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Read the password from the first line of standard input.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
}
