/**
 * What rich text says, where it leads, and which HTML its formatting stands for.
 */
import type { Annotations, RichText } from "../generated.ts";
import { parseId } from "../id.ts";
import { colorClass } from "./blocks.ts";
import { isHidden, pathOf as pathIn, type RenderContext, titleOf } from "./context.ts";
import { anchorOfId, blockAnchor } from "./headings.ts";
import { linkedAnchorOfId } from "./linked.ts";
import { placeIn } from "./place.ts";
import { BETWEEN, spanInDigits } from "./values.ts";

const SAFE_SCHEMES = ["http:", "https:", "mailto:", "tel:"];

/** An element around rich text. */
export interface Tag {
  name: "a" | "span" | "strong" | "em" | "u" | "s" | "code";
  attributes: { class?: string; href?: string };
}

/** Whether a text shows nothing. */
export function isBlank(items: readonly RichText[]): boolean {
  const isSeen = (item: RichText) => item.type === "mention" || item.type === "equation" || textOf(item)?.trim() !== "";
  return !items.some(isSeen);
}

/** The text without its formatting; dates to the minute, links that Notion unfurls by their titles. */
export function plainText(items: readonly RichText[]): string {
  return items.map((item) => textOf(item) ?? "").join("");
}

/** What an item may have, and what it has where it was written through the API and never read. */
interface Written {
  plain_text?: string;
  text?: { content?: string };
  equation?: { expression?: string };
}

/** What an item says, without its formatting; undefined where it does not say it in a way that is known. */
export function textOf(item: RichText): string | undefined {
  const { plain_text, text, equation } = item as Written;
  return mentionedIn(item) ?? plain_text ?? text?.content ?? equation?.expression;
}

/** What a mention says better than Notion's text of it. */
function mentionedIn(item: RichText): string | undefined {
  if (item.type !== "mention") return undefined;
  if (item.mention?.type === "link_mention") {
    const { title } = item.mention.link_mention;
    return title?.trim() ? title : undefined;
  }
  if (item.mention?.type !== "date" || !item.mention.date?.start) return undefined;
  return spanInDigits(item.mention.date.start, item.mention.date.end).join(BETWEEN);
}

/**
 * Where an item leads: to a page of the site, or to a safe address elsewhere; null where it is no link.
 *
 * Links inside of Notion make sense on a site only as far as it shows what they lead to.
 * @param pathOf the site's path of a page or database, if the site shows it
 */
export function hrefOf(item: RichText, pathOf: (id: string) => string | undefined): string | null {
  const url = item.href ?? urlIn(item);
  const mentioned = idIn(item);
  const { id, block } = mentioned === undefined ? placeIn(url ?? "") : { id: mentioned };
  if (id !== undefined) return pathTo(pathOf(parseId(id, "href")), block);
  return url === null ? null : safeUrl(url);
}

/**
 * The elements that an item stands in, the outermost first.
 *
 * @param href of {@link hrefOf}
 */
export function tagsOf({ annotations }: RichText, href: string | null): Tag[] {
  // Blocks of other makers than Notion may leave out what is not set.
  const { bold, italic, strikethrough, underline, code, color = "default" }: Partial<Annotations> = annotations ?? {};
  const css = colorClass(color);
  const tags: (Tag | false)[] = [
    href !== null && { name: "a", attributes: { href } },
    css !== undefined && { name: "span", attributes: { class: css } },
    bold === true && { name: "strong", attributes: {} },
    italic === true && { name: "em", attributes: {} },
    strikethrough === true && { name: "s", attributes: {} },
    underline === true && { name: "u", attributes: {} },
    code === true && { name: "code", attributes: {} },
  ];
  return tags.filter((tag) => tag !== false);
}

/** Items beside each other that link to the same: `href` is null where the link leads nowhere, undefined where there is none. */
export interface TextRun {
  href: string | null | undefined;
  items: RichText[];
}

/** Rich text by its links. A mention has its link in itself. */
export function textRuns(items: readonly RichText[], context: RenderContext): TextRun[] {
  const runs: TextRun[] = [];
  for (const item of items) {
    const href = linkOf(item, context);
    const last = runs.at(-1);
    if (last !== undefined && last.href === href) last.items.push(item);
    else runs.push({ href, items: [item] });
  }
  return runs;
}

function linkOf(item: RichText, context: RenderContext): string | null | undefined {
  if (item.type === "mention") return undefined;
  const url = item.href ?? (item.type === "text" ? item.text?.link?.url : undefined);
  return url === undefined || url === null ? undefined : linkTo(url, context);
}

/** Where a link leads that an author wrote: to a page of the site and the block in it, to a block of this page, or elsewhere. */
export function linkTo(url: string, context: RenderContext): string | null {
  const { id: named, block } = placeIn(url);
  if (named === undefined) return PATH.test(url) ? url : safeUrl(url);
  const id = parseId(named, "href");
  if (id !== context.document?.id) {
    return pathTo(pathIn(id, context), block) ?? (isHidden(id, context) ? null : safeUrl(url));
  }
  const anchor =
    block !== undefined && (anchorOfId(block, context.document) ?? linkedAnchorOfId(block, context.document));
  return anchor ? `#${anchor}` : pathIn(id, context);
}

/** What stands for an address that an author wrote: the title of a page of the site, or the address itself. */
export function wordsFor(url: string, context: RenderContext): string {
  const { id } = placeIn(url);
  return id !== undefined && pathIn(parseId(id, "href"), context) !== null
    ? titleOf(parseId(id, "href"), url, context)
    : url;
}

/** A path on the site or a fragment: no scheme, no host, and nothing relative. */
const PATH = /^(?:#|\/(?![/\\]))[^\p{Cc}]*$/u;

/** The path with the anchor of the block, if it is a heading there. */
function pathTo(path: string | null | undefined, block: string | undefined): string | null {
  return path && block ? `${path}#${blockAnchor(block)}` : (path ?? null);
}

/** The address, where a link to it does no harm: scripts and data have no place in an `href`, relative ones lead nowhere. */
export function safeUrl(url: string): string | null {
  return URL.canParse(url) && SAFE_SCHEMES.includes(new URL(url).protocol) ? url : null;
}

function idIn(item: RichText): string | undefined {
  if (item.type !== "mention") return undefined;
  if (item.mention.type === "page") return item.mention.page.id;
  return item.mention.type === "database" ? item.mention.database.id : undefined;
}

/** The address of a link that Notion shows by its title. */
function urlIn(item: RichText): string | null {
  if (item.type !== "mention") return null;
  if (item.mention.type === "link_mention") return item.mention.link_mention.href;
  return item.mention.type === "link_preview" ? item.mention.link_preview.url : null;
}
