/**
 * The blocks that a page links to itself, as from a word to its footnote and back: only these and headings have ids.
 * It is the twin of `src/core/src/render/linked.rs`.
 */
import type { Block, PageDocument, RichText } from "../generated.ts";
import { parseId } from "../id.ts";
import { blockAnchor } from "./headings.ts";
import { placeIn } from "./place.ts";

/** What of a document tells which blocks it links to. */
type Source = Pick<PageDocument, "id" | "blocks">;

/** Of these there is no element that a reader could be led to, or they have ids of their own. */
const WITHOUT_PLACE = /^(?:column|table_row|heading_[1-4])$/;

/** The ids of the blocks that are linked to, and the blocks that have the id of one before them. */
interface Linked {
  ids: Set<string>;
  copies: Set<Block>;
}

/** Documents do not change, and each of their blocks asks. */
const known = new WeakMap<object, Linked>();

/** The `id` of a block of a document, if it is no heading and the document links to it; of copies the first has it. */
export function linkedAnchorOf(block: Block, document: Source): string | undefined {
  const { ids, copies } = linkedIn(document);
  return ids.has(block.id) && !copies.has(block) ? blockAnchor(block.id) : undefined;
}

/** The `id` of the block with this id, if it has one by {@link linkedAnchorOf}. */
export function linkedAnchorOfId(id: string, document: Source): string | undefined {
  return linkedIn(document).ids.has(id) ? blockAnchor(id) : undefined;
}

function linkedIn(document: Source): Linked {
  const before = known.get(document);
  if (before !== undefined) return before;
  const now: Linked = { ids: new Set(), copies: new Set() };
  const blocks = inOrder(document.blocks);
  const wanted = new Set(blocks.flatMap(textsOf).flatMap((text) => namedIn(text, document.id)));
  for (const block of wanted.size === 0 ? [] : blocks) {
    if (!wanted.has(block.id) || WITHOUT_PLACE.test(block.type)) continue;
    if (now.ids.has(block.id)) now.copies.add(block);
    now.ids.add(block.id);
  }
  known.set(document, now);
  return now;
}

function inOrder(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => [block, ...inOrder(block.children ?? [])]);
}

/** The texts of a block in which links stand. */
function textsOf(block: Block): RichText[][] {
  const payload: unknown = (block as { type: string } as Record<string, unknown>)[block.type];
  const { rich_text, caption, title, cells } = (payload ?? {}) as Partial<Record<string, unknown>>;
  return [rich_text, caption, title, ...(Array.isArray(cells) ? cells : [])].filter((text) => Array.isArray(text));
}

/** The blocks of a page to which a text links. */
function namedIn(text: readonly RichText[], page: string): string[] {
  return text.flatMap((item) => {
    const url =
      item.type === "mention" ? undefined : (item.href ?? (item.type === "text" ? item.text?.link?.url : undefined));
    if (!url?.includes("#")) return [];
    const { id, block } = placeIn(url);
    return id !== undefined && block !== undefined && parseId(id, "href") === page ? [block] : [];
  });
}
