//! `FILES`, `FILES_NAME` and `FILES_URL`: where files are copied to, and where they are served.

use super::parse::Variables;

/// The word of the form for files that are copied.
pub const COPIED_FILES: &str = "files";

/// The word of a form that says that there are copies of files, and where.
pub fn copied_files(form: &str) -> Option<&str> {
    let is_one = |word: &&str| {
        let name = word.strip_prefix(COPIED_FILES);
        name.is_some_and(|name| name.is_empty() || name.starts_with('='))
    };
    form.split('+').find(is_one)
}

/// Where files are copied to; the shell says it, as the variable `FILES`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilePlace {
    /// Nowhere.
    #[default]
    None,
    /// To a place that this shell has: `bound`.
    Here,
    /// To a place that another one has who writes the same store, if one does: `elsewhere`.
    Elsewhere,
}

/// Whether this shell, or another one, has a place for files.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> FilePlace {
    match variables.text("FILES").as_deref() {
        None => FilePlace::None,
        Some("bound") => FilePlace::Here,
        Some("elsewhere") => FilePlace::Elsewhere,
        Some(_) => {
            variables.problem(
                "FILES",
                "is a text; bind an R2 bucket under that name, or take it away",
            );
            FilePlace::None
        }
    }
}

/// What the place for files is called, in letters, digits, `-`, `_` and `.`.
pub fn read_name<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> String {
    let name = variables.text("FILES_NAME").unwrap_or_default();
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    {
        variables.problem(
            "FILES_NAME",
            "has other characters than letters, digits, hyphens, underscores and dots",
        );
    }
    name
}

/// Where `/v1/files/` is served, without a slash at its end.
pub fn read_url<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> String {
    if variables.text("FILES_URL").is_none() {
        return String::new();
    }
    let url = variables.url("FILES_URL", None);
    if url.contains(['?', '#', '+', '"', '<', '>']) {
        variables.problem(
            "FILES_URL",
            "is not the beginning of an address like https://content.example.com: /v1/files/ and a key are put behind it",
        );
    }
    url
}
