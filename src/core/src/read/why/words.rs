//! What is told of each reason: what is the case, and what to do about it.

use crate::read::setup::Setup;

use super::known::Known;
use super::told::{Why, WhyReason, WhyWaiting};

/// How a page is shared.
const SHARE: &str = "share it with the connection, by ••• and Connections";

impl Why {
    /// What is the case, and what to do about it.
    pub(super) fn words(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let (mut detail, remedy) = self.of_reason(known, setup);
        let is_held = self.reason == WhyReason::Held;
        if known.leaving.is_some() && self.exported_at.is_some() && !is_held {
            detail.push_str("; but Notion did not show it when it was asked last: it is asked again, and then it goes");
        }
        if let Some(error) = &self.error {
            detail.push_str("; the last attempt to export it failed: ");
            detail.push_str(&error.message);
        }
        if let Some(waiting) = &self.waiting {
            detail.push_str(&waiting.words(self.exported_at.is_some(), known));
        }
        (detail, remedy)
    }

    fn of_reason(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let path = self.path.as_deref().unwrap_or_default();
        let (detail, remedy): (&str, &str) = match self.reason {
            WhyReason::Served if self.readable_by.is_empty() => (
                "it is stored, and nobody may read it: ACCESS is private, and READ_TOKENS has no token",
                "set READ_TOKENS",
            ),
            WhyReason::Served => ("it is there", ""),
            WhyReason::Draft if self.object != Some("page") => (
                "no rule says which databases are public: by themselves they need one of PREVIEW_TOKENS, while their published pages are read by anyone",
                "",
            ),
            WhyReason::Draft => return self.draft(known, setup),
            WhyReason::Scheduled => {
                let at = self.public_at.as_deref().unwrap_or("its date");
                let detail = format!(
                    "it is scheduled: it becomes public at {at}, with the first tick after that"
                );
                return (
                    detail,
                    Some("change its date in Notion to have it sooner".to_owned()),
                );
            }
            WhyReason::Moved => {
                let detail = format!(
                    "it has another path now, {path}, and who asks for the former one is sent there"
                );
                return (detail, None);
            }
            WhyReason::SlugTaken => {
                let holder = self.holder.as_ref();
                let holder = holder.map(|it| it.title.as_deref().unwrap_or(&it.id));
                let holder: String = holder.unwrap_or_default().chars().take(100).collect();
                let detail = format!(
                    "it is there at {path}, because the page \"{holder}\" has the path that it would have"
                );
                let remedy = "give it a text property Slug in Notion; its slug stays when only its title changes";
                return (detail, Some(remedy.to_owned()));
            }
            WhyReason::Held => {
                let number = known.state.held.as_ref().map_or(0, |held| held.export);
                let detail = "it is still there, although Notion does not show it any more, because too many pages would go at once";
                let remedy = format!(
                    "look whether that is meant, and then confirm it with POST /v1/exports/{number}/confirm"
                );
                return (detail.to_owned(), Some(remedy));
            }
            WhyReason::Removed => {
                let at = known.gone.map(|at| at.to_string()).unwrap_or_default();
                let detail =
                    format!("it was taken out at {at}, because Notion did not show it any more");
                return (
                    detail,
                    Some(format!("if it was not deleted there, {SHARE} again")),
                );
            }
            WhyReason::Expired => (
                "its TTL is over, and Redis has taken it away: it is fetched again by the next runs",
                "look whether they come, and whether TTL is longer than RECONCILE_INTERVAL",
            ),
            WhyReason::Excluded => (
                "ROOTS and EXCLUDE leave it out",
                "take its id, or that of what it lies in, out of EXCLUDE, or put one of them into ROOTS",
            ),
            WhyReason::Trashed => (
                "it, or what it lies in, is in Notion's trash",
                "restore it there, and it comes back with the next export",
            ),
            WhyReason::Gone => {
                let detail = "Notion was asked for it and does not show it";
                return (
                    detail.to_owned(),
                    Some(format!("if it is not deleted, {SHARE}")),
                );
            }
            WhyReason::Waiting => ("it was met, and waits to be fetched", ""),
            WhyReason::PutAside => (
                "three attempts to fetch it came to no end",
                "it is tried again by itself, and at once when it is ordered with POST /v1/exports",
            ),
            WhyReason::Error => (
                "it could not be exported",
                "it is tried again by itself, and at once when it is ordered with POST /v1/exports",
            ),
            WhyReason::Unknown => {
                let detail = match known.state.full_since {
                    None => {
                        "it was not met so far, and the first export is not over: it may still come"
                    }
                    Some(_) => "it was never met",
                };
                let remedy = format!(
                    "{SHARE}, and look whether ROOTS leaves it out: what is shared comes with the next tick"
                );
                return (detail.to_owned(), Some(remedy));
            }
        };
        (
            detail.to_owned(),
            Some(remedy.to_owned()).filter(|it| !it.is_empty()),
        )
    }

    fn draft(&self, known: &Known, setup: Option<&Setup>) -> (String, Option<String>) {
        let is_judged = known
            .meta
            .as_ref()
            .is_some_and(|it| it.visibility.is_some());
        let rule = setup.and_then(|it| it.publish_rule.as_deref());
        let rule = rule.unwrap_or_default();
        if !is_judged {
            let detail = format!(
                "it was not looked at since PUBLISH_RULE is {rule}, and is not public until it was: the next runs do that"
            );
            return (detail, None);
        }
        let detail = format!(
            "it is a draft: neither the page nor what it lies in is public by PUBLISH_RULE, {rule}"
        );
        let remedy = "set its properties so in Notion, or read it with one of PREVIEW_TOKENS";
        (detail, Some(remedy.to_owned()))
    }
}

impl WhyWaiting {
    fn words(&self, is_stored: bool, known: &Known) -> String {
        let what = match (is_stored, self.is_rebuild) {
            (true, true) => "; it is to be built again from the store",
            (true, false) => "; it is to be read again",
            (false, _) => "; it is fetched",
        };
        let mut words = what.to_owned();
        match &self.due_at {
            Some(at) => words.push_str(&format!(" from {at} on")),
            None => words.push_str(" with the next runs"),
        }
        if self.takes > 0 {
            words.push_str(&format!(", begun {} times so far", self.takes));
        }
        if let Some(problem) = known
            .state
            .last_run
            .as_ref()
            .and_then(|run| run.problem.as_ref())
        {
            words.push_str("; the last run stopped: ");
            words.push_str(problem);
        }
        words
    }
}
