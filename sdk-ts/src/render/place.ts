/**
 * What of a workspace an address names, as far as it is one of Notion's; ids are all that is read of it.
 */
import { parseId } from "../id.ts";

const ID = "[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** A page's own address in Notion, relative or absolute; its id stands at the end of the path. */
const IN_NOTION = new RegExp(
  `^(?:(?:https?|notion)://(?:[\\w-]+\\.)*notion\\.(?:so|com|site))?/(?:[^?#]*[/-])?(${ID})/?(?:[?#]|$)`,
  "i",
);

/** The row that is shown beside the others of the database that the address names. */
const ROW = new RegExp(`^[^#]*[?&]p=(${ID})(?:[&#]|$)`, "i");

/** The block that an address in Notion ends with. */
const BLOCK = new RegExp(`#(${ID})$`, "i");

/** What of a workspace an address names: a page or a database, and the block in it. */
export function placeIn(url: string): { id?: string | undefined; block?: string | undefined } {
  const address = url.trim();
  const named = IN_NOTION.exec(address)?.[1];
  if (named === undefined) return {};
  const block = BLOCK.exec(address)?.[1];
  return { id: ROW.exec(address)?.[1] ?? named, block: block && parseId(block, "href") };
}
