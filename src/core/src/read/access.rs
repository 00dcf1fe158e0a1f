//! Who may read, and who may command.

use crate::config::{Access, Config, Secret};

use super::{Cache, Problem};

/// What of the copy a reader may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everything that is copied.
    All,
    /// What a rule says is public.
    Public,
}

impl Access {
    /// Lets a reader in who shows the right `Authorization`, or anyone where the copy is public.
    ///
    /// # Errors
    /// 401, the same for a wrong token as for none.
    pub fn check(&self, authorization: Option<&str>) -> Result<Audience, Problem> {
        match self {
            Self::Public => Ok(Audience::All),
            Self::Private(tokens) => {
                check(authorization, tokens, "READ_TOKENS").map(|()| Audience::All)
            }
            Self::Rule { .. } if authorization.is_none() => Ok(Audience::Public),
            Self::Rule { read, preview } => {
                let is_reader = check(authorization, read, "").is_ok();
                match check(authorization, preview, "PREVIEW_TOKENS") {
                    Ok(()) => Ok(Audience::All),
                    Err(_) if is_reader => Ok(Audience::Public),
                    Err(problem) => Err(problem),
                }
            }
        }
    }

    /// Whether everyone gets the answers that this audience gets.
    pub fn cache(&self, audience: Audience) -> Cache {
        Cache {
            is_public: match self {
                Self::Public => true,
                Self::Private(_) => false,
                Self::Rule { .. } => audience == Audience::Public,
            },
            varies: matches!(self, Self::Rule { .. }),
        }
    }
}

impl Config {
    /// Whether that is one of the tokens that open anything here.
    pub fn knows(&self, authorization: Option<&str>) -> bool {
        let tokens: [&[Secret]; 2] = match &self.access {
            Access::Public => [&[], &[]],
            Access::Private(tokens) => [tokens, &[]],
            Access::Rule { read, preview } => [read, preview],
        };
        let all = tokens.into_iter().chain([self.admin_tokens.as_slice()]);
        // All are compared, as below.
        all.filter(|tokens| check(authorization, tokens, "").is_ok())
            .count()
            > 0
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
    use super::Audience;
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
        let secrets = |text: &str| vec![Secret::new(text.to_owned())];
        let access = Access::Rule {
            read: secrets("read"),
            preview: secrets("preview"),
        };
        for (authorization, expected) in [
            (None, Some(Audience::Public)),
            (Some("Bearer read"), Some(Audience::Public)),
            (Some("Bearer preview"), Some(Audience::All)),
            (Some("Bearer x"), None),
            (Some(""), None),
        ] {
            assert_eq!(
                access.check(authorization).ok(),
                expected,
                "{authorization:?}"
            );
        }
    }
}
