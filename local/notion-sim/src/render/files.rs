//! Addresses of files: stable ones outside, signed ones in Notion's storage.
//!
//! A signature only has to look like one, differ on each read, and end: it protects nothing.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::api::Options;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::File;
use crate::random::{mix, mix_bytes, mix_wide};
use crate::render::Render;
use crate::time;

/// The workspace's folder in the file storage.
const SPACE: &str = "5f0d8a3c-71be-4c29-9e64-2d8b7a10c6f3";
const STORAGE: &str = "https://prod-files-secure.s3.us-west-2.amazonaws.com";
/// What may stand in a path as it is.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const ASSETS: &str = "https://assets.littleauk.example";

impl Render<'_> {
    /// A file as `{"type": …, …: {…}}`.
    pub(crate) fn file(self, file: &File) -> Json {
        let (kind, value) = self.file_entry(file);
        object! { "type" => kind, kind => value }
    }

    /// The type of a file, and what its object holds under that name.
    pub(crate) fn file_entry(self, file: &File) -> (&'static str, Json) {
        match self.in_storage(file) {
            None => ("external", object! { "url" => self.address(file) }),
            Some(_) => {
                let expiry = time::utc(self.now_ms + self.options.signed_url_ttl_ms);
                (
                    "file",
                    object! { "url" => self.address(file), "expiry_time" => expiry },
                )
            }
        }
    }

    /// Id and name of what is in Notion's storage.
    fn in_storage(self, file: &File) -> Option<(Uuid, &str)> {
        match file {
            File::Stored { id, name } => Some((*id, name)),
            File::External(url) if self.options.hosts_assets => {
                let name = url.strip_prefix("asset:")?;
                let hash = mix_bytes(self.options.seed, name.as_bytes());
                Some((Uuid::from_hashes(hash, mix(hash, 1)), name))
            }
            File::External(_) => None,
        }
    }

    pub(crate) fn address(self, file: &File) -> String {
        if let Some((id, name)) = self.in_storage(file) {
            let base = self.options.files_base.as_deref().unwrap_or(STORAGE);
            let signature = Signature {
                file: id,
                issued_ms: self.now_ms.div_euclid(1_000) * 1_000,
                expires_s: self.options.signed_url_ttl_ms / 1_000,
                nonce: mix(self.options.seed, self.request),
            };
            let name = utf8_percent_encode(name, PATH_SEGMENT);
            return format!(
                "{base}/{SPACE}/{id}/{name}?{}",
                signature.query(self.options)
            );
        }
        match file {
            File::External(url) => match url.strip_prefix("asset:") {
                Some(name) => match &self.options.files_base {
                    Some(base) => format!("{base}/assets/{name}"),
                    None => format!("{ASSETS}/{name}"),
                },
                None => url.clone(),
            },
            File::Stored { name, .. } => name.clone(),
        }
    }
}

/// What a signed URL says about itself.
pub(crate) struct Signature {
    pub(crate) file: Uuid,
    pub(crate) issued_ms: i64,
    pub(crate) expires_s: i64,
    pub(crate) nonce: u64,
}

/// Why a file is not handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignatureError {
    Missing,
    Wrong,
    Expired,
}

impl Signature {
    fn query(&self, options: &Options) -> String {
        let date = time::compact(self.issued_ms);
        let day = date.get(..8).unwrap_or_default();
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=ASIASIM%2F{day}%2Fus-west-2%2Fs3%2Faws4_request\
             &X-Amz-Date={date}&X-Amz-Expires={}&X-Amz-Security-Token={:016x}&X-Amz-Signature={}&X-Amz-SignedHeaders=host\
             &x-amz-checksum-mode=ENABLED&x-id=GetObject",
            self.expires_s,
            self.nonce,
            self.digest(options),
        )
    }

    /// 64 hexadecimal digits.
    fn digest(&self, options: &Options) -> String {
        let about = mix_bytes(
            mix_wide(options.seed, self.file.as_u128()),
            format!("{}+{}", self.issued_ms, self.expires_s).as_bytes(),
        );
        (0..4)
            .map(|part| format!("{:016x}", mix(mix(about, self.nonce), part)))
            .collect()
    }

    /// Checks the query of a request for a file.
    pub(crate) fn check(
        file: Uuid,
        query: &str,
        options: &Options,
        now_ms: i64,
    ) -> Result<(), SignatureError> {
        let part = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        let read = || {
            let issued =
                chrono::NaiveDateTime::parse_from_str(part("X-Amz-Date")?, "%Y%m%dT%H%M%SZ")
                    .ok()?;
            let signature = Signature {
                file,
                issued_ms: issued.and_utc().timestamp_millis(),
                expires_s: part("X-Amz-Expires")?.parse().ok()?,
                nonce: u64::from_str_radix(part("X-Amz-Security-Token")?, 16).ok()?,
            };
            Some((signature, part("X-Amz-Signature")?))
        };
        let (signature, digest) = read().ok_or(SignatureError::Missing)?;
        if signature.digest(options) != digest {
            return Err(SignatureError::Wrong);
        }
        if now_ms >= signature.issued_ms + signature.expires_s * 1_000 {
            return Err(SignatureError::Expired);
        }
        Ok(())
    }
}
