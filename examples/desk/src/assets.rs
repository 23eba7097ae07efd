//! What a browser loads besides pages: all of it in the program, each under an address that has its digest.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::prelude::*;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FONT: &str = "font/woff2";

macro_rules! files {
    ($($name:literal $kind:expr,)*) => { [$(($name, $kind, include_bytes!(concat!("../assets/", $name)).as_slice())),*] };
}

/// What there is, and of what kind. What one names in its text stands before it.
const FILES: [(&str, &str, &[u8]); 7] = files![
    "icon.svg" "image/svg+xml",
    "idiomorph.min.js" SCRIPT,
    "desk.js" SCRIPT,
    "inter-latin-wght-normal.woff2" FONT,
    "inter-latin-ext-wght-normal.woff2" FONT,
    "noto-sans-arabic-arabic-wght-normal.woff2" FONT,
    "desk.css" "text/css; charset=utf-8",
];

/// An asset: its name, the name with its digest, its kind and its bytes.
type Asset = (&'static str, String, &'static str, Cow<'static, [u8]>);

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut all: Vec<Asset> = Vec::new();
    for (name, kind, bytes) in FILES {
        let is_style = name.ends_with(".css");
        let bytes = if is_style { Cow::Owned(with_digests(bytes, &all)) } else { Cow::Borrowed(bytes) };
        let called = format!("{}-{name}", URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)));
        all.push((name, called, kind, bytes));
    }
    all
});

/// A stylesheet that names the fonts as they are called here.
fn with_digests(css: &[u8], fonts: &[Asset]) -> Vec<u8> {
    let css = String::from_utf8_lossy(css).into_owned();
    fonts.iter().fold(css, |css, (name, called, ..)| css.replace(name, called)).into_bytes()
}

/// Where an asset is.
pub(crate) fn address(asset: &str) -> String {
    let called = ASSETS.iter().find(|(name, ..)| *name == asset).map_or(asset, |(_, called, ..)| called);
    format!("/assets/{called}")
}

pub(crate) async fn asset(Path(asked): Path<String>) -> Response {
    let Some((.., kind, bytes)) = ASSETS.iter().find(|(_, called, ..)| *called == asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Other bytes have another address.
    let kept = (header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    ([(header::CONTENT_TYPE, *kind), kept], &**bytes).into_response()
}
