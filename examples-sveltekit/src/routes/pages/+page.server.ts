/** All pages. */
import type { TreeNode } from "notion-edge";
import { flat, readContent } from "#lib/server/content.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals }) => {
  const { pages, posts, tree } = await readContent(locals);
  // The blog has a list of its own.
  const blog = posts[0]?.database_id;
  const databases = new Set(databasesIn(tree).filter((id) => id !== blog));
  return { pages, tree, databases, total: flat(tree).length - posts.length };
};

function databasesIn(tree: readonly TreeNode[]): string[] {
  return tree.flatMap((node) => [...(node.object === "database" ? [node.id] : []), ...databasesIn(node.children)]);
}
