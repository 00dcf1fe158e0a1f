//! The walk through the values of properties.

use super::{UrlRole, Visit, Walk, visit_url, walk_all};
use crate::notion::computed::{Formula, FormulaType, Rollup, RollupFields, RollupType};
use crate::notion::property::{
    DateRange, Place, PropertyType, PropertyValue, PropertyValueFields, SelectOption, UniqueId,
    Verification,
};
use crate::notion::property_item::{PropertyItem, PropertyItemFields, PropertyItemType};

impl Walk for PropertyValue {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.property_value(self);
        self.walk_parts(to);
    }
}

impl Walk for PropertyValueFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.id, &mut self.has_more]);
    }
}

impl Walk for SelectOption {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.id,
                &mut self.name,
                &mut self.color,
                &mut self.description,
            ],
        );
    }
}

impl Walk for DateRange {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.start, &mut self.end, &mut self.time_zone],
        );
    }
}

impl Walk for UniqueId {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.prefix, &mut self.number]);
    }
}

impl Walk for Verification {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.state, &mut self.verified_by, &mut self.date],
        );
    }
}

impl Walk for Place {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.lat,
                &mut self.lon,
                &mut self.name,
                &mut self.address,
                &mut self.aws_place_id,
                &mut self.google_place_id,
            ],
        );
    }
}

impl Walk for PropertyType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Title(it) | Self::RichText(it) => it.walk(to),
            Self::Number(it) => it.walk(to),
            Self::Select(it) | Self::Status(it) => it.walk(to),
            Self::MultiSelect(it) => it.walk(to),
            Self::Date(it) => it.walk(to),
            Self::People(it) => it.walk(to),
            Self::Files(it) => it.walk(to),
            Self::Checkbox(it) => it.walk(to),
            Self::Url(it) => visit_url(to, it, UrlRole::Link),
            Self::Email(it) | Self::PhoneNumber(it) => it.walk(to),
            Self::Formula(it) => it.walk(to),
            Self::Relation(it) => it.walk(to),
            Self::Rollup(it) => it.walk(to),
            Self::CreatedTime(it) | Self::LastEditedTime(it) => it.walk(to),
            Self::CreatedBy(it) | Self::LastEditedBy(it) => it.walk(to),
            Self::LastVisitedTime(it) => it.walk(to),
            Self::Button(it) => it.walk(to),
            Self::UniqueId(it) => it.walk(to),
            Self::Verification(it) => it.walk(to),
            Self::Place(it) => it.walk(to),
            Self::Location(it) => it.walk(to),
        }
    }
}

impl Walk for PropertyItem {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for PropertyItemFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.next_url, UrlRole::Own);
        walk_all(to, &mut [&mut self.object, &mut self.id]);
    }
}

impl Walk for PropertyItemType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Title(it) | Self::RichText(it) => it.walk(to),
            Self::People(it) | Self::CreatedBy(it) | Self::LastEditedBy(it) => it.walk(to),
            Self::Relation(it) => it.walk(to),
            Self::Number(it) => it.walk(to),
            Self::Select(it) | Self::Status(it) => it.walk(to),
            Self::MultiSelect(it) => it.walk(to),
            Self::Date(it) => it.walk(to),
            Self::Files(it) => it.walk(to),
            Self::Checkbox(it) => it.walk(to),
            Self::Url(it) => visit_url(to, it, UrlRole::Link),
            Self::Email(it) | Self::PhoneNumber(it) => it.walk(to),
            Self::Formula(it) => it.walk(to),
            Self::Rollup(it) => it.walk(to),
            Self::CreatedTime(it) | Self::LastEditedTime(it) => it.walk(to),
            Self::LastVisitedTime(it) => it.walk(to),
            Self::Button(it) => it.walk(to),
            Self::UniqueId(it) => it.walk(to),
            Self::Verification(it) => it.walk(to),
            Self::Place(it) => it.walk(to),
            Self::Location(it) => it.walk(to),
        }
    }
}

impl Walk for Formula {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for FormulaType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::String(it) => it.walk(to),
            Self::Number(it) => it.walk(to),
            Self::Boolean(it) => it.walk(to),
            Self::Date(it) => it.walk(to),
            Self::Unsupported(it) => it.walk(to),
        }
    }
}

impl Walk for Rollup {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for RollupFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.function.walk(to);
    }
}

impl Walk for RollupType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Number(it) => it.walk(to),
            Self::Date(it) => it.walk(to),
            Self::Array(it) => it.walk(to),
            Self::Incomplete(it) | Self::Unsupported(it) => it.walk(to),
        }
    }
}
