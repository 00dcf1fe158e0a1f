//! The walk through the schema of a data source.

use super::{Visit, Walk, walk_all};
use crate::notion::property_schema::{
    FormulaSchema, NumberSchema, PropertySchema, PropertySchemaFields, RelationSchema,
    RelationSchemaFields, RelationSchemaType, RollupSchema, SchemaType, SelectSchema, StatusGroup,
    StatusSchema, SyncedProperty, UniqueIdSchema,
};

impl Walk for PropertySchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for PropertySchemaFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.id, &mut self.name, &mut self.description],
        );
    }
}

impl Walk for NumberSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.format.walk(to);
    }
}

impl Walk for SelectSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.options.walk(to);
    }
}

impl Walk for StatusSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.options, &mut self.groups]);
    }
}

impl Walk for StatusGroup {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.id,
                &mut self.name,
                &mut self.color,
                &mut self.option_ids,
            ],
        );
    }
}

impl Walk for FormulaSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.expression.walk(to);
    }
}

impl Walk for RelationSchemaFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.database_id, &mut self.data_source_id]);
    }
}

impl Walk for SyncedProperty {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.synced_property_name, &mut self.synced_property_id],
        );
    }
}

impl Walk for RollupSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.function,
                &mut self.rollup_property_name,
                &mut self.rollup_property_id,
                &mut self.relation_property_name,
                &mut self.relation_property_id,
            ],
        );
    }
}

impl Walk for UniqueIdSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.prefix.walk(to);
    }
}

impl Walk for SchemaType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Title(it)
            | Self::RichText(it)
            | Self::Date(it)
            | Self::People(it)
            | Self::Files(it)
            | Self::Checkbox(it)
            | Self::Url(it)
            | Self::Email(it)
            | Self::PhoneNumber(it)
            | Self::CreatedTime(it)
            | Self::LastEditedTime(it)
            | Self::CreatedBy(it)
            | Self::LastEditedBy(it)
            | Self::LastVisitedTime(it)
            | Self::Button(it)
            | Self::Verification(it)
            | Self::Place(it)
            | Self::Location(it) => it.walk(to),
            Self::Number(it) => it.walk(to),
            Self::Select(it) | Self::MultiSelect(it) => it.walk(to),
            Self::Status(it) => it.walk(to),
            Self::Formula(it) => it.walk(to),
            Self::Relation(it) => it.walk(to),
            Self::Rollup(it) => it.walk(to),
            Self::UniqueId(it) => it.walk(to),
        }
    }
}

impl Walk for RelationSchema {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for RelationSchemaType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::SingleProperty(it) => it.walk(to),
            Self::DualProperty(it) => it.walk(to),
        }
    }
}
