//! The documented variables that this version does not honour.
//!
//! Setting one is a problem: whoever narrows what is copied or published must not get everything instead.

use super::parse::Variables;

/// Each with what happens instead.
const UNSUPPORTED: [(&str, &str); 1] = [("DEPLOY_HOOKS", "no site is told of changes")];

/// Tells each that is set.
pub fn refuse<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) {
    for (name, instead) in UNSUPPORTED {
        if variables.text(name).is_some() {
            variables.problem(
                name,
                &format!("is not supported by this version, unset it: {instead}"),
            );
        }
    }
}
