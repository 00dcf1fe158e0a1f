/** The documentation: the pages below one page, in the order in which they are read. */
import { DOCUMENTATION } from "../site";
import { getTree, type Node } from "./tree";

/** A page of the documentation. */
export interface Chapter {
  id: string;
  title: string;
  path: string;
  children: Chapter[];
}

/** The page where it begins, with all pages below it; nothing where that page is not there. */
export async function getDocumentation(): Promise<Chapter[]> {
  const chapters = (nodes: readonly Node[]): Chapter[] =>
    nodes.flatMap(({ page, children }) =>
      page === undefined ? [] : [{ id: page.id, title: page.title, path: page.path, children: chapters(children) }],
    );
  return chapters((await getTree()).filter(({ id }) => id === DOCUMENTATION));
}

/** Chapters one after the other. */
export function inOrder(chapters: readonly Chapter[]): Chapter[] {
  return chapters.flatMap((chapter) => [chapter, ...inOrder(chapter.children)]);
}
