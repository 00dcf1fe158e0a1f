/**
 * The site itself: its name, its language, and what is a post.
 */
import { BLOG_DATA_SOURCE_ID, NOTION_EDGE_URL } from "$app/env/public";
import { createClient, type PageSummary } from "notion-edge";

export const SITE = {
  title: "Little Auk Instruments",
  description: "Tide gauges for small harbours, and what we learn from them.",
};

/** The language of everything that no page says itself, and of its dates. */
export const LANG = "en-GB";

/** The address of a file: readers get files from the Worker. */
export const { fileUrl } = createClient({ url: NOTION_EDGE_URL });

export function isPost(page: PageSummary): boolean {
  return page.data_source_id === BLOG_DATA_SOURCE_ID;
}

/** The day of publication, `2026-10-12`; of a post without one, the day it was made. */
export function publishedOn(post: PageSummary): string {
  const date = post.values.Published;
  const isDate = typeof date === "object" && date !== null && "start" in date;
  return (isDate ? date.start : post.created_time).slice(0, 10);
}
