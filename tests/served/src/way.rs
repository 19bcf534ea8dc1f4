//! A way to a server that a test opens and cuts: a port of its own, which carries what comes to the server
//! as long as the way is open.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// The way. It begins closed: whoever comes is refused, as by a machine where nobody listens.
#[derive(Debug)]
pub struct Way {
    address: SocketAddr,
    upstream: String,
    open: Option<Open>,
}

/// While it is open.
#[derive(Debug)]
struct Open {
    carried: Arc<Mutex<Carried>>,
    thread: std::thread::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Carried {
    is_cut: bool,
    streams: Vec<TcpStream>,
}

impl Way {
    /// A way to the server at `upstream`: `127.0.0.1:5432`.
    ///
    /// # Panics
    /// Where no port is free.
    pub fn to(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener knows its address");
        Self { address, upstream: upstream.to_owned(), open: None }
    }

    /// Where the way begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens it.
    ///
    /// # Panics
    /// Where somebody else has taken the port.
    pub fn open(&mut self) {
        let listener = TcpListener::bind(self.address).expect("the port is still free");
        let carried = Arc::new(Mutex::new(Carried::default()));
        let (kept, upstream) = (Arc::clone(&carried), self.upstream.clone());
        let thread = std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.is_cut {
                    return;
                }
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let twin = |stream: &TcpStream| stream.try_clone().expect("a handle more");
                    kept.streams.push(twin(from));
                    let (from, to) = (twin(from), twin(to));
                    std::thread::spawn(move || carry(from, to));
                }
            }
        });
        self.open = Some(Open { carried, thread });
    }

    /// Cuts it: what is under way breaks off, whoever comes is refused.
    ///
    /// # Panics
    /// Where the thread that listens has panicked.
    pub fn cut(&mut self) {
        let Some(Open { carried, thread }) = self.open.take() else { return };
        {
            let mut carried = carried.lock().unwrap_or_else(PoisonError::into_inner);
            carried.is_cut = true;
            for stream in &carried.streams {
                let _gone = stream.shutdown(Shutdown::Both);
            }
        }
        // Has the listener look, unless somebody came in between and it has ended already.
        let _last = TcpStream::connect(self.address);
        thread.join().expect("the listener ends");
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if bytes.get(..count).is_none_or(|bytes| to.write_all(bytes).is_err()) {
            break;
        }
    }
    let _gone = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
