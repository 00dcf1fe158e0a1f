//! A page as Markdown: the common blocks, nested by tabs, and the ids of the rest.
//! A sketch of Notion's own Markdown: enough for a client to see that the endpoint is there.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::path_id;
use crate::id::Uuid;
use crate::json::{Json, object};

pub(crate) fn markdown(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = path_id("page_id", id)?;
    if call.render.workspace.page_of(id).is_none() || !call.render.workspace.is_visible(id) {
        return Err(Refusal::not_found("page", id));
    }
    let mut page = Page {
        call,
        lines: Vec::new(),
        unknown: Vec::new(),
    };
    page.descend(id, 0);
    Ok(object! {
        "object" => "page_markdown",
        "id" => id,
        "markdown" => page.lines.join("\n"),
        "truncated" => false,
        "unknown_block_ids" => Json::Array(page.unknown.into_iter().map(Json::from).collect()),
    })
}

struct Page<'a> {
    call: &'a Call<'a>,
    lines: Vec<String>,
    unknown: Vec<Uuid>,
}

impl Page<'_> {
    fn descend(&mut self, id: Uuid, depth: usize) {
        for child in self.call.render.workspace.children(id) {
            let Some(block) = self.call.render.block(child) else {
                continue;
            };
            match line(&block) {
                Some(line) => self.lines.push(format!("{}{line}", "\t".repeat(depth))),
                None => self.unknown.push(child),
            }
            if !matches!(
                block.get("type").and_then(Json::as_str),
                Some("child_page" | "child_database")
            ) {
                self.descend(child, depth + 1);
            }
        }
    }
}

fn line(block: &Json) -> Option<String> {
    let kind = block.get("type")?.as_str()?;
    let payload = block.get(kind)?;
    let text = || text(payload.get("rich_text"));
    Some(match kind {
        "paragraph" => text(),
        "heading_1" => format!("# {}", text()),
        "heading_2" => format!("## {}", text()),
        "heading_3" => format!("### {}", text()),
        "heading_4" => format!("#### {}", text()),
        "bulleted_list_item" => format!("- {}", text()),
        "numbered_list_item" => format!("1. {}", text()),
        "to_do" => format!(
            "- [{}] {}",
            if payload.get("checked")?.as_bool()? {
                "x"
            } else {
                " "
            },
            text()
        ),
        "quote" | "callout" => format!("> {}", text()),
        "code" => format!("```{}\n{}\n```", payload.get("language")?.as_str()?, text()),
        "divider" => "---".to_string(),
        "equation" => format!("$$\n{}\n$$", payload.get("expression")?.as_str()?),
        "child_page" | "child_database" => {
            let id: Uuid = block.get("id")?.as_str()?.parse().ok()?;
            format!(
                "[{}](https://app.notion.com/p/{})",
                payload.get("title")?.as_str()?,
                id.simple()
            )
        }
        _ => return None,
    })
}

fn text(rich_text: Option<&Json>) -> String {
    let spans = rich_text.map(Json::items).unwrap_or_default();
    spans
        .iter()
        .filter_map(|span| span.get("plain_text")?.as_str())
        .collect()
}
