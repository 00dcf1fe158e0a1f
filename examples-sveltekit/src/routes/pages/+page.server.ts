/** All pages. */
import { flat, readContent, rowsIn } from "#lib/server/content.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals }) => {
  const { pages, posts, tree } = await readContent(locals);
  /** All but the blog, which has a list of its own. */
  const blog = posts[0]?.database_id;
  const databases = new Set([...rowsIn(tree).keys()].filter((id) => id !== blog));
  return { pages, tree, databases, total: flat(tree).length - posts.length };
};
