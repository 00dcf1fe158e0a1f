/** The posts, newest first, and all tags. */
import { readContent } from "#lib/server/content.ts";
import { partOf } from "#lib/server/paging.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url }) => {
  const { posts } = await readContent(locals);
  return { posts: partOf(posts, url) };
};
