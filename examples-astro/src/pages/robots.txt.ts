/** What search engines may read: everything, and of a preview nothing. */
import { PREVIEW } from "astro:env/server";
import type { APIContext } from "astro";

export function GET({ site }: APIContext): Response {
  const rules = PREVIEW ? "Disallow: /" : "Allow: /";
  return new Response(`User-agent: *\n${rules}\n\nSitemap: ${new URL("/sitemap.xml", site).href}\n`);
}
