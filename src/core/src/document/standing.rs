//! Which pages anyone may read: `PUBLISH_RULE`, and how an object stands by it.
//!
//! A page that has one of the rule's properties is public where all terms of the rule hold.
//! One that has none of them is as public as what it lies in, so that what hangs below a published row is published with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::member::Member;
use crate::time::Timestamp;

use super::{PlainValue, References};

/// What joins terms.
const AND: &str = "&&";

/// Which pages are public, by their properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishRule {
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    property: String,
    wants: Wants,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wants {
    /// A checkbox that is checked, or a formula that says yes.
    Checked,
    /// One of these: the name of an option, or a text.
    OneOf(Vec<String>),
    /// A date that is over or is now.
    Due,
}

/// How an object stands with readers who may read only what is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether they may read it.
    pub visibility: Visibility,
    /// When it becomes public by itself.
    pub due: Option<Timestamp>,
    /// What it lies in.
    pub lineage: Lineage,
}

/// Whether anyone may read an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone may.
    Public,
    /// It becomes public at a time that its properties name.
    Scheduled,
    /// Nobody without a preview token.
    Draft,
}

/// What an object lies in, from the root down: all of it, and what of that anyone may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lineage {
    /// The ids of all of it.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub all: Vec<Id>,
    /// The ids of the pages among them that are public, and of the databases.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub public: Vec<Id>,
}

