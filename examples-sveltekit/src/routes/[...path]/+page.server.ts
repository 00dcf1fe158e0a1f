/** A page by its path; by its id, with or without hyphens, the way to its path. */
import { getDocument, getPages } from "#lib/server/content.ts";
import { error, redirect } from "@sveltejs/kit";
import { renderEquations } from "notion-edge/katex";
import { highlightCode } from "notion-edge/shiki";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ params }) => {
  const pages = await getPages();
  const all = [...pages.values()];
  const summary = all.find((page) => page.path === `/${params.path}`);
  if (summary !== undefined) {
    const document = await getDocument(summary);
    const { blocks } = document;
    return { pages, summary, document, code: await highlightCode(blocks), equations: renderEquations(blocks) };
  }
  const plain = (id: string) => id.replaceAll("-", "").toLowerCase();
  const named = all.find((page) => plain(page.id) === plain(params.path));
  if (named !== undefined) redirect(307, named.path);
  error(404, "There is no such page, or it is not published.");
};
