/**
 * What the site shows: every page of the workspace except drafts, and what lies below them.
 * The list is kept for a moment, so that most requests cost one question to the Worker; an old list is better than none.
 */
import { NOTION_EDGE_TOKEN } from "$app/env/private";
import { NOTION_EDGE_URL } from "$app/env/public";
import { error } from "@sveltejs/kit";
import { createClient, isNotionEdgeError, type PageDocument, type PageSummary } from "notion-edge";
import { isPost } from "../site.ts";

type Pages = Map<string, PageSummary>;

const FRESH_MS = 10_000;

/** A reader does not wait longer than this. */
const notion = createClient({ url: NOTION_EDGE_URL, token: NOTION_EDGE_TOKEN, timeout: 5000 });

let known: { at: number; pages: Pages } | undefined;
let loading: Promise<Pages> | undefined;

/** All pages that may be shown, by id, newest first. */
export async function getPages(): Promise<Pages> {
  if (known !== undefined && Date.now() - known.at < FRESH_MS) return known.pages;
  loading ??= load().finally(() => (loading = undefined));
  const pages = await loading.catch((cause) => known?.pages ?? unavailable(cause));
  known = { at: Date.now(), pages };
  return pages;
}

/** The document of a page that may be shown. */
export async function getDocument(page: PageSummary): Promise<PageDocument> {
  const document = await notion.getPage(page.id).catch(unavailable);
  return document ?? error(404, "This page is gone.");
}

async function load(): Promise<Pages> {
  const all = await Array.fromAsync(notion.iteratePages());
  const drafts = new Set(all.filter((page) => isPost(page) && page.values.Status !== "Published").map(({ id }) => id));
  const shown = all.filter((page) => ![page.id, ...page.ancestors].some((id) => drafts.has(id)));
  return new Map(shown.map((page) => [page.id, page]));
}

function unavailable(cause: unknown): never {
  if (!isNotionEdgeError(cause)) throw cause;
  console.error(cause);
  error(503, "The content cannot be reached at the moment.");
}
