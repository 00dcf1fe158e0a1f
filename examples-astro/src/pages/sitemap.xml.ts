/** All that the site has for search engines, documents with the day on which they were edited last. */
import type { APIContext } from "astro";
import { getPages } from "../lib/pages";
import { getParts, getTags, pathOfPart } from "../lib/posts";

/** A sitemap has no more. */
const MOST = 50_000;

export async function GET({ site }: APIContext): Promise<Response> {
  const [pages, parts, tags] = await Promise.all([getPages(), getParts(), getTags()]);
  const lists = [
    ...parts.map((_, at) => pathOfPart(at + 1)),
    "/pages",
    "/tags",
    ...[...tags.values()].map(({ path }) => path),
  ];
  const documents = [...pages.values()].map(({ path, last_edited_time }) => ({
    path,
    edited: last_edited_time.slice(0, 10),
  }));
  const entries = [...lists.map((path) => ({ path, edited: undefined })), ...documents].slice(0, MOST);
  const urls = entries.map(({ path, edited }) => {
    const address = new URL(path, site).href.replaceAll("&", "&amp;");
    return `<url><loc>${address}</loc>${edited === undefined ? "" : `<lastmod>${edited}</lastmod>`}</url>`;
  });
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">';
  return new Response(`${head}\n${urls.join("\n")}\n</urlset>\n`, { headers: { "content-type": "application/xml" } });
}
