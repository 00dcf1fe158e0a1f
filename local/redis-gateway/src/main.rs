//! The Upstash REST protocol in front of any Redis or Valkey.
fn main() {}
