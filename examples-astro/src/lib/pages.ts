/**
 * What the site shows: every page of the workspace except drafts, and what lies below them.
 * A preview shows these as well.
 */
import { getCollection } from "astro:content";
import { PREVIEW } from "astro:env/server";
import type { PageDocument } from "notion-edge";
import { type BlogDocument, dataSources } from "../notion-edge";

export type Page = PageDocument;
export type Post = BlogDocument;

/** All pages that may be shown, by id, those first that were edited last, as lists of the Worker have them. */
export async function getPages(): Promise<Map<string, Page>> {
  const all = (await getCollection("pages")).map(({ data }): Page => data);
  const drafts = new Set(all.filter(isDraft).map(({ id }) => id));
  const isShown = ({ id, ancestors }: Page) => PREVIEW || ![id, ...ancestors].some((it) => drafts.has(it));
  const shown = all
    .filter(isFile)
    .filter(isShown)
    .sort((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1));
  return new Map(shown.map((page) => [page.id, page]));
}

const told = new Set<string>();

/** Whether a page can have a file of its own: `index.html` is that of the folder, and Astro builds no second one. */
function isFile({ path }: Page): boolean {
  if (!path.endsWith("/index")) return true;
  if (!told.has(path)) console.warn(`${path} is not shown: a page of that path is none on a static site`);
  told.add(path);
  return false;
}

function orderOf({ last_edited_time, id }: Page): string {
  return last_edited_time + id;
}

export function isPost(page: Page): page is Post {
  return page.data_source_id === dataSources.Blog.id;
}

export function isDraft(page: Page): boolean {
  return isPost(page) && page.values.Status !== "Published";
}
