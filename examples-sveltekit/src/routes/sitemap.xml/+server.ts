/** All pages, for search engines. */
import { SITE_URL } from "$app/env/private";
import { readContent, unavailable } from "#lib/server/content.ts";
import { escape, xml } from "#lib/server/xml.ts";
import type { RequestHandler } from "./$types";

/** A sitemap has no more. */
const MOST = 50_000;

export const GET: RequestHandler = async ({ locals, url }) => {
  const all = Array.fromAsync(locals.notion.iteratePages()).catch(unavailable);
  const [{ pages }, summaries] = await Promise.all([readContent(locals), all]);
  const origin = SITE_URL ?? url.origin;
  const shown = summaries.filter(({ id }) => pages.has(id)).slice(0, MOST - 1);
  const entries = shown.map(
    ({ path, last_edited_time }) =>
      `<url><loc>${escape(origin + encodeURI(path))}</loc><lastmod>${last_edited_time.slice(0, 10)}</lastmod></url>`,
  );
  return xml(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>${escape(origin)}/</loc></url>
${entries.join("\n")}
</urlset>`);
};
