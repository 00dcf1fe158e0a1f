/** A page by its path, with what is around it; by an old path, or by its id with or without hyphens, the way to its path. */
import { error, redirect } from "@sveltejs/kit";
import { renderEquations } from "notion-edge/katex";
import { highlightCode } from "notion-edge/shiki";
import { loadPage } from "notion-edge/sveltekit";
import { beside, pagesOf, sectionOf } from "#lib/section.ts";
import { readContent, rowsOf } from "#lib/server/content.ts";
import { isPost } from "#lib/site.ts";
import type { PageServerLoad } from "./$types";

const NOTHING = "There is no such page, or it is not published.";
const ID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { pages, posts, tree } = await readContent(locals);
  if (ID.test(params.path)) {
    const plain = params.path.replaceAll("-", "").toLowerCase();
    const named = [...pages.values()].find(({ id }) => id.replaceAll("-", "") === plain);
    if (named?.path) redirect(307, encodeURI(named.path));
  }
  const paths = new Set([...pages.values()].map(({ path }) => encodeURI(path ?? "")));
  const { page } = await loadPage(locals.notion, url.pathname, {
    error,
    // Where a draft has gone is not told either.
    redirect: (status, location) => (paths.has(location) ? redirect(status, location) : error(404, NOTHING)),
  });
  if (!pages.has(page.id)) error(404, NOTHING);
  const section = isPost(page) ? undefined : sectionOf(tree, page.id);
  return {
    pages,
    rows: await rowsOf(locals, page.blocks, pages),
    section,
    document: page,
    // Of posts the older one is before.
    neighbours: beside(isPost(page) ? posts.toReversed() : section ? pagesOf(section) : [], page.id),
    code: await highlightCode(page.blocks),
    equations: renderEquations(page.blocks),
  };
};
