/** The posts with a tag, newest first. */
import { error } from "@sveltejs/kit";
import { readContent } from "#lib/server/content.ts";
import { partOf } from "#lib/server/paging.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { posts } = await readContent(locals);
  const tagged = posts.filter((post) => post.values.Tags.some((tag) => tag === params.tag));
  if (tagged.length === 0) error(404, "No post has this tag.");
  return { tag: params.tag, total: tagged.length, posts: partOf(tagged, url) };
};
