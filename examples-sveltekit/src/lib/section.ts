/** A section: a page that lies in nothing, and the pages below it without the rows of databases. They are read one after the other. */
import type { TreeNode } from "notion-edge";

/** A page by what a link to it needs. */
export type Place = Pick<TreeNode, "id" | "title" | "path">;

/** What comes before and after a page. */
export interface Neighbours {
  before?: Place | undefined;
  after?: Place | undefined;
}

/** The section that a page is in, if it has other pages; rows are in none. */
export function sectionOf(tree: readonly TreeNode[], id: string): TreeNode | undefined {
  const root = tree.find((node) => pagesOf(node).some((page) => page.id === id));
  return root !== undefined && pagesOf(root).length > 1 ? root : undefined;
}

/** The pages of a section in the order of its navigation. */
export function pagesOf(node: TreeNode): TreeNode[] {
  return node.object === "page" ? [node, ...node.children.flatMap(pagesOf)] : [];
}

/** What stands beside a page in a list. */
export function beside(list: readonly Place[], id: string): Neighbours {
  const at = list.findIndex((place) => place.id === id);
  return at === -1 ? {} : { before: list[at - 1], after: list[at + 1] };
}
