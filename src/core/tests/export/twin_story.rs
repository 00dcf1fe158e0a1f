//! What becomes of drafts in one of two worlds, drawn from a seed: nobody without a preview token is told of it.

use std::time::Duration;

use notion_edge_core::document::PublishRule;
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Json};

use crate::draw::{Draw, seeds};
use crate::twins::{Twins, list, made, posts, set, titled};

/// The words of titles: those of drafts are often those of public pages, and want the same paths.
const TITLES: [&str; 6] = [
    "Open firmware",
    "One",
    "Two",
    "Reading the sea at night",
    "",
    "Skerry",
];

/// What happens to pages that are never public, in one world or the other.
struct Secrets {
    ids: [Vec<String>; 2],
    trashed: [Vec<String>; 2],
    /// Those of which only the content differs.
    fixed: Vec<String>,
    /// Whether a date is wanted of what is public: theirs is never over.
    is_scheduled: bool,
}

/// A date of that instant.
fn date(at: &str) -> Json {
    Json::parse(&format!(r#"{{"start":"{at}"}}"#)).unwrap()
}

impl Secrets {
    /// Something happens in one of the worlds.
    fn go_on(&mut self, draw: &mut Draw, twins: &mut Twins, common: &[String], at: usize) {
        let any = common[draw.below(common.len())].clone();
        let (ids, trashed) = (&mut self.ids[at], &mut self.trashed[at]);
        let id = ids[draw.below(ids.len())].clone();
        let other = ids[draw.below(ids.len())].clone();
        let is_fixed = self.fixed.contains(&id);
        if self.is_scheduled && draw.below(4) == 0 {
            let change = match draw.below(2) {
                0 => set(
                    &id,
                    "Published",
                    date(draw.of(&["2099-01-01", "2098-06-01"])),
                ),
                _ => set(&id, "Status", "Published".into()),
            };
            twins.try_at(at, &change);
            return;
        }
        let change = match draw.below(14) {
            0..3 => titled(&id, draw.of(&TITLES)),
            3 => set(&id, "Status", draw.of(&["Draft", "In review"]).into()),
            4 => set(
                &id,
                "Category",
                draw.of(&["Story", "How-to", "Announcement"]).into(),
            ),
            5 => set(&id, "Related", list(&[&any, &other])),
            6 => set(
                &id,
                "Slug",
                draw.of(&["open-firmware", "one", "skerry"]).into(),
            ),
            7 | 8 => {
                let line = match draw.below(4) {
                    0 => format!("Names @{{page:{any}}} and @{{page:{other}}}"),
                    1 => "{\"image\":\"stored:secret.png\"}".to_owned(),
                    2 => format!(r#"{{"link_to_page":"{any}"}}"#),
                    _ => "@{user:62f746b4-84e6-4ceb-95bd-447e7184d454} wrote".to_owned(),
                };
                return twins.line_at(at, &id, &line);
            }
            9 if !is_fixed => {
                trashed.push(id.clone());
                Change::Trash {
                    id: id.parse().unwrap(),
                }
            }
            10 if !trashed.is_empty() => Change::Restore {
                id: trashed
                    .swap_remove(draw.below(trashed.len()))
                    .parse()
                    .unwrap(),
            },
            11 if !is_fixed => Change::Unshare {
                id: id.parse().unwrap(),
            },
            12 => Change::Share {
                id: id.parse().unwrap(),
            },
            _ => {
                let parent = draw.of(&[BLOG_DATA_SOURCE_ID, id.as_str()]);
                ids.extend(twins.page_at(at, parent, draw.of(&TITLES)));
                return;
            }
        };
        twins.try_at(at, &change);
    }
}

impl Twins {
    /// In one world, where it makes sense.
    fn try_at(&mut self, at: usize, change: &Change) -> Option<String> {
        let world = &mut self.worlds[at];
        let now = world.now.millis();
        let done = world.sim.workspace_mut().apply(change.clone(), now);
        self.log.push(format!("{at}: {change:?} {done:?}"));
        done.ok().map(|id| id.to_string())
    }

    /// A block in one world, and one in the bin of the other.
    fn line_at(&mut self, at: usize, page: &str, line: &str) {
        let append = |parent: &str| Change::AppendLine {
            parent: parent.parse().unwrap(),
            line: line.to_owned(),
        };
        if self.try_at(at, &append(page)).is_some() {
            self.try_at(1 - at, &append(&self.bin.clone())).unwrap();
        }
    }

    /// The same of a page.
    fn page_at(&mut self, at: usize, parent: &str, title: &str) -> Option<String> {
        let id = self.try_at(at, &made(parent, title))?;
        // Notion gives rows their numbers by all that there are.
        let place = match parent {
            BLOG_DATA_SOURCE_ID => parent.to_owned(),
            _ => self.bin.clone(),
        };
        let elsewhere = self.try_at(1 - at, &made(&place, title));
        assert_eq!(elsewhere.as_ref(), Some(&id));
        let purge = Change::Purge {
            id: id.parse().unwrap(),
        };
        self.try_at(1 - at, &purge);
        Some(id)
    }

    /// Something that happens to what may be public, in both.
    fn go_on(
        &mut self,
        draw: &mut Draw,
        common: &mut Vec<String>,
        secrets: &Secrets,
        trashed: &mut Vec<String>,
    ) {
        let id = common[draw.below(common.len())].clone();
        let other = common[draw.below(common.len())].clone();
        let named = draw.below(2);
        let ids = &secrets.ids[named];
        let named = ids[draw.below(ids.len())].clone();
        let fixed = draw.of(&[0, 1]);
        let fixed = secrets.fixed[fixed].clone();
        if secrets.is_scheduled && draw.below(3) == 0 {
            let now = self.worlds[0].now;
            let seconds = draw.of(&[0, 60, 600, 3_000, 9_000, 90_000]);
            let at = now.plus(Duration::from_secs(seconds)).to_string();
            let change = set(&id, "Published", date(&at));
            let one = self.try_at(0, &change);
            assert_eq!(self.try_at(1, &change), one, "{change:?}");
            return;
        }
        let change = match draw.below(16) {
            0..4 => {
                let status = draw.of(&["Published", "Published", "Draft"]);
                set(&id, "Status", status.into())
            }
            4 | 5 => titled(&id, draw.of(&TITLES)),
            6 => set(&id, "Related", list(&[&other, &fixed])),
            7..11 => {
                let line = match draw.below(5) {
                    0 => format!("Names @{{page:{named}}} and @{{page:{other}}}"),
                    1 => format!(
                        "A [link](https://www.notion.so/{}) to it",
                        other.replace('-', "")
                    ),
                    2 => format!(r#"{{"link_to_page":"{named}"}}"#),
                    3 => "# A heading".to_owned(),
                    _ => "More text".to_owned(),
                };
                Change::AppendLine {
                    parent: id.parse().unwrap(),
                    line,
                }
            }
            11 => {
                trashed.push(id.clone());
                Change::Trash {
                    id: id.parse().unwrap(),
                }
            }
            12 if !trashed.is_empty() => Change::Restore {
                id: trashed
                    .swap_remove(draw.below(trashed.len()))
                    .parse()
                    .unwrap(),
            },
            13 => made(&id, "A child"),
            // No row: Notion numbers rows by all that there are, drafts as well.
            14 => made(&id, draw.of(&TITLES)),
            _ => set(
                &id,
                "Slug",
                draw.of(&["open-firmware", "one", "new"]).into(),
            ),
        };
        let is_new = matches!(change, Change::CreatePage { .. });
        let one = self.try_at(0, &change);
        assert_eq!(self.try_at(1, &change), one, "{change:?}");
        if is_new && let Some(id) = one {
            common.push(id);
        }
    }
}

/// Pages become public by a status, or by a status at a time, and then what is stored expires as well.
fn tell(seeds: impl Iterator<Item = u64>, is_scheduled: bool) {
    for seed in seeds {
        let mut draw = Draw::new(seed);
        let mut twins = Twins::new(draw.of(&["/{slug}", "/{parents}/{slug}"]));
        for world in twins.worlds.iter_mut().filter(|_| is_scheduled) {
            let rule = PublishRule::parse("Status=Published && Published<=now");
            world.settings.publish_rule = rule.ok();
            world.settings.ttl = Some(Duration::from_secs(3 * 24 * 3_600));
        }
        let (mut common, drafts) = posts(&twins.worlds[0]);
        common.extend(drafts);
        common.extend(TITLES.map(|it| twins.both(&made(BLOG_DATA_SOURCE_ID, it))));
        let fixed: Vec<String> = (0..2)
            .map(|_| twins.both(&made(BLOG_DATA_SOURCE_ID, "Fixed")))
            .collect();
        let mut secrets = Secrets {
            ids: [fixed.clone(), fixed.clone()],
            trashed: [Vec::new(), Vec::new()],
            fixed,
            is_scheduled,
        };
        let mut trashed = Vec::new();
        // Whoever takes so much away means it.
        for world in &mut twins.worlds {
            redis::cmd("HSET")
                .arg(&["notion:export:lease", "confirmed_until", "9999999999999"])
                .exec(&mut world.connection)
                .unwrap();
        }
        for round in 0..5 {
            for _ in 0..draw.below(6) {
                twins.go_on(&mut draw, &mut common, &secrets, &mut trashed);
            }
            for _ in 0..draw.below(9) {
                let at = draw.below(2);
                secrets.go_on(&mut draw, &mut twins, &common, at);
            }
            twins.log.push(format!("export {round}"));
            // Within the day: when a formula that counts days is read again follows from all that there is to read.
            twins.export(draw.of(&[120, 600, 3_000]) as u64);
            twins.assert_alike(&format!("SEED={seed}, round {round}"));
        }
    }
}

#[test]
fn whatever_becomes_of_drafts_nobody_is_told() {
    tell(seeds(4), false);
}

#[test]
fn whatever_becomes_of_what_is_scheduled_nobody_is_told_before_its_time() {
    tell(seeds(3), true);
}
