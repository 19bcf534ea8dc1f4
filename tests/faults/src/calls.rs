//! Reads the log of `strace -f -yy`: one entry per system call, with the moments at which it began and
//! ended. Calls of several threads overlap: the log then has an `unfinished` line where the call begins
//! and a `resumed` line where it ends.

use std::collections::BTreeMap;

/// The number of a line of the log; lines stand in the order in which things happened.
pub type Moment = usize;

/// One system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it began.
    pub began: Moment,
    /// When it ended; a call that never ended has no effect that counts.
    pub ended: Option<Moment>,
    /// The thread.
    pub thread: u32,
    /// `fdatasync`.
    pub name: String,
    /// What follows the name, up to the result: descriptors with their files, and buffers.
    pub arguments: String,
}

impl Call {
    /// The file or connection behind the first descriptor.
    pub fn target(&self) -> &str {
        let Some((_, rest)) = self.arguments.split_once('<') else { return "" };
        let named = rest.split_once(">,").or_else(|| rest.split_once(">)"));
        named.map_or_else(|| rest.trim_end_matches('>'), |(name, _)| name)
    }
}

/// The calls of a log in the order in which they began. Lines that are no calls are left out.
pub fn calls(log: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut open: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for (moment, line) in log.lines().enumerate() {
        let Some((thread, rest)) = thread_of(line) else { continue };
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let name = resumed.split_once(' ').map_or(resumed, |(name, _)| name);
            let end = resumed.split_once("resumed>").map_or("", |(_, end)| end);
            let call = open.remove(&(thread, name.to_owned())).and_then(|at| calls.get_mut(at));
            if let Some(call) = call {
                call.ended = Some(moment);
                call.arguments.push_str(end);
            }
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        let (arguments, ended) = match arguments.strip_suffix(" <unfinished ...>") {
            Some(begun) => (begun, None),
            None => (arguments, Some(moment)),
        };
        if ended.is_none() {
            open.insert((thread, name.to_owned()), calls.len());
        }
        calls.push(Call {
            began: moment,
            ended,
            thread,
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        });
    }
    calls
}

/// The thread that a line begins with, and what follows it.
fn thread_of(line: &str) -> Option<(u32, &str)> {
    let (thread, rest) = line.trim_start().split_once(' ')?;
    Some((thread.parse().ok()?, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_calls_are_put_together_again() {
        let log = "\
7 pwrite64(9</d/rondo.db-wal>, \"abc\", 3, 0) = 3
7 fdatasync(9</d/rondo.db-wal> <unfinished ...>
8 sendto(12<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"HTTP/1.1 201\", 12, 0, NULL, 0) = 12
7 <... fdatasync resumed>)                 = 0
8 --- SIGCHLD ---
9 fdatasync(9</d/rondo.db-wal> <unfinished ...>
9 +++ killed by SIGKILL +++";
        let seen: Vec<(String, String, Moment, Option<Moment>)> = calls(log)
            .iter()
            .map(|call| (call.name.clone(), call.target().to_owned(), call.began, call.ended))
            .collect();
        let call = |name: &str, target: &str, began, ended| {
            (name.to_owned(), target.to_owned(), began, ended)
        };
        assert_eq!(
            seen,
            [
                call("pwrite64", "/d/rondo.db-wal", 0, Some(0)),
                call("fdatasync", "/d/rondo.db-wal", 1, Some(3)),
                call("sendto", "TCP:[127.0.0.1:1->127.0.0.1:2]", 2, Some(2)),
                call("fdatasync", "/d/rondo.db-wal", 5, None),
            ]
        );
    }
}
