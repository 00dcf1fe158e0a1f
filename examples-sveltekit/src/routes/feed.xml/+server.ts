/** The latest posts as RSS. */
import { SITE_URL } from "$app/env/private";
import { readContent } from "#lib/server/content.ts";
import { escape, xml } from "#lib/server/xml.ts";
import type { Blog } from "#lib/notion-edge.ts";
import { LANG, publishedOn, SITE } from "#lib/site.ts";
import type { RequestHandler } from "./$types";

const MOST = 20;

export const GET: RequestHandler = async ({ locals, url }) => {
  const { posts } = await readContent(locals);
  const origin = SITE_URL ?? url.origin;
  return xml(
    `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${escape(SITE.title)}</title>
<link>${escape(origin)}/</link>
<atom:link href="${escape(origin)}/feed.xml" rel="self" type="application/rss+xml" />
<description>${escape(SITE.description)}</description>
<language>${LANG}</language>
${posts
  .slice(0, MOST)
  .map((post) => itemOf(post, origin))
  .join("\n")}
</channel>
</rss>`,
    "application/rss+xml",
  );
};

function itemOf(post: Blog, origin: string): string {
  const address = escape(origin + encodeURI(post.path));
  const tags = post.values.Tags.map((tag) => `<category>${escape(tag)}</category>`).join("");
  return `<item>
<title>${escape(post.title || "Untitled")}</title>
<link>${address}</link>
<guid isPermaLink="false">${post.id}</guid>
<pubDate>${new Date(publishedOn(post)).toUTCString()}</pubDate>
<description>${escape(post.values.Summary || post.excerpt)}</description>${tags}
</item>`;
}
