//! Who may read, and who may command.

use crate::config::{Access, Secret};

use super::Problem;

impl Access {
    /// Lets a reader in who shows the right `Authorization`, or anyone where the copy is public.
    ///
    /// # Errors
    /// 401, the same for a wrong token as for none.
    pub fn check(&self, authorization: Option<&str>) -> Result<(), Problem> {
        match self {
            Self::Public => Ok(()),
            Self::Private(tokens) => check(authorization, tokens, "READ_TOKENS"),
        }
    }
}

/// Lets in who shows one of `tokens`, which the variable of that name has.
///
/// # Errors
/// 401, the same for a wrong token as for none.
pub fn check(
    authorization: Option<&str>,
    tokens: &[Secret],
    variable: &str,
) -> Result<(), Problem> {
    let shown = authorization.and_then(|text| text.split_once(' '));
    let shown = shown
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    // Every token is compared, so that the time does not tell which one came close.
    let matches = shown.map(|shown| tokens.iter().filter(|token| token.matches(shown)).count());
    match matches.is_some_and(|count| count > 0) {
        true => Ok(()),
        false => Err(Problem::unauthorized(variable)),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Access, Secret};

    #[test]
    fn a_private_copy_opens_to_its_tokens_only() {
        let access = Access::Private(vec![
            Secret::new("one".to_owned()),
            Secret::new("two".to_owned()),
        ]);
        assert!(access.check(Some("Bearer two")).is_ok());
        for wrong in [
            None,
            Some("two"),
            Some("Bearer three"),
            Some("Basic two"),
            Some("Bearer "),
        ] {
            assert!(access.check(wrong).is_err(), "{wrong:?}");
        }
        assert!(Access::Private(Vec::new()).check(Some("Bearer ")).is_err());
        assert!(Access::Public.check(None).is_ok());
    }
}
