/** The published posts, newest first. */
import { getPages } from "#lib/server/content.ts";
import { isPost, publishedOn } from "#lib/site.ts";

export async function load() {
  const pages = await getPages();
  const posts = [...pages.values()].filter(isPost).sort((a, b) => publishedOn(b).localeCompare(publishedOn(a)));
  return { pages, posts };
}
