/** How people name a page: by its id, its path, or an address that they copied from their browser. */
import type { Client } from "../client.ts";
import { isPageId, parseId } from "../id.ts";
import { EXIT, Problem } from "./problem.ts";

/** What commands say of the argument that names a page. */
export const PAGE = "its id, its path, or its address on the site or in Notion";

/** Notion puts the id at the end of an address, behind the title. */
const AT_THE_END = /(?:^|[-/])([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The id or the path of the page. */
export function pageNamed(name: string): string {
  const found = nameOf(name);
  if (found !== "/") return found;
  throw new Problem(
    "no page has the path /: the page for it is named by its id, or by the path that it has",
    EXIT.usage,
  );
}

function nameOf(name: string): string {
  if (isPageId(name) || name.startsWith("/")) return name;
  if (!/^https?:/.test(name) || !URL.canParse(name)) {
    throw new Problem(`${JSON.stringify(name)} is no id, no path such as /blog/tides, and no address`, EXIT.usage);
  }
  const { hostname, pathname, searchParams } = new URL(name);
  const isNotion = /(^|\.)notion\.(so|site|com)$/.test(hostname);
  if (!isNotion) return pathname.replace(/(?<=.)\/$/, "");
  // `p` is the page that is open beside a database.
  const id = searchParams.get("p") ?? AT_THE_END.exec(pathname)?.[1];
  if (id !== undefined && isPageId(id)) return id;
  throw new Problem(`the address ${name} holds no id of a page`, EXIT.usage);
}

/** The id that stands in the text: it is one, or an address in Notion. Nobody is asked which page has a path. */
export function idNamed(name: string, what: string): string {
  const found = isPageId(name) || /^https?:/.test(name) ? nameOf(name) : "";
  if (isPageId(found)) return parseId(found, what);
  throw new Problem(
    `name the ${what} by its id or its address in Notion: ${JSON.stringify(name)} is neither`,
    EXIT.usage,
  );
}

/** The id of the page, which a path is asked for. */
export async function idOf(client: Client, name: string, signal: AbortSignal): Promise<string> {
  const named = pageNamed(name);
  if (isPageId(named)) return parseId(named, "page");
  const page = await client.getPage(named, { fields: ["id"], signal });
  if (page !== null) return page.id;
  throw new Problem(`no page has the path ${named}: name it by its id or its address in Notion`);
}
