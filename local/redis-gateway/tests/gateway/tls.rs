//! Redis behind TLS: who is trusted, and as whom.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::support::{Gateway, Redis, free_port, gateway_command, soon};

/// A directory with `ca.pem`, and a certificate and key for each of `name.pem` and `name.key`.
struct Authority {
    dir: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let (mut params, key) = (CertificateParams::default(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        fs::write(
            dir.path().join("ca.pem"),
            params.self_signed(&key).unwrap().pem(),
        )
        .unwrap();
        let issuer = Issuer::new(params, key);
        Self { dir, issuer }
    }

    fn path(&self, file: &str) -> String {
        self.dir.path().join(file).to_str().unwrap().to_owned()
    }

    fn issue(&self, name: &str, host: &str) {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        // One that has its issuer's name is taken for self-signed.
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        write(self.dir.path(), name, &certificate.pem(), &key);
    }

    /// A certificate that is its own authority, as many make one for a single server.
    fn issue_self_signed(&self, name: &str) {
        let (mut params, key) = (CertificateParams::default(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        write(self.dir.path(), name, &certificate.pem(), &key);
    }

    /// A Redis with one of these certificates, and its port.
    fn start_redis(&self, name: &str, options: &str) -> (Redis, u16) {
        let port = free_port();
        let [certificate, key] = [".pem", ".key"].map(|end| self.path(&format!("{name}{end}")));
        let redis = Redis::start(&format!(
            "--tls-port {port} --tls-cert-file {certificate} --tls-key-file {key} \
             --tls-ca-cert-file {} {options}",
            self.path("ca.pem")
        ));
        (redis, port)
    }
}

fn write(dir: &Path, name: &str, certificate: &str, key: &KeyPair) {
    fs::write(dir.join(format!("{name}.pem")), certificate).unwrap();
    fs::write(dir.join(format!("{name}.key")), key.serialize_pem()).unwrap();
}

const ANYONE: &str = "--tls-auth-clients no";

/// What the gateway says about a Redis that it does not get to.
async fn failure(url: &str, options: &[&str]) -> String {
    let options = [&["--timeout", "1"], options].concat();
    let gateway = Gateway::start(url, &options);
    let answer = soon(gateway.run(&["PING"])).await;
    assert_eq!(answer.status.as_u16(), 503);
    answer.error()
}

#[tokio::test]
async fn a_user_and_a_database_are_reached_by_tls() {
    let authority = Authority::new();
    authority.issue("redis", "localhost");
    let user = "--user app on >s3cret ~* +@all";
    let (_redis, port) = authority.start_redis("redis", &format!("{ANYONE} {user}"));
    let url = format!("rediss://app:s3cret@localhost:{port}/2");
    let gateway = Gateway::start(&url, &["--redis-ca", &authority.path("ca.pem")]);
    let large = "x".repeat(1_000_000);
    gateway
        .run(&["SET", "k", &large])
        .await
        .is(200, r#"{"result":"OK"}"#);
    gateway
        .run(&["GET", "k"])
        .await
        .is(200, &format!(r#"{{"result":"{large}"}}"#));
    let client = gateway.run(&["ACL", "WHOAMI"]).await;
    client.is(200, r#"{"result":"app"}"#);
    let keyspace = gateway.run(&["INFO", "keyspace"]).await.json();
    assert!(keyspace["result"].as_str().unwrap().contains("db2:keys=1"));
}

#[tokio::test]
async fn a_certificate_of_a_stranger_or_of_another_host_is_refused() {
    let authority = Authority::new();
    authority.issue("redis", "localhost");
    let (_redis, port) = authority.start_redis("redis", ANYONE);
    let error = failure(&format!("rediss://localhost:{port}"), &[]).await;
    assert!(error.contains("UnknownIssuer"), "{error}");
    let ca = authority.path("ca.pem");
    let error = failure(&format!("rediss://127.0.0.1:{port}"), &["--redis-ca", &ca]).await;
    assert!(error.contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_is_named_itself_is_trusted_and_no_other() {
    let authority = Authority::new();
    authority.issue_self_signed("redis");
    authority.issue_self_signed("other");
    let (_redis, port) = authority.start_redis("redis", ANYONE);
    let url = format!("rediss://127.0.0.1:{port}");
    let gateway = Gateway::start(&url, &["--redis-ca", &authority.path("redis.pem")]);
    gateway.run(&["PING"]).await.is(200, r#"{"result":"PONG"}"#);
    let error = failure(&url, &["--redis-ca", &authority.path("other.pem")]).await;
    assert!(error.contains("invalid peer certificate"), "{error}");
}

#[tokio::test]
async fn a_redis_that_asks_for_a_certificate_gets_one() {
    let authority = Authority::new();
    authority.issue("redis", "localhost");
    authority.issue("gateway", "gateway");
    let (_redis, port) = authority.start_redis("redis", "--tls-auth-clients yes");
    let url = format!("rediss://localhost:{port}");
    let [ca, certificate, key] =
        ["ca.pem", "gateway.pem", "gateway.key"].map(|file| authority.path(file));
    let identity = ["--redis-cert", &certificate, "--redis-key", &key];
    let gateway = Gateway::start(&url, &[&["--redis-ca", &ca], &identity[..]].concat());
    gateway.run(&["PING"]).await.is(200, r#"{"result":"PONG"}"#);
    failure(&url, &["--redis-ca", &ca]).await;
}

#[tokio::test]
async fn a_restart_is_survived_by_tls_too() {
    let authority = Authority::new();
    authority.issue("redis", "localhost");
    let (mut redis, port) = authority.start_redis("redis", ANYONE);
    let url = format!("rediss://localhost:{port}");
    let gateway = Gateway::start(&url, &["--redis-ca", &authority.path("ca.pem")]);
    gateway.await_redis().await;
    redis.kill();
    assert_eq!(gateway.run(&["PING"]).await.status.as_u16(), 503);
    redis.start_again();
    gateway.await_redis().await;
}

#[test]
fn files_that_are_no_certificates_are_named_at_start() {
    let dir = TempDir::new().unwrap();
    let empty = dir.path().join("empty.pem");
    fs::write(&empty, "nothing").unwrap();
    let empty = empty.to_str().unwrap();
    for (url, file, problem) in [
        ("rediss://localhost", empty, "no certificate"),
        ("rediss://localhost", "/no/such.pem", "/no/such.pem"),
        ("redis://localhost", empty, "rediss://"),
    ] {
        let args = [
            "--listen",
            "127.0.0.1:0",
            "--redis",
            url,
            "--redis-ca",
            file,
        ];
        let output = gateway_command(&args).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.contains(problem) && text.lines().count() == 1,
            "{text}"
        );
    }
}