impl PublishRule {
    /// Reads a rule: `Status=Published`, `Status=Published|Live`, `Published`, `Publish on<=now`, or several joined by `&&`.
    ///
    /// # Errors
    /// What is wrong with it, to go on after its name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let terms: Result<Vec<Term>, String> = text.split(AND).map(Term::parse).collect();
        Ok(Self {
            text: text.trim().to_owned(),
            terms: terms?,
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How an object with these properties stands at `now`; `references` know what it lies in.
    pub fn standing(
        &self,
        id: Id,
        values: &BTreeMap<String, PlainValue>,
        references: &References,
        now: Timestamp,
    ) -> Standing {
        let (visibility, due) = match self
            .terms
            .iter()
            .any(|it| values.contains_key(&it.property))
        {
            true => self.judge(values, now),
            false => (inherited(references), None),
        };
        Standing {
            visibility,
            due,
            lineage: Lineage::under(id, references),
        }
    }

    fn judge(
        &self,
        values: &BTreeMap<String, PlainValue>,
        now: Timestamp,
    ) -> (Visibility, Option<Timestamp>) {
        let mut due = None;
        for term in &self.terms {
            let value = values.get(&term.property).unwrap_or(&PlainValue::Empty);
            match &term.wants {
                Wants::Checked if *value == PlainValue::Flag(true) => {}
                Wants::OneOf(wanted) if is_one_of(value, wanted) => {}
                Wants::Due => match instant_of(value) {
                    Some(instant) if instant <= now => {}
                    Some(instant) => due = due.max(Some(instant)),
                    None => return (Visibility::Draft, None),
                },
                Wants::Checked | Wants::OneOf(_) => return (Visibility::Draft, None),
            }
        }
        match due {
            Some(_) => (Visibility::Scheduled, due),
            None => (Visibility::Public, None),
        }
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, String> {
        let (property, wants) = if let Some((property, instant)) = text.split_once("<=") {
            if instant.trim() != "now" {
                return Err(
                    "compares a date with something else than now, as in Publish on<=now"
                        .to_owned(),
                );
            }
            (property, Wants::Due)
        } else if let Some((property, wanted)) = text.split_once('=') {
            let wanted: Vec<String> = wanted.split('|').map(|it| it.trim().to_owned()).collect();
            if wanted.iter().any(String::is_empty) {
                return Err("wants nothing of a property, as in Status=Published|Live".to_owned());
            }
            (property, Wants::OneOf(wanted))
        } else {
            (text, Wants::Checked)
        };
        match property.trim() {
            "" => Err("names no property, as in Status=Published".to_owned()),
            property => Ok(Self {
                property: property.to_owned(),
                wants,
            }),
        }
    }
}

impl Standing {
    /// Of what has no properties of its own: as public as what it lies in.
    pub fn inherited(id: Id, references: &References) -> Self {
        Self {
            visibility: inherited(references),
            due: None,
            lineage: Lineage::under(id, references),
        }
    }

    /// Whether anyone may read it.
    pub fn is_public(&self) -> bool {
        self.visibility == Visibility::Public
    }

    /// Of the slugs of what it lies in, from the root down, those that its path shows: in that of a public page none of a draft.
    pub fn shown_slugs(&self, slugs: &[String]) -> Vec<String> {
        if !self.is_public() {
            return slugs.to_vec();
        }
        let Lineage { all, public } = &self.lineage;
        // Where what lies further up is not stored, its slug is not known.
        let known = all.iter().skip(all.len().saturating_sub(slugs.len()));
        let shown = known.zip(slugs).filter(|(id, _)| public.contains(id));
        shown.map(|(_, slug)| slug.clone()).collect()
    }
}

impl Visibility {
    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Scheduled => "scheduled",
            Self::Draft => "draft",
        }
    }
}

impl Lineage {
    fn under(id: Id, references: &References) -> Self {
        let all = super::ancestors_under(id, references);
        let Some(parent) = references.parent.filter(|_| !all.is_empty()) else {
            return Self::default();
        };
        let face = references.faces.get(&parent);
        let mut public = face
            .map(|face| face.public_ancestors.clone())
            .unwrap_or_default();
        // Rows say by themselves whether they are public, and name their database.
        if matches!(parent, Member::Database(_)) || face.is_some_and(|face| face.is_public()) {
            public.push(parent.id());
        }
        Self { all, public }
    }
}

/// What lies in something that is not public, or in nothing that is stored, is not.
fn inherited(references: &References) -> Visibility {
    let parent = references
        .parent
        .and_then(|parent| references.faces.get(&parent));
    match parent.is_some_and(|parent| parent.is_public()) {
        true => Visibility::Public,
        false => Visibility::Draft,
    }
}

fn is_one_of(value: &PlainValue, wanted: &[String]) -> bool {
    match value {
        PlainValue::Text(text) => wanted.contains(text),
        PlainValue::List(values) => values.iter().any(|value| is_one_of(value, wanted)),
        PlainValue::Flag(flag) => wanted.contains(&flag.to_string()),
        PlainValue::Number(number) => wanted.contains(&number.to_string()),
        _ => false,
    }
}

/// When a date begins; a day begins with its midnight in UTC, and so is a time without an offset read.
/// Where the author chose a time zone, nothing is shown before it is that time everywhere.
fn instant_of(value: &PlainValue) -> Option<Timestamp> {
    let (start, time_zone) = match value {
        PlainValue::Date(date) => (&date.start, date.time_zone.as_deref()),
        PlainValue::Text(text) => (text, None),
        _ => return None,
    };
    let last_offset = match time_zone {
        None | Some("UTC") => "Z",
        Some(_) => "-12:00",
    };
    let readings = ["", last_offset, "T00:00:00Z"];
    let mut instants = readings
        .iter()
        .map(|it| Timestamp::parse(&format!("{start}{it}")));
    instants.find_map(|instant| instant)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{PublishRule, Visibility};
    use crate::document::{Face, PlainValue, References};
    use crate::id::Id;
    use crate::member::Member;
    use crate::time::Timestamp;

    fn id(last: char) -> Id {
        format!("2712e341754a41aea9ce4c0bb4b18c5{last}")
            .parse()
            .expect("an id")
    }

    fn word(rule: &str, values: serde_json::Value) -> (&'static str, Option<String>) {
        let rule = PublishRule::parse(rule).expect("a rule");
        let values: BTreeMap<String, PlainValue> = serde_json::from_value(values).expect("values");
        let now = Timestamp::parse("2026-11-20T12:00:00Z").expect("a time");
        let standing = rule.standing(id('0'), &values, &References::default(), now);
        (
            standing.visibility.word(),
            standing.due.map(|due| due.to_string()),
        )
    }

    #[test]
    fn a_page_is_public_where_all_terms_hold() {
        for (rule, values, expected) in [
            ("Status=Published", json!({"Status": "Published"}), "public"),
            (
                "Status = Live | Published",
                json!({"Status": "Published"}),
                "public",
            ),
            ("Status=Published", json!({"Status": "published"}), "draft"),
            ("Status=Published", json!({"Status": null}), "draft"),
            ("Status=Published", json!({"Other": "Published"}), "draft"),
            ("Tags=public", json!({"Tags": ["a", "public"]}), "public"),
            ("Published", json!({"Published": true}), "public"),
            ("Published", json!({"Published": "true"}), "draft"),
            ("Published=false", json!({"Published": false}), "public"),
            (
                "Day<=now",
                json!({"Day": {"start": "2026-11-20", "end": null, "time_zone": null}}),
                "public",
            ),
            (
                "Day<=now",
                json!({"Day": {"start": "2026-11-21", "end": null, "time_zone": null}}),
                "scheduled",
            ),
            ("Day<=now", json!({"Day": null}), "draft"),
            (
                "Day<=now && Ok",
                json!({"Day": "2026-11-21", "Ok": false}),
                "draft",
            ),
            (
                "Day<=now && Ok",
                json!({"Day": "2026-11-19T00:00:00+09:00", "Ok": true}),
                "public",
            ),
            ("Day<=now && Ok", json!({"Ok": true}), "draft"),
        ] {
            assert_eq!(word(rule, values.clone()).0, expected, "{rule}: {values}");
        }
        let local = |zone: Option<&str>| json!({"Day": {"start": "2026-11-20T09:00:00.000", "end": null, "time_zone": zone}});
        for (zone, expected) in [
            (None, ("public", None)),
            (Some("UTC"), ("public", None)),
            // There it may be the time that it is at the date line.
            (
                Some("America/New_York"),
                ("scheduled", Some("2026-11-20T21:00:00.000Z")),
            ),
        ] {
            let due = expected.1.map(str::to_owned);
            assert_eq!(word("Day<=now", local(zone)), (expected.0, due), "{zone:?}");
        }
        let both = json!({"A": "2026-12-01", "B": "2026-12-24T08:00:00+01:00"});
        let due = Some("2026-12-24T07:00:00.000Z".to_owned());
        assert_eq!(word("A<=now&&B<=now", both), ("scheduled", due));
    }

    #[test]
    fn a_rule_that_says_nothing_is_refused() {
        for rule in [
            "",
            " ",
            "=x",
            "Status=",
            "Status=a||b",
            "Day<=tomorrow",
            "A && ",
            "<=now",
        ] {
            assert!(PublishRule::parse(rule).is_err(), "{rule:?}");
        }
    }

    #[test]
    fn what_has_no_such_property_is_as_public_as_what_it_lies_in() {
        let rule = PublishRule::parse("Status=Published").expect("a rule");
        let (values, now) = (BTreeMap::new(), Timestamp::default());
        for (visibility, parent) in [
            (Visibility::Public, Member::Page(id('1'))),
            (Visibility::Draft, Member::Page(id('1'))),
            (Visibility::Scheduled, Member::Page(id('1'))),
            (Visibility::Draft, Member::Database(id('1'))),
        ] {
            let face = Face {
                visibility: Some(visibility),
                ancestors: vec![id('2'), id('3')],
                public_ancestors: vec![id('3')],
                ..Face::default()
            };
            let references = References {
                faces: [(parent, face)].into(),
                parent: Some(parent),
                held_path: None,
            };
            let standing = rule.standing(id('0'), &values, &references, now);
            let is_public = visibility == Visibility::Public;
            assert_eq!(standing.is_public(), is_public);
            assert_eq!(standing.lineage.all, [id('2'), id('3'), id('1')]);
            let is_named = is_public || matches!(parent, Member::Database(_));
            let expected = if is_named {
                vec![id('3'), id('1')]
            } else {
                vec![id('3')]
            };
            assert_eq!(standing.lineage.public, expected);
        }
    }
}
