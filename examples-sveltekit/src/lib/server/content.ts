/**
 * What the site shows of the workspace: everything in a preview, otherwise neither drafts nor what lies below them.
 * Where the Worker has a publish rule, it gives no drafts to begin with. Nothing is remembered here: the hook keeps whole pages.
 */
import { error } from "@sveltejs/kit";
import { type Block, isBadRequestError, isNotionEdgeError, type PageSummary, type TreeNode } from "notion-edge";
import type { Blog } from "../notion-edge.ts";
import { isDraft, publishedOn } from "../site.ts";

/** What is shown. */
export interface Content {
  /** Pages and databases, what lies in which. */
  tree: TreeNode[];
  /** The pages among them, by id. */
  pages: Map<string, TreeNode>;
  /** The posts, newest first. */
  posts: Blog[];
}

/** Reads what is shown: one request for the tree, and one for each hundred posts. */
export async function readContent({ notion, isPreview }: App.Locals): Promise<Content> {
  const rows = Array.fromAsync(notion.dataSource("Blog").iterate());
  const [all, posts] = await Promise.all([notion.getTree({ rows: true }), rows]).catch(unavailable);
  const shown = posts.filter((post) => isPreview || !isDraft(post));
  const isShown = new Set(shown.map(({ id }) => id));
  const drafts = new Set(posts.filter(({ id }) => !isShown.has(id)).map(({ id }) => id));
  const tree = without(all, drafts);
  const pages = new Map(flat(tree).map((page) => [page.id, page]));
  return {
    tree,
    pages,
    // A post is listed once its page is in the tree as well.
    posts: shown
      .filter(({ id }) => pages.has(id))
      .sort((a, b) => publishedOn(b).localeCompare(publishedOn(a)) || a.path.localeCompare(b.path)),
  };
}

/** The rows of the databases among blocks, as far as they are shown: one request for each hundred of a database. */
export async function rowsOf(
  { notion }: App.Locals,
  blocks: readonly Block[],
  pages: ReadonlyMap<string, unknown>,
): Promise<Map<string, PageSummary[]>> {
  const read = async (parentId: string) => {
    const rows = await Array.fromAsync(notion.iteratePages({ parentId })).catch(unavailable);
    const shown = rows.filter(({ id }) => pages.has(id));
    return [parentId, shown.sort((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1))] as const;
  };
  return new Map(await Promise.all(databasesIn(blocks).map(read)));
}

function orderOf({ last_edited_time, id }: PageSummary): string {
  return last_edited_time + id;
}

function databasesIn(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => [
    ...(block.type === "child_database" ? [block.id] : []),
    ...databasesIn(block.children ?? []),
  ]);
}

/** The pages of a tree, each before what lies below it. */
export function flat(tree: readonly TreeNode[]): TreeNode[] {
  return tree.flatMap((node) => [...(node.object === "page" ? [node] : []), ...flat(node.children)]);
}

function without(tree: readonly TreeNode[], drafts: ReadonlySet<string>): TreeNode[] {
  const shown = tree.filter(({ id }) => !drafts.has(id));
  return shown.map((node) => ({ ...node, children: without(node.children, drafts) }));
}

/** What a route does where the Worker does not answer: for the `catch` of what it asks. */
export function unavailable(cause: unknown): never {
  if (!isNotionEdgeError(cause)) throw cause;
  console.error(cause);
  if (isBadRequestError(cause)) error(500, "The content is not as this site expects it.");
  error(503, "The content cannot be reached at the moment.");
}
