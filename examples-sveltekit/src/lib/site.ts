/**
 * The site itself: its name, its language, and what is a post.
 */
import { NOTION_EDGE_URL } from "$app/env/public";
import { createClient, type PageDocument } from "notion-edge";
import { type Blog, type BlogDocument, dataSources } from "./notion-edge.ts";

export const SITE = {
  title: "Little Auk Instruments",
  description: "Tide gauges for small harbours, and what we learn from them.",
};

/** The language of everything that no page says itself, and of its dates. */
export const LANG = "en-GB";

/** How many posts a page of the list has. */
export const POSTS_PER_PAGE = 10;

/** The address of a file: readers get files from the Worker. */
export const { fileUrl } = createClient({ url: NOTION_EDGE_URL });

export function isPost(page: { data_source_id: string | null }): boolean {
  return page.data_source_id === dataSources.Blog.id;
}

/** The document of a post as such; nothing for any other page. */
export function asPost(page: PageDocument): BlogDocument | undefined {
  // What stands in the data source has its properties.
  return isPost(page) ? (page as BlogDocument) : undefined;
}

/** Whether a post is shown in a preview only. */
export function isDraft(post: { values: Pick<Blog["values"], "Status"> }): boolean {
  return post.values.Status !== "Published";
}

/** The day of publication, `2026-10-12`; of a post without one, the day it was made. */
export function publishedOn(post: { values: Pick<Blog["values"], "Published">; created_time: string }): string {
  return (post.values.Published?.start ?? post.created_time).slice(0, 10);
}

/** The list of the posts with a tag. */
export function tagPath(tag: string): string {
  return `/tags/${encodeURIComponent(tag)}`;
}
