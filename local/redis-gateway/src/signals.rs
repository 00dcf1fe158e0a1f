//! What the system asks of the gateway: to end, or to read its tokens again.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end it.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on they do not end the process by themselves.
    pub fn listen() -> Result<Self, String> {
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Resolves on each SIGTERM or SIGINT.
    pub async fn end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// SIGHUP, as servers use it. Only for those who need it: otherwise it ends the process, as it
/// should when its terminal is closed.
pub fn hangup() -> Result<Signal, String> {
    listen(SignalKind::hangup())
}

fn listen(kind: SignalKind) -> Result<Signal, String> {
    signal(kind).map_err(|error| format!("can not listen for signals: {error}"))
}
