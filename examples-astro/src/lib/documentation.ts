/** The documentation: the pages below one page, in the order in which they are read. */
import type { TreeNode } from "notion-edge";
import { DOCUMENTATION } from "../site";
import { notion } from "./notion";
import { getPages } from "./pages";

/** A page of the documentation. */
export interface Chapter {
  id: string;
  title: string;
  path: string;
  children: Chapter[];
}

/** While developing the tree is read again after a moment, so that a reload shows what was edited. */
const FRESH_MS = import.meta.env.DEV ? 2000 : Number.POSITIVE_INFINITY;

let read: { at: number; tree: Promise<TreeNode[]> } | undefined;

/** The page where it begins, with all below it that may be shown; nothing where that page is not there. */
export async function getDocumentation(): Promise<Chapter[]> {
  if (read === undefined || Date.now() - read.at > FRESH_MS) read = { at: Date.now(), tree: notion.getTree() };
  const pages = await getPages();
  const chapters = (nodes: readonly TreeNode[]): Chapter[] =>
    nodes.flatMap(({ id, title, path, children }) =>
      path === null || !pages.has(id) ? [] : [{ id, title, path, children: chapters(children) }],
    );
  return chapters(await read.tree).filter(({ id }) => id === DOCUMENTATION);
}

/** Chapters one after the other. */
export function inOrder(chapters: readonly Chapter[]): Chapter[] {
  return chapters.flatMap((chapter) => [chapter, ...inOrder(chapter.children)]);
}
