//! The properties that a query names, each once.

use crate::read::Problem;

use super::row::Row;

/// Names of properties; a row has their values in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// The place of a name, which is added where it is new.
    pub fn place(&mut self, name: &str) -> usize {
        let place = self.0.iter().position(|it| it == name);
        place.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }

    /// All of them.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// That each property is one of some page, where there are pages: a mistyped name must not give an empty list.
    ///
    /// # Errors
    /// 400, naming the property.
    pub fn check<'r, 'a: 'r>(
        &self,
        rows: impl Iterator<Item = &'r Row<'a>> + Clone,
    ) -> Result<(), Problem> {
        let is_empty = rows.clone().next().is_none();
        let has = |row: &Row<'_>, place: usize| matches!(row.cells.get(place), Some(Some(_)));
        let is_known = |place: usize| is_empty || rows.clone().any(|row| has(row, place));
        let stray = self
            .0
            .iter()
            .enumerate()
            .find(|(place, _)| !is_known(*place));
        match stray {
            None => Ok(()),
            Some((_, name)) => Err(Problem::bad_request(format!(
                "no page of this list has a property {}; properties go by their names here, spelled as in Notion",
                Problem::quoted(name)
            ))),
        }
    }
}
