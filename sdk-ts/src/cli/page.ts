/** How people name a page: by its id, its path, or an address that they copied from their browser. */
import { isPageId } from "../id.ts";
import { Problem, EXIT } from "./problem.ts";

/** Notion puts the id at the end of an address, behind the title. */
const AT_THE_END = /(?:^|[-/])([0-9a-f]{32})$/i;

/** The id or the path of the page. */
export function pageNamed(name: string): string {
  if (isPageId(name) || name.startsWith("/")) return name;
  if (!URL.canParse(name)) {
    throw new Problem(`${JSON.stringify(name)} is no id, no path such as /blog/tides, and no address`, EXIT.usage);
  }
  const { hostname, pathname, searchParams } = new URL(name);
  const isNotion = /(^|\.)notion\.(so|site|com)$/.test(hostname);
  if (!isNotion) return pathname;
  // `p` is the page that is open beside a database.
  const id = searchParams.get("p") ?? AT_THE_END.exec(pathname)?.[1];
  if (id !== undefined && isPageId(id)) return id;
  throw new Problem(`the address ${name} holds no id of a page`, EXIT.usage);
}
