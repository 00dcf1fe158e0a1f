//! `ACCESS`, `PUBLISH_RULE` and the tokens of readers: who may read what.

use crate::document::PublishRule;

use super::Secret;
use super::parse::Variables;

/// Who may read the copy.
#[derive(Clone, Debug)]
pub enum Access {
    /// Only those who show one of these tokens.
    Private(Vec<Secret>),
    /// Anyone may read everything that was copied.
    Public,
    /// Anyone may read what a rule says is public.
    Rule {
        /// Those who show one of these may read the same.
        read: Vec<Secret>,
        /// Those who show one of these may read everything.
        preview: Vec<Secret>,
    },
}

/// Reads who may read.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Access {
    let tokens = variables.secrets("READ_TOKENS");
    match variables.text("ACCESS").as_deref() {
        None | Some("private") => {}
        Some("public") if variables.text("ROOTS").is_some() => return Access::Public,
        Some("public") => variables.problem("ACCESS", "is public, which needs ROOTS: what is meant for anyone, or all for everything that the connection sees"),
        Some("rule") => {
            return Access::Rule {
                read: tokens,
                preview: variables.secrets("PREVIEW_TOKENS"),
            };
        }
        Some(_) => variables.problem("ACCESS", "is none of private, public and rule"),
    }
    let preview = variables.secrets("PREVIEW_TOKENS");
    Access::Private(tokens.into_iter().chain(preview).collect())
}

/// The rule, where `ACCESS` asks for one.
pub fn read_rule<F: Fn(&str) -> Option<String>>(
    variables: &mut Variables<F>,
) -> Option<PublishRule> {
    let is_asked_for = variables.text("ACCESS").as_deref() == Some("rule");
    let Some(text) = variables.text("PUBLISH_RULE") else {
        if is_asked_for {
            variables.problem(
                "PUBLISH_RULE",
                "is not set, and ACCESS is rule: say which pages are public, as in Status=Published",
            );
        }
        return None;
    };
    if !is_asked_for {
        variables.problem(
            "PUBLISH_RULE",
            "is set, but ACCESS is not rule: nothing would follow it; set ACCESS to rule, or unset this",
        );
    }
    let rule = PublishRule::parse(&text);
    let problem = |what: String| variables.problem("PUBLISH_RULE", &what);
    rule.map_err(problem).ok()
}
