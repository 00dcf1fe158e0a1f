/** The theme that a reader has chosen, which a cookie remembers. */
import type { Cookies } from "@sveltejs/kit";
import { THEMES, type Theme } from "../theme.ts";

const COOKIE = "theme";
const YEAR_S = 365 * 24 * 60 * 60;

/** The theme of a cookie, or of a form. */
export function parseTheme(text: string | null | undefined): Theme {
  return THEMES.find(({ theme }) => theme === text)?.theme ?? "system";
}

export function themeOf(cookies: Cookies): Theme {
  return parseTheme(cookies.get(COOKIE));
}

export function rememberTheme(cookies: Cookies, theme: Theme): void {
  // It is no secret, and a machine in the local network has no https.
  const options = { path: "/", secure: false };
  if (theme === "system") cookies.delete(COOKIE, options);
  else cookies.set(COOKIE, theme, { ...options, maxAge: YEAR_S });
}
