//! The properties of a public page: relations lose the pages that are not public, and with one of those all rollups of the page go.

use crate::document::{Document, PlainValue};
use crate::member::Member;
use crate::notion::visit::Walk;
use crate::notion::{Content, Field, PropertyType, PropertyValue, Rollup, RollupType};

use super::Hidden;

impl Hidden<'_> {
    pub(super) fn properties(&mut self, document: &mut Document) {
        let before = std::mem::take(&mut self.has_hidden);
        for (name, value) in &mut document.properties {
            if let Content::Known(PropertyType::Relation(pages)) = &mut value.content
                && let Some(pages) = pages.get_mut()
            {
                pages.retain(|page| {
                    let id = page.id.as_str().and_then(|id| id.parse().ok());
                    id.is_none_or(|id| !self.hides(Member::Page(id)))
                });
                if let Some(PlainValue::List(values)) = document.values.get_mut(name) {
                    values.retain(|value| match value {
                        PlainValue::Page(page) => !self.hides(Member::Page(page.id)),
                        _ => true,
                    });
                }
            }
        }
        let has_hidden_relation = self.has_hidden;
        self.has_hidden |= before;
        for (name, value) in &mut document.properties {
            match &mut value.content {
                Content::Known(PropertyType::Rollup(rollup)) if has_hidden_relation => {
                    if let Some(rollup) = rollup.get_mut() {
                        empty(rollup);
                    }
                }
                _ => {
                    self.rollup(value);
                    value.walk(self);
                }
            }
            if let Some(own) = document.values.get_mut(name)
                && has_text_or_rollup(value)
            {
                let mut plain = PlainValue::of(value);
                // Related pages have their titles beside their ids.
                let called = own.related();
                for page in plain.related_mut() {
                    if let Some(known) = called.iter().find(|known| known.id == page.id) {
                        (page.title, page.path) = (known.title.clone(), known.path.clone());
                    }
                }
                *own = plain;
            }
        }
    }

    /// The relations of the pages that a rollup shows may lead to others.
    fn rollup(&mut self, value: &mut PropertyValue) {
        if let Content::Known(PropertyType::Rollup(rollup)) = &mut value.content
            && let Some(rollup) = rollup.get_mut()
            && let Content::Known(RollupType::Array(values)) = &mut rollup.content
        {
            for value in values.get_mut().into_iter().flatten() {
                if let Content::Known(PropertyType::Relation(pages)) = &mut value.content
                    && let Some(pages) = pages.get_mut()
                {
                    pages.retain(|page| {
                        let id = page.id.as_str().and_then(|id| id.parse().ok());
                        id.is_none_or(|id| !self.hides(Member::Page(id)))
                    });
                }
            }
        }
    }
}

/// Only these depend on what was walked.
fn has_text_or_rollup(value: &PropertyValue) -> bool {
    matches!(
        value.content,
        Content::Known(
            PropertyType::Title(_)
                | PropertyType::RichText(_)
                | PropertyType::Rollup(_)
                | PropertyType::Url(_)
        )
    )
}

fn empty(rollup: &mut Rollup) {
    if let Content::Known(known) = &mut rollup.content {
        match known {
            RollupType::Number(number) => *number = Field::null(),
            RollupType::Date(date) => *date = Field::null(),
            RollupType::Array(values) => *values = Vec::new().into(),
            RollupType::Incomplete(_) | RollupType::Unsupported(_) => {}
        }
    }
}
