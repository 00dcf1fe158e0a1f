//! A Notion workspace in a box.
