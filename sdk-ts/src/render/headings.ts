/**
 * The anchors of headings: the same as in the core's HTML (`src/core/src/render/heading.rs`), made of the headings' texts, so that
 * a link to a heading holds whichever way a page is rendered.
 */
import type { Block, PageDocument, TocEntry } from "../generated.ts";

/** A heading, and the `id` that it has in HTML. */
export interface Heading extends TocEntry {
  /** No other heading of the page has it. */
  anchor: string;
}

/** What is known of headings: those of a document, and those of its blocks. */
interface Anchors {
  ofBlock: Map<Block, string>;
  /** A synced copy has the id of its original: the first has it. */
  ofId: Map<string, string>;
}

/** The `id` of the first table of contents of a page. */
export const CONTENTS_ANCHOR = "h-";

/** A longer anchor ends with a whole word. */
const MOST_CHARACTERS = 80;

const WORD = /[\p{Alphabetic}\p{N}][\p{Alphabetic}\p{N}\p{M}]*/gu;

/** What stands within a word and is none of its letters: apostrophes, soft hyphens, and what has a sign look otherwise. */
const UNSEEN = /['’\u{ad}\u{200c}\u{200d}\u{20d0}-\u{20ff}\u{fe00}-\u{fe0f}]/gu;

const HEADING = /^heading_[1-4]$/;

/** Nobody links to a block without an id of Notion's. */
const ID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Documents do not change, and each of their headings asks. */
const known = new WeakMap<object, Anchors>();

/**
 * The headings of a document in order, each with its anchor, for a table of contents:
 * `#anchor` leads to the heading in the Worker's HTML and in what the components render.
 */
export function headingsOf({ toc }: Pick<PageDocument, "toc">): Heading[] {
  const given = new Set<string>();
  const numbers = new Map<string, number>();
  return toc.map((entry) => {
    const slug = slugOf(entry.text);
    for (let number = numbers.get(slug) ?? 1; ; number += 1) {
      const anchor = number === 1 ? `h-${slug}` : `h-${slug}-${number}`;
      if (given.has(anchor)) continue;
      given.add(anchor);
      numbers.set(slug, number + 1);
      return { ...entry, anchor };
    }
  });
}

/** The anchor of a block of a document, if it is a heading of it. */
export function anchorOf(block: Block, document: Pick<PageDocument, "toc" | "blocks">): string | undefined {
  const { ofBlock, ofId } = anchorsOf(document);
  return ofBlock.get(block) ?? ofId.get(block.id);
}

/** The anchor of the heading with this id, if the document has one. */
export function anchorOfId(id: string, document: Pick<PageDocument, "toc" | "blocks">): string | undefined {
  return anchorsOf(document).ofId.get(id);
}

/**
 * The anchor that a link from another page leads to: who links there knows the block, not its text.
 * A synced copy of a heading has the same id, so only the first of them has it.
 */
export function blockAnchorOf(block: Block, document: Pick<PageDocument, "toc" | "blocks">): string | undefined {
  const anchor = anchorOf(block, document);
  const isFirst = anchor !== undefined && anchorOfId(block.id, document) === anchor;
  return isFirst && ID.test(block.id) ? blockAnchor(block.id) : undefined;
}

/** What leads to a block from another page: its id, as Notion writes it in addresses. */
export function blockAnchor(id: string): string {
  return id.replaceAll("-", "");
}

function anchorsOf(document: Pick<PageDocument, "toc" | "blocks">): Anchors {
  const before = known.get(document);
  if (before !== undefined) return before;
  const now: Anchors = { ofBlock: new Map(), ofId: new Map() };
  const headings = headingsOf(document);
  for (const [index, block] of headingsIn(document.blocks).entries()) {
    const anchor = headings[index]?.anchor;
    if (anchor === undefined) break;
    now.ofBlock.set(block, anchor);
    if (!now.ofId.has(block.id)) now.ofId.set(block.id, anchor);
  }
  known.set(document, now);
  return now;
}

/** In the order of the table of contents, however deep they lie. */
function headingsIn(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => {
    const below = headingsIn(block.children ?? []);
    return HEADING.test(block.type) ? [block, ...below] : below;
  });
}

/** Letters and digits in lower case, with hyphens between words; a letter has its marks with it. */
function slugOf(text: string): string {
  let slug = "";
  for (const [part] of text.replaceAll(UNSEEN, "").matchAll(WORD)) {
    // Letter by letter, because a word as a whole would end with another sigma.
    const word = Array.from(part, (letter) => Array.from(letter.toLowerCase())).flat();
    if (slug === "") slug = word.slice(0, MOST_CHARACTERS).join("");
    else if (Array.from(slug).length + 1 + word.length <= MOST_CHARACTERS) slug += `-${word.join("")}`;
    else break;
  }
  return slug || "section";
}
