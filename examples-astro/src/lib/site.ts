/**
 * What the site shows: every page of the workspace except drafts, and what lies below them.
 * The list is read once for a build; the documents are read by the pages that show them.
 */
import { BLOG_DATA_SOURCE_ID, NOTION_EDGE_TOKEN, NOTION_EDGE_URL } from "astro:env/server";
import { createClient, type PageSummary } from "notion-edge";

export const SITE = {
  title: "Little Auk Instruments",
  description: "Tide gauges for small harbours, and what we learn from them.",
};

/** The language of everything that no page says itself, and of its dates. */
export const LANG = "en-GB";

export const notion = createClient({ url: NOTION_EDGE_URL, token: NOTION_EDGE_TOKEN });

/** While developing the list is read again after a moment, so that a reload shows what was edited. */
const FRESH_MS = import.meta.env.DEV ? 2000 : Number.POSITIVE_INFINITY;

let loaded: { at: number; pages: Promise<Map<string, PageSummary>> } | undefined;

/** All pages that may be shown, by id, newest first. */
export function getPages(): Promise<Map<string, PageSummary>> {
  if (loaded === undefined || Date.now() - loaded.at > FRESH_MS) loaded = { at: Date.now(), pages: load() };
  return loaded.pages;
}

/** The published posts, newest first. */
export async function getPosts(): Promise<PageSummary[]> {
  const pages = await getPages();
  return [...pages.values()].filter(isPost).sort((a, b) => publishedOn(b).localeCompare(publishedOn(a)));
}

export function isPost(page: PageSummary): boolean {
  return page.data_source_id === BLOG_DATA_SOURCE_ID;
}

/** The day of publication, `2026-10-12`; of a post without one, the day it was made. */
export function publishedOn(post: PageSummary): string {
  const date = post.values.Published;
  const isDate = typeof date === "object" && date !== null && "start" in date;
  return (isDate ? date.start : post.created_time).slice(0, 10);
}

async function load(): Promise<Map<string, PageSummary>> {
  const all = await Array.fromAsync(notion.iteratePages());
  const drafts = new Set(all.filter((page) => isPost(page) && page.values.Status !== "Published").map(({ id }) => id));
  const shown = all.filter((page) => ![page.id, ...page.ancestors].some((id) => drafts.has(id)));
  return new Map(shown.map((page) => [page.id, page]));
}
