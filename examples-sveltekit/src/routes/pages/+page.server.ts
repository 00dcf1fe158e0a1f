/** All pages. */
import { getPages } from "#lib/server/content.ts";

export async function load() {
  return { pages: await getPages() };
}
