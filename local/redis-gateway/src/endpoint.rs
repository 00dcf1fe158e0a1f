//! From a URL to an open connection: the one place that knows how a Redis is reached.
//!
//! What is said on a connection, and when there is a new one, is decided by `link`. Who is trusted
//! at the other end of a TLS connection is decided by `tls`.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, split};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::address::{Address, Server};
use crate::tls::Trust;

/// What Redis says.
pub type Reading = Box<dyn AsyncRead + Send + Unpin>;

/// What is said to Redis.
pub type Writing = Box<dyn AsyncWrite + Send + Unpin>;

/// A server, and what it takes to connect to it.
#[derive(Clone)]
pub struct Endpoint {
    /// Where it is, and who asks.
    pub server: Server,
    /// With TLS, the name that its certificate must have.
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Endpoint {
    /// Reads the certificates that a connection needs. The error names the file.
    pub fn new(server: Server, trust: &Trust) -> Result<Self, String> {
        let tls = match &server.address {
            Address::Tls(host, _) => {
                let name = ServerName::try_from(host.clone())
                    .map_err(|_| format!("{host} is not a name that a certificate can have"))?;
                Some((TlsConnector::from(Arc::new(trust.client()?)), name))
            }
            Address::Tcp(..) | Address::Unix(_) if *trust == Trust::default() => None,
            Address::Tcp(..) | Address::Unix(_) => {
                return Err(
                    "certificates are for TLS, and the redis URL does not begin with rediss://"
                        .to_owned(),
                );
            }
        };
        Ok(Self { server, tls })
    }

    /// Opens one connection.
    pub async fn connect(&self) -> io::Result<(Reading, Writing)> {
        let (host, port) = match &self.server.address {
            Address::Unix(path) => {
                let (from, to) = UnixStream::connect(path).await?.into_split();
                return Ok((Box::new(from), Box::new(to)));
            }
            Address::Tcp(host, port) | Address::Tls(host, port) => (host.as_str(), *port),
        };
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => {
                let (from, to) = stream.into_split();
                Ok((Box::new(from), Box::new(to)))
            }
            Some((connector, name)) => {
                let (from, to) = split(connector.connect(name.clone(), stream).await?);
                Ok((Box::new(from), Box::new(to)))
            }
        }
    }
}
