/** What a search finds, as far as it is shown. */
import { isBadRequestError, type SearchResults } from "notion-edge";
import { readContent, unavailable } from "#lib/server/content.ts";
import type { PageServerLoad } from "./$types";

const MOST = 50;
/** More is no question. */
const MOST_CHARACTERS = 200;

export const load: PageServerLoad = async ({ locals, url }) => {
  const words = (url.searchParams.get("q") ?? "").trim().slice(0, MOST_CHARACTERS);
  if (words === "") return { words, found: [], total: 0 };
  const [{ pages }, { results, total }] = await Promise.all([readContent(locals), search(locals, words)]);
  const found = results.filter(({ id }) => pages.has(id));
  return { words, found, total: total - (results.length - found.length) };
};

async function search({ notion }: App.Locals, words: string): Promise<SearchResults> {
  return notion.search(words, { limit: MOST }).catch((cause: unknown) => {
    // Such as a question of nothing but signs.
    if (isBadRequestError(cause) && cause.status === 400) return { results: [], total: 0 };
    return unavailable(cause);
  });
}
