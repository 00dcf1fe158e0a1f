/** A live loader: each request is answered with what the Worker has at that moment, and says by which tags a cache may keep it. */
import type { LiveLoader } from "astro/loaders";
import type { ListFilter } from "../calls.ts";
import type { Client } from "../client.ts";
import { type NotionEdgeError, isBadRequestError, isNotionEdgeError } from "../errors.ts";
import type { Filter, Sort } from "../filter.ts";
import type { PageDocument, PageSummary } from "../generated.ts";
import { isPageId, parseId } from "../id.ts";
import { LISTS, pageTag } from "../tags.ts";
import { entryOf } from "./entry.ts";

/** Which entry: `getLiveEntry("pages", { id })`, by an id or a path, with or without the slash before it. */
export interface EntryFilter {
  id: string;
}

/** Which entries: `getLiveCollection("pages", { filter, limit })`. */
export interface CollectionFilter {
  /** As Notion's API takes it. */
  filter?: Filter | undefined;
  sorts?: Sort[] | undefined;
  /** All of them without it. */
  limit?: number | undefined;
}

/** Options of {@link notionLiveLoader}. */
export interface NotionLiveLoaderOptions extends ListFilter {
  /** Reads the Worker, or Redis. */
  client: Client;
  /** Have `render()` give the page's HTML, by a request of its own; true by default. */
  html?: boolean | undefined;
}

/** Entries have a document, those of a collection what lists have of it. */
type LiveData = PageSummary & Partial<PageDocument>;

/** As many are given by one list. */
const MAX_LIMIT = 100;

/**
 * A live collection of pages: all of them, or those of a list. With a `filter` of the collection's own an entry costs one more request,
 * by which the Worker says whether it is in the list.
 *
 * Throws BadRequestError for ids that are none.
 */
export function notionLiveLoader({
  client,
  html = true,
  dataSourceId,
  parentId,
  ...rest
}: NotionLiveLoaderOptions): LiveLoader<LiveData, EntryFilter, CollectionFilter, NotionEdgeError> {
  const list = {
    ...rest,
    dataSourceId: dataSourceId === undefined ? undefined : parseId(dataSourceId, "dataSourceId"),
    parentId: parentId === undefined ? undefined : parseId(parentId, "parentId"),
  };
  const isIn = async ({ id, data_source_id, ancestors, created_time }: PageDocument) => {
    if (list.dataSourceId !== undefined && data_source_id !== list.dataSourceId) return false;
    if (list.parentId !== undefined && ancestors.at(-1) !== list.parentId) return false;
    if (list.filter === undefined) return true;
    // Few pages are made in the same minute.
    const filter = {
      and: [list.filter, { timestamp: "created_time" as const, created_time: { equals: created_time } }],
    };
    for await (const page of client.iteratePages({ ...list, filter })) if (page.id === id) return true;
    return false;
  };
  return {
    name: "notion-edge",

    loadEntry: ({ filter }) =>
      told(async () => {
        const name = nameOf((filter as unknown as EntryFilter).id);
        // What the Worker cannot take for a path, such as that of the root, it has no page for.
        const [page, text] = await Promise.all([client.getPage(name), html ? client.getHtml(name) : null]).catch(
          (cause: unknown) => {
            if (isBadRequestError(cause)) return [null, null] as const;
            throw cause;
          },
        );
        if (page === null || !(await isIn(page))) return undefined;
        const { data, rendered } = entryOf(page.id, page, text ?? undefined, client);
        const cacheHint = { tags: [pageTag(page.id)], lastModified: new Date(page.last_edited_time) };
        return { id: page.id, data: data as unknown as LiveData, ...(rendered && { rendered }), cacheHint };
      }),

    loadCollection: ({ filter = {} }) =>
      told(async () => {
        const both = [list.filter, filter.filter].filter((it) => it !== undefined);
        const asked = { ...list, sorts: filter.sorts ?? list.sorts, filter: both.length > 1 ? { and: both } : both[0] };
        const { limit = Infinity } = filter;
        const isOnePart = limit >= 1 && limit <= MAX_LIMIT;
        const pages = isOnePart ? (await client.listPages({ ...asked, limit })).results : client.iteratePages(asked);
        const entries = [];
        for await (const page of pages) {
          if (entries.length >= limit) break;
          const cacheHint = { tags: [pageTag(page.id)], lastModified: new Date(page.last_edited_time) };
          entries.push({ id: page.id, data: page as LiveData, cacheHint });
        }
        return { entries, cacheHint: { tags: [LISTS] } };
      }),
  };
}

function nameOf(id: string): string {
  return id.startsWith("/") || isPageId(id) ? id : `/${id}`;
}

/** Astro takes what went wrong as a value. */
async function told<T>(read: () => Promise<T>): Promise<T | { error: NotionEdgeError }> {
  try {
    return await read();
  } catch (error) {
    if (isNotionEdgeError(error)) return { error };
    throw error;
  }
}
