/** What a person pastes when a page is missing: an id, a path, an address of the site, of the Worker, or of Notion. */

import { pathAddress } from "../address.ts";

/** A page that is asked for. */
export interface Target {
  /** Its id with hyphens, where the text has one. */
  id: string | undefined;
  /** What stands behind `/v1/why/`: the id, or the path without a slash before it, encoded. */
  address: string;
}

const ID = /([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;
const ONLY_ID = new RegExp(`^${ID.source}`, "i");
const NOTION = /(^|\.)notion\.(so|site|com)$/;
/** Below these the Worker has pages. */
const ROUTE = /^\/v1\/(pages|why)\//;

/**
 * Reads what was pasted; `site` is `SITE_URL`, whose own path is no part of a page's.
 *
 * Throws a TypeError for what names no page.
 */
export function targetOf(text: string, site?: string): Target {
  const given = text.trim();
  const id = idOf(given, ONLY_ID);
  if (id !== undefined) return { id, address: id };
  if (!/^https?:\/\//i.test(given)) return ofPath(given.split(/[?#]/)[0] ?? "", given);
  if (!URL.canParse(given)) throw refusal(given);
  const url = new URL(given);
  if (NOTION.test(url.hostname)) {
    // A page that is opened beside another one is in the query.
    const shown = idOf(url.searchParams.get("p") ?? "", ID) ?? idOf(url.pathname, ID);
    if (shown === undefined) throw refusal(given);
    return { id: shown, address: shown };
  }
  const path = url.pathname.replace(ROUTE, "/");
  const base = site !== undefined && URL.canParse(site) ? new URL(site) : undefined;
  const root = base?.origin === url.origin ? base.pathname.replace(/\/+$/, "") : "";
  return ofPath(path.startsWith(`${root}/`) ? path.slice(root.length) : path, given);
}

function ofPath(path: string, given: string): Target {
  const parts = path.split("/").filter((part) => part !== "");
  const [only = ""] = parts;
  const id = parts.length === 1 ? idOf(only, ONLY_ID) : undefined;
  if (id !== undefined) return { id, address: id };
  const address = pathAddress(path);
  if (address !== undefined) return { id: undefined, address };
  if (parts.length > 0 || path === "") throw refusal(given);
  const shown = JSON.stringify(given.slice(0, 200));
  throw new TypeError(`${shown} names no page: the page for it is named by its id, or by the path that it has`);
}

/** The id that a text has at the place. */
function idOf(text: string, place: RegExp): string | undefined {
  return place.exec(text)?.slice(1, 6).join("-").toLowerCase();
}

function refusal(given: string): TypeError {
  const shown = JSON.stringify(given.slice(0, 200));
  return new TypeError(`${shown} names no page: give its id, its path, or its address on the site or in Notion`);
}
