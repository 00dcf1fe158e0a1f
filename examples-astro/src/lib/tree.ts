/** What lies under what, as the Worker knows it: pages that may be shown, and databases that hold some, the oldest first. */
import type { TreeNode } from "notion-edge";
import { notion } from "./notion";
import { getPages, isPost, type Page } from "./pages";

/** A page or a database, with what is below it. */
export type Node = { id: string; title: string; page: Page | undefined; children: Node[] };

/** While developing it is read again after a moment, so that a reload shows what was edited. */
const FRESH_MS = import.meta.env.DEV ? 2000 : Number.POSITIVE_INFINITY;

let read: { at: number; tree: Promise<TreeNode[]> } | undefined;

/** The whole workspace but the posts, which have lists of their own. */
export async function getTree(): Promise<Node[]> {
  if (read === undefined || Date.now() - read.at > FRESH_MS)
    read = { at: Date.now(), tree: notion.getTree({ rows: true }) };
  const pages = await getPages();
  const shown = (nodes: readonly TreeNode[]): Node[] =>
    nodes.flatMap(({ id, title, object, children }) => {
      const page = pages.get(id);
      const below = shown(children);
      const isShown = object === "database" ? below.length > 0 : page !== undefined && !isPost(page);
      return isShown ? [{ id, title, page, children: below }] : [];
    });
  return shown(await read.tree);
}
