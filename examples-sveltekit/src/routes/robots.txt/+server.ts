/** What robots may read: everything but what searches find and the switch of the theme. */
import { SITE_URL } from "$app/env/private";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = ({ url }) => {
  const lines = [
    "User-agent: *",
    "Disallow: /search",
    "Disallow: /theme",
    `Sitemap: ${SITE_URL ?? url.origin}/sitemap.xml`,
  ];
  return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
};
