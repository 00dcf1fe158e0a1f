//! Formulas and rollups: values that change without anyone editing the row.
//!
//! A formula is one of a few known computations, not an evaluator of its expression.

use crate::json::{Json, object};
use crate::model::{Config, DataSource, DateRange, Page, Property, Rollup, Value};
use crate::render::Render;
use crate::render::values::{Extent, REFERENCE_LIMIT};
use crate::time;

impl Render<'_> {
    pub(crate) fn formula(self, page: &Page, property: &Property) -> Json {
        let Config::Formula(formula) = &property.config else {
            return Json::Null;
        };
        let date = |name: &str| match page.values.get(name) {
            Some(Value::Date(date)) => time::parse(&date.start),
            _ => None,
        };
        let (kind, value) = match formula.result.as_str() {
            "path" => {
                let slug = match page.values.get("Slug") {
                    Some(Value::Text(text)) => crate::render::plain_text(self.workspace, text),
                    _ => String::new(),
                };
                (
                    "string",
                    Json::from((!slug.is_empty()).then(|| format!("/blog/{slug}"))),
                )
            }
            "is_live" => {
                let published = matches!(page.values.get("Status"), Some(Value::String(status)) if status == "Published");
                (
                    "boolean",
                    Json::from(
                        published && date("Published").is_some_and(|day| day <= self.now_ms),
                    ),
                )
            }
            "age_days" => {
                let days = date("Published")
                    .map(|day| (self.now_ms - day).div_euclid(time::DAY_MS) as f64);
                ("number", Json::from(days))
            }
            "review_on" => {
                let day = date("Published").map(|day| time::day(day + 180 * time::DAY_MS));
                (
                    "date",
                    Json::from(day.map(|start| {
                        DateRange {
                            start,
                            end: None,
                            time_zone: None,
                        }
                        .render()
                    })),
                )
            }
            _ => ("unsupported", Json::Object(Vec::new())),
        };
        object! { "type" => kind, kind => value }
    }

    pub(crate) fn rollup(
        self,
        page: &Page,
        source: &DataSource,
        property: &Property,
        extent: Extent,
    ) -> Json {
        let Config::Rollup(rollup) = &property.config else {
            return Json::Null;
        };
        let limit = if extent == Extent::Cut {
            REFERENCE_LIMIT
        } else {
            usize::MAX
        };
        let values = self.rolled_up(page, source, rollup, limit);
        let dates = || {
            values
                .iter()
                .filter_map(|value| value.get("date")?.get("start")?.as_str())
        };
        let number = |value: f64| ("number", Json::from(value));
        let (kind, value) = match rollup.function.as_str() {
            "count" => number(values.len() as f64),
            "sum" => number(
                values
                    .iter()
                    .filter_map(|value| value.get("number")?.as_f64())
                    .sum(),
            ),
            "latest_date" => {
                let latest = dates().max().map(|start| {
                    DateRange {
                        start: start.to_string(),
                        end: None,
                        time_zone: None,
                    }
                    .render()
                });
                ("date", Json::from(latest))
            }
            _ => ("array", Json::Array(values)),
        };
        object! { "type" => kind, kind => value, "function" => rollup.function.as_str() }
    }

    /// The values that a rollup goes over, as `{"type": …, …: …}`.
    pub(crate) fn rolled_up(
        self,
        page: &Page,
        source: &DataSource,
        rollup: &Rollup,
        limit: usize,
    ) -> Vec<Json> {
        let Some(relation) = source.property(&rollup.relation) else {
            return Vec::new();
        };
        let related = self.related(page, relation).into_iter().take(limit);
        related
            .filter_map(|id| {
                let row = self.workspace.page(id)?;
                let far = self.source_of(&row)?;
                let property = far
                    .property(&rollup.property)
                    .filter(|property| property.kind != "rollup")?;
                let (value, _) = self.value(&row, &far, property, Extent::Cut);
                Some(object! { "type" => property.kind.as_str(), property.kind.as_str() => value })
            })
            .collect()
    }

    /// The ids of a rollup's relation and of the property it reads, which the API shows unescaped.
    pub(crate) fn rollup_ends(self, source: &DataSource, rollup: &Rollup) -> (String, String) {
        let relation = source.property(&rollup.relation);
        let far = relation.and_then(|relation| match &relation.config {
            Config::Relation(relation) => self.workspace.data_source(relation.data_source),
            _ => None,
        });
        let target = far.and_then(|far| {
            far.property(&rollup.property)
                .map(|property| property.id.clone())
        });
        (
            relation
                .map(|relation| relation.id.clone())
                .unwrap_or_default(),
            target.unwrap_or_default(),
        )
    }
}
