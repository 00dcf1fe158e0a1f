//! The calls that write an object: a page, a database or a data source.

use crate::document::Committed;
use crate::engine::unit::{BlockKeys, StoredComments};
use crate::id::Id;
use crate::keys::StagedText;
use crate::member::Member;
use crate::redis::{Script, ScriptCall};

use super::call::{append_blocks, ending};
use super::{Header, Leads, ObjectCommit, PageCommit};

pub fn commit_page(header: &Header<'_>, commit: &PageCommit) -> ScriptCall {
    let (keys, page) = (header.keys, &commit.page);
    let id = page.id;
    let mut all = vec![
        keys.page(id),
        keys.meta(id),
        keys.summaries(),
        keys.pages(),
        keys.slugs(),
        keys.redirects(),
        keys.events(),
        keys.version(),
        keys.stage(StagedText::Object(id)),
        keys.mentions(id),
        keys.children(id),
        keys.comments(id),
        keys.stage(StagedText::Comments(id)),
        keys.expiry(),
        keys.html(id),
        keys.stage(StagedText::Html(id)),
        keys.markdown(id),
        keys.stage(StagedText::Markdown(id)),
        keys.files(),
        keys.unlinked(),
        keys.public_pages(),
        keys.public_summaries(),
        keys.due(),
        keys.public_page(id),
        keys.public_html(id),
        keys.public_markdown(id),
        keys.stage(StagedText::PublicObject(id)),
        keys.stage(StagedText::PublicHtml(id)),
        keys.stage(StagedText::PublicMarkdown(id)),
        keys.public_version(),
        keys.public_events(),
        keys.gone(),
    ];
    all.extend(
        commit
            .listed_by
            .iter()
            .chain(&commit.no_longer_listed_by)
            .cloned(),
    );
    all.extend(
        commit
            .mentions
            .iter()
            .chain(&commit.no_longer_mentions)
            .chain(&commit.originals)
            .map(|id| keys.mentions(*id)),
    );
    let [document, html, markdown] =
        [&page.json, &page.html, &page.markdown].map(|text| match commit.is_staged {
            true => String::new(),
            false => text.whole().into_owned(),
        });
    let mut args = vec![
        commit.member.to_string(),
        commit.version.arg(),
        header.export.to_string(),
        header.run.to_owned(),
        id.to_string(),
        page.hash.clone(),
        page.path.clone(),
        page.face.clone(),
        page.ancestors.clone(),
        commit
            .mentions
            .iter()
            .map(Id::to_string)
            .collect::<Vec<_>>()
            .join(","),
        commit.listed_by.join("\n"),
        page.summary.clone(),
        page.last_edited.millis().to_string(),
        page.created.millis().to_string(),
        page.last_edited.to_string(),
        page.json.len().to_string(),
        document,
        html,
        markdown,
        commit.owner.arg(),
    ];
    args.extend(standing(page));
    let lists = [commit.listed_by.len(), commit.no_longer_listed_by.len()];
    let mentions = [commit.mentions.len(), commit.no_longer_mentions.len()];
    args.extend(
        lists
            .into_iter()
            .chain(mentions)
            .map(|count| count.to_string()),
    );
    let Leads {
        held,
        nested,
        shown,
        are_all,
    } = &commit.leads;
    let held: Vec<&Member> = held.iter().filter(|it| header.is_left_in(it)).collect();
    args.push(held.len().to_string());
    // What others hold does not lie below it.
    let is_narrow = header.job.is_urgent() || !header.scope.is_everything();
    let shown = shown.iter().filter(|_| !is_narrow);
    args.extend(held.into_iter().chain(shown).map(Member::to_string));
    let nested: Vec<String> = nested.iter().map(Member::to_string).collect();
    let extent = if *are_all { "=" } else { "+" };
    args.extend([
        format!("{extent}{}", nested.join(",")),
        header.job.name().to_string(),
        header.progress.clone(),
        shown_files(commit.files.as_ref()),
    ]);
    let mut call = ending(header, Script::COMMIT_PAGE, all, args);
    if let Some((_, change)) = &commit.blocks {
        append_blocks(&mut call, keys, change);
    }
    call.args.push(match commit.blocks {
        Some((BlockKeys::Written | BlockKeys::Renewed, _)) => "written".to_owned(),
        Some((BlockKeys::Removed | BlockKeys::None, _)) => "removed".to_owned(),
        None => String::new(),
    });
    call.args.push(match &commit.comments {
        StoredComments::Kept => "kept".to_owned(),
        StoredComments::Written(json) => json.clone(),
        StoredComments::Staged => "staged".to_owned(),
    });
    call
}

/// Who may read a page, when it becomes public, and what those get who may read only what is.
fn standing(page: &Committed) -> [String; 4] {
    let standing = page.standing.as_ref();
    let visibility = standing.map(|it| it.visibility.word().to_owned());
    let due = standing.and_then(|it| it.due);
    let summary = page.public.as_ref().map(|public| public.summary.clone());
    let hash = page.public.as_ref().map(|public| match public.texts {
        Some(_) => public.hash.clone(),
        None => format!("={}", public.hash),
    });
    [
        visibility.unwrap_or_default(),
        due.map(|due| due.millis().to_string()).unwrap_or_default(),
        summary.unwrap_or_default(),
        hash.unwrap_or_default(),
    ]
}

/// The files that an object shows, as a commit takes them.
fn shown_files(lines: Option<&String>) -> String {
    lines.cloned().unwrap_or_else(|| "kept".to_owned())
}

pub fn commit_object(header: &Header<'_>, commit: &ObjectCommit) -> ScriptCall {
    let (keys, id) = (header.keys, commit.member.id());
    let mut all = vec![
        commit.key.clone(),
        keys.meta(id),
        keys.summaries(),
        keys.children(id),
        keys.mentions(id),
        keys.expiry(),
        keys.files(),
        keys.unlinked(),
    ];
    all.extend(
        commit
            .listed_by
            .iter()
            .chain(&commit.no_longer_listed_by)
            .cloned(),
    );
    let mut args = vec![
        commit.member.to_string(),
        commit.version.arg(),
        header.export.to_string(),
        commit.ancestors.clone(),
        commit.listed_by.join("\n"),
        commit.summary.clone(),
        commit.created.millis().to_string(),
        commit.json.clone(),
        commit.face.clone(),
        commit.owner.arg(),
        commit.listed_by.len().to_string(),
        commit.no_longer_listed_by.len().to_string(),
    ];
    // A data source leads up to its database, which may not be meant.
    let is_narrow = header.job.is_urgent() || header.scope.roots.is_some();
    let is_upwards = is_narrow && matches!(commit.member, Member::DataSource(_));
    let is_followed = |it: &&Member| !is_upwards && header.is_left_in(it);
    let found = commit.found.iter().filter(is_followed);
    args.extend(found.map(Member::to_string));
    let is_narrow = header.job.is_urgent() || !header.scope.is_everything();
    let unknown = commit.unknown.filter(|_| !is_narrow);
    args.extend(unknown.map(|member| member.to_string()));
    args.push(header.job.name().to_string());
    args.push(shown_files(commit.files.as_ref()));
    ending(header, Script::COMMIT_OBJECT, all, args)
}
