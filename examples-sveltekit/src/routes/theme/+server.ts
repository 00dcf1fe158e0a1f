/** The switch between light and dark: remembers what was chosen, and goes back to where it was chosen. */
import { redirect } from "@sveltejs/kit";
import { parseTheme, rememberTheme } from "#lib/server/theme.ts";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = ({ url, cookies, setHeaders }) => {
  rememberTheme(cookies, parseTheme(url.searchParams.get("theme")));
  setHeaders({ "cache-control": "private, no-store" });
  const from = url.searchParams.get("from") ?? "/";
  const back = URL.canParse(from, url.origin) ? new URL(from, url.origin) : url;
  // Nowhere but on this site.
  const isHere = back.origin === url.origin && back.pathname !== url.pathname;
  redirect(303, isHere ? back.pathname.replace(/^\/+/, "/") + back.search : "/");
};
