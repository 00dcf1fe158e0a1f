/** What the frame of every page needs. */
import { SITE_URL } from "$app/env/private";
import { themeOf } from "#lib/server/theme.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = ({ cookies, locals, url }) => ({
  isPreview: locals.isPreview,
  theme: themeOf(cookies),
  origin: SITE_URL ?? url.origin,
});
