/** The index of the search: what it knows of each page that the site shows. */
import { getPages } from "../lib/pages";
import type { Found } from "../lib/search";
import { UNTITLED } from "../site";

export async function GET(): Promise<Response> {
  const pages = [...(await getPages()).values()];
  const index = pages.map(({ title, path, toc, excerpt }): Found => {
    return { title: title || UNTITLED, path, headings: toc.map(({ text }) => text), excerpt };
  });
  return Response.json(index);
}
