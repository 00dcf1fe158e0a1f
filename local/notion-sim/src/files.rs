//! The files that pages show: small pictures and texts made up from their names, served while their signature is good.
//! No file is stored anywhere; whoever asks for the same name gets the same bytes.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use crate::api::Options;
use crate::id::Uuid;
use crate::random::mix_bytes;
use crate::render::{Signature, SignatureError};

/// Answers a request below `/files/`: `assets/<name>` is open, `<space>/<file>/<name>` needs its signature.
pub(crate) fn serve(path: &str, query: &str, options: &Options, now_ms: i64) -> Response<Vec<u8>> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.starts_with("assets/") {
        return file(name);
    }
    let id: Option<Uuid> = path.split('/').nth(1).and_then(|id| id.parse().ok());
    match id.map(|id| Signature::check(id, query, options, now_ms)) {
        Some(Ok(())) => file(name),
        Some(Err(SignatureError::Expired)) => denied("AccessDenied", "Request has expired"),
        Some(Err(SignatureError::Wrong)) => denied(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        ),
        Some(Err(SignatureError::Missing)) | None => denied("AccessDenied", "Access Denied"),
    }
}

fn file(name: &str) -> Response<Vec<u8>> {
    let (content_type, bytes) = match name.rsplit('.').next().unwrap_or_default() {
        "svg" => ("image/svg+xml", svg(name).into_bytes()),
        "png" => ("image/png", png(name)),
        "pdf" => ("application/pdf", PDF.as_bytes().to_vec()),
        "mp3" => ("audio/mpeg", Vec::new()),
        "mp4" => ("video/mp4", Vec::new()),
        _ => (
            "text/plain; charset=utf-8",
            format!("{name}\n").into_bytes(),
        ),
    };
    let mut response = Response::new(bytes);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn denied(code: &str, message: &str) -> Response<Vec<u8>> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

/// A sea under a sky, in colours that follow from the name.
fn svg(name: &str) -> String {
    let hash = mix_bytes(0, name.as_bytes());
    let (sky, sea, line) = (
        180 + hash % 60,
        190 + (hash >> 8) % 50,
        300 + (hash >> 16) % 120,
    );
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">
<rect width="1200" height="630" fill="hsl({sky} 45% 82%)"/>
<circle cx="{sun}" cy="150" r="60" fill="hsl(42 80% 75%)"/>
<path d="M0 {line} q150 -40 300 0 t300 0 t300 0 t300 0 V630 H0 Z" fill="hsl({sea} 45% 42%)"/>
<path d="M0 {low} q150 -30 300 0 t300 0 t300 0 t300 0 V630 H0 Z" fill="hsl({sea} 50% 30%)"/>
</svg>
"#,
        sun = 200 + (hash >> 24) % 800,
        low = line + 90,
    )
}

/// A gradient of 64 by 64 pixels, stored without compression.
fn png(name: &str) -> Vec<u8> {
    const SIDE: u32 = 64;
    let hash = mix_bytes(0, name.as_bytes());
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        for x in 0..SIDE {
            rows.extend([
                (hash as u32 + x * 2) as u8,
                ((hash >> 8) as u32 + y * 2) as u8,
                ((hash >> 16) as u32 + x + y) as u8,
            ]);
        }
    }
    let mut header = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let length = rows.len() as u16;
    let mut data = vec![0x78, 0x01, 0x01];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(&rows);
    data.extend(adler32(&rows).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        let body = [kind.as_slice(), data].concat();
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(&body);
        out.extend(crc32(&body).to_be_bytes());
    }
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

const PDF: &str = "%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
";
