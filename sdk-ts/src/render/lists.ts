/**
 * List items as lists: Notion has the items one after the other, HTML wants them in a list.
 */
import type { Block } from "../generated.ts";
import { isHollow } from "./blocks.ts";

/** An item of a list. */
export type ListItem = Extract<Block, { type: "bulleted_list_item" | "numbered_list_item" | "to_do" }>;

/** Items that follow each other, as one list. */
export type List = {
  [T in ListItem["type"]]: { type: (typeof LISTS)[T]; items: Extract<ListItem, { type: T }>[] };
}[ListItem["type"]];

const LISTS = {
  bulleted_list_item: "bulleted_list",
  numbered_list_item: "numbered_list",
  to_do: "to_do_list",
} as const;

/** The same blocks in the same order, with each run of list items of one type put into a list. */
export function groupLists(blocks: readonly Block[]): (Exclude<Block, ListItem> | List)[] {
  const grouped: (Block | { type: string; items: Block[] })[] = [];
  let open: { type: string; items: Block[] } | undefined;
  for (const block of blocks) {
    const type = isListItem(block) ? LISTS[block.type] : undefined;
    if (type === undefined) {
      grouped.push(block);
      open = undefined;
    } else if (open?.type === type && !startsAnew(block)) {
      open.items.push(block);
    } else {
      open = { type, items: [block] };
      grouped.push(open);
    }
  }
  return grouped as ReturnType<typeof groupLists>;
}

function isListItem(block: Block): block is ListItem {
  return Object.hasOwn(LISTS, block.type) && !isHollow(block);
}

/** Notion says on the first item where a numbered list begins to count. */
function startsAnew(block: Block): boolean {
  return block.type === "numbered_list_item" && typeof block.numbered_list_item.list_start_index === "number";
}
