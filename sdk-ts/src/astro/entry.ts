/** What Astro keeps of a page: its document, and its HTML with the headings in it. */
import type { Client } from "../client.ts";
import type { PageDocument } from "../generated.ts";
import { withFileUrls } from "../render/files.ts";
import { headingsOf } from "../render/headings.ts";

/** A heading as Astro has it. */
export interface Heading {
  depth: number;
  slug: string;
  text: string;
}

/** What was read of a document: without the fields that nobody asked for. */
export type Read = Pick<PageDocument, "id"> & Partial<PageDocument>;

/** An entry of a collection. */
export interface PageEntry {
  id: string;
  data: Read;
  body?: string;
  rendered?: { html: string; metadata: { headings: Heading[] } };
}

/** The entry of a page. @param html what it holds, where `render()` is to give it */
export function entryOf(id: string, page: Read, html: string | undefined, client: Client): PageEntry {
  const { text, toc = [] } = page;
  const entry = { id, data: page, ...(text !== undefined && { body: text }) };
  if (html === undefined) return entry;
  // The page's title is the first level of the site.
  const headings = headingsOf({ toc }).map(({ level, anchor, text }) => ({ depth: level + 1, slug: anchor, text }));
  return { ...entry, rendered: { html: withFileUrls(html, client.fileUrl), metadata: { headings } } };
}
