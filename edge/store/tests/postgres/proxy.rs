//! A way to the server that breaks at the worst moment: around a commit.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

/// When the connection breaks that brings the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    Never = 0,
    /// The server never hears of the commit.
    BeforeIt = 1,
    /// The server has it, and nobody knows whether it has begun.
    RightAfterIt = 2,
    /// The server has committed and answered; the answer is swallowed.
    BeforeTheAnswer = 3,
}

/// The proxy. Its threads end with the connections.
pub(crate) struct Proxy {
    pub(crate) address: String,
    cut: Arc<AtomicU8>,
}

impl Proxy {
    /// In front of the server at `upstream`.
    pub(crate) fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let cut = Arc::new(AtomicU8::new(Cut::Never as u8));
        let armed = Arc::clone(&cut);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                carry(client, server, &armed);
            }
        });
        Self { address, cut }
    }

    /// Breaks the next connection that commits.
    pub(crate) fn arm(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether a connection has been broken since.
    pub(crate) fn has_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst) == Cut::Never as u8
    }
}

fn carry(client: TcpStream, server: TcpStream, armed: &Arc<AtomicU8>) {
    let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
    let (mut from_server, mut to_server) = (server.try_clone().unwrap(), server);
    let armed = Arc::clone(armed);
    // Set once the answer to a commit is to be swallowed.
    let swallow = Arc::new(AtomicU8::new(0));
    let swallows = Arc::clone(&swallow);
    thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(count @ 1..) = from_client.read(&mut bytes) {
            let sent = &bytes[..count];
            let commits = sent.windows(7).any(|window| window == b"COMMIT\0");
            let cut = if commits { armed.swap(Cut::Never as u8, Ordering::SeqCst) } else { 0 };
            if cut == Cut::BeforeIt as u8 {
                break;
            }
            if cut == Cut::BeforeTheAnswer as u8 {
                swallow.store(1, Ordering::SeqCst);
            }
            if to_server.write_all(sent).is_err() || cut == Cut::RightAfterIt as u8 {
                break;
            }
        }
        let _gone = (from_client.shutdown(Shutdown::Both), to_server.shutdown(Shutdown::Both));
    });
    thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(count @ 1..) = from_server.read(&mut bytes) {
            if swallows.load(Ordering::SeqCst) == 1 || to_client.write_all(&bytes[..count]).is_err()
            {
                break;
            }
        }
        let _gone = (from_server.shutdown(Shutdown::Both), to_client.shutdown(Shutdown::Both));
    });
}
