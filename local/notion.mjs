/** Asks the workspace itself for something to show; the Worker takes no part in it. */

const NOTION = "https://api.notion.com";
const VERSION = "2026-03-11";

/**
 * The id of a page that the integration can see, or undefined where none can be had.
 * @param {Record<string, string>} vars the Worker's variables
 * @returns {Promise<string | undefined>}
 */
export async function examplePage({ NOTION_BASE_URL = NOTION, NOTION_TOKEN }) {
  const headers = {
    authorization: `Bearer ${NOTION_TOKEN}`,
    "content-type": "application/json",
    "notion-version": VERSION,
  };
  const body = JSON.stringify({ page_size: 1, filter: { property: "object", value: "page" } });
  try {
    const response = await fetch(new URL("/v1/search", NOTION_BASE_URL), { method: "POST", headers, body });
    const answer = /** @type {{ results?: { id: string }[] }} */ (await response.json());
    return answer.results?.[0]?.id;
  } catch {
    return undefined;
  }
}
