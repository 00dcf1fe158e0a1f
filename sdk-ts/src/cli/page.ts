/** How people name a page to a command: what `doctor/target.ts` reads, and refuses as a problem of the arguments. */
import type { Client } from "../client.ts";
import { type Target, targetOf } from "../doctor/target.ts";
import { isPageId, parseId } from "../id.ts";
import type { Context } from "./context.ts";
import { EXIT, Problem } from "./problem.ts";
import type { Variables } from "./settings.ts";

/** What commands say of the argument that names a page. */
export const PAGE = "its id, its path, or its address on the site or in Notion";

/** The id or the path of the page. */
export function pageNamed(name: string, { SITE_URL }: Variables): string {
  assertNamed(name);
  const { id, address } = targetNamed(name, SITE_URL);
  return id ?? (name.startsWith("/") ? name : `/${address}`);
}

/** A part of an id, or a title, is taken for no path: that it is not there would be true, and no help. */
export function assertNamed(name: string): void {
  if (isPageId(name) || /^(\/|https?:)/.test(name)) return;
  throw new Problem(`${JSON.stringify(name)} is no id, no path such as /blog/tides, and no address`, EXIT.usage);
}

function targetNamed(name: string, site?: string): Target {
  try {
    return targetOf(name, site);
  } catch (error) {
    throw error instanceof TypeError ? new Problem(error.message, EXIT.usage) : error;
  }
}

/** The id that stands in the text: it is one, or an address in Notion. Nobody is asked which page has a path. */
export function idNamed(name: string, what: string): string {
  const isOne = isPageId(name) || /^https?:.*[0-9a-f]{12}/i.test(name);
  const found = isOne ? targetNamed(name).id : undefined;
  if (found !== undefined) return found;
  throw new Problem(
    `name the ${what} by its id or its address in Notion: ${JSON.stringify(name)} is neither`,
    EXIT.usage,
  );
}

/** The id of the page, which a path is asked for. */
export async function idOf(client: Client, name: string, { variables, signal }: Context): Promise<string> {
  const named = pageNamed(name, variables);
  if (isPageId(named)) return parseId(named, "page");
  const page = await client.getPage(named, { fields: ["id"], signal });
  if (page !== null) return page.id;
  throw new Problem(`no page has the path ${named}: name it by its id or its address in Notion`);
}
