/**
 * A loader of Astro's content layer. It keeps the event up to which it has read, and reads again only what events after that are
 * about: a build in which nothing has changed asks once.
 */
import type { Loader, LoaderContext } from "astro/loaders";
import { z } from "astro/zod";
import type { Field, ListFilter } from "../calls.ts";
import type { Client } from "../client.ts";
import type { ContentEvent, PageDocument, PageSummary } from "../generated.ts";
import { isPageEvent } from "../events.ts";
import { isRelative } from "../filter.ts";
import { identityOf } from "../identity.ts";
import { isUnknownList, namedBy } from "../named.ts";
import { type Read, entryOf } from "./entry.ts";
import { schemaTypes } from "./schema.ts";

/** What an entry's `data` is. */
export type Entry = PageDocument;

/** Options of {@link notionLoader}. */
export interface NotionLoaderOptions extends Omit<ListFilter, "sorts"> {
  /** Reads the Worker, or Redis. */
  client: Client;
  /** Have `render()` give the page's HTML; true by default. A site that renders the blocks itself saves a request for each page. */
  html?: boolean | undefined;
  /**
   * What `data` has of a document, beside its `id`; all of it by default. What is not among them is neither sent nor stored:
   * a site that shows the HTML needs no `blocks`, which are most of a document.
   */
  fields?: readonly Field[] | undefined;
  /** The id of an entry; the path without the slash before it by default, for `[...id].astro`. */
  id?: ((page: PageSummary) => string) | undefined;
  /** How many requests are on their way at once; 32 by default. */
  concurrency?: number | undefined;
}

/** What the store was made by; another has everything read again. */
const FORMAT = "2";
/** Pages for one request. */
const BATCH = 50;
/** So much may be in a cache on the way that is older than the event after which reading begins. */
const CACHED_MS = 120_000;
/** The most events in one answer. */
const MOST_EVENTS = 1_000;

/** A collection of pages: all of them, or those of a list. */
export function notionLoader(options: NotionLoaderOptions): Loader {
  const { client, html = true, concurrency = 32, id = idOf, fields: given, ...list } = options;
  if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new TypeError(`concurrency is ${concurrency}, which is no number of requests`);
  }
  const fields = given && [...new Set<Field>(["id", ...given])];
  // The headings go with the HTML.
  const asked = fields && html ? [...new Set<Field>([...fields, "toc"])] : fields;
  const documentsOf = (ids: readonly string[], version: number | undefined): Promise<Read[]> =>
    asked === undefined ? client.getPages(ids, { version }) : client.getPages(ids, { fields: asked, version });
  // Astro asks for it more than once in a build.
  let types: Promise<string> | undefined;
  return {
    name: "notion-edge",
    createSchema: async () => ({
      // The Worker has made it of its own types, and checking it again takes longer than fetching it.
      schema: z.looseObject({}),
      types: await (types ??= schemaTypes(client, { dataSourceId: list.dataSourceId, fields })),
    }),

    async load(context: LoaderContext) {
      const { logger, meta, store } = context;
      // What a preview has read is nothing for a build without one, and the other way round.
      const reader = await identityOf(client);
      const made = context.generateDigest({ FORMAT, html, fields, id: String(id), reader });
      const listed = context.generateDigest(list);
      const known = meta.get("made") === made ? meta.get("after") : undefined;
      const since = known === undefined ? await beginning(client) : await changesAfter(client, known);
      const isSameList = meta.get("listed") === listed && !isRelative(list.filter);
      if (!since.isUnknown && since.changed.size === 0 && isSameList) {
        logger.info(`nothing has changed (${store.keys().length} pages)`);
        return meta.set("after", since.next);
      }
      const { version } = since;
      const listing = Array.fromAsync(client.iteratePages({ ...list, version }));
      const pages = await listing.catch(async (error: unknown) => {
        if (isUnknownList(error)) await tellEmpty(client, list, logger);
        throw error;
      });
      const entries = new Map(pages.map((page) => [id(page), page]));
      if (pages.length === 0) await tellEmpty(client, list, logger);
      if (entries.size < pages.length) throw new Error(`two pages have the same id: ${twice(pages.map(id))}`);

      // A schema of the site's own may leave the page's id out of the data.
      const stored = new Map(store.values().map(({ id, digest = "" }) => [id, String(digest).split(" ", 1)[0]]));
      const isStored = (name: string, page: PageSummary) =>
        !since.isUnknown && stored.get(name) === page.id && !since.changed.has(page.id);
      const wanted = [...entries].filter(([name, page]) => !isStored(name, page));
      // Astro may keep what is stored until something fails: then it is neither what was made before, nor what is made now.
      meta.delete("listed");
      if (since.isUnknown) meta.delete("made");
      for (const name of stored.keys()) if (!entries.has(name)) store.delete(name);

      const names = new Map(wanted.map(([name, page]) => [page.id, name]));
      const inTurn = turns(concurrency);
      const htmlOf = (page: Read) => {
        // Of the rows of a database many hold nothing, and the document says it where that is not all.
        if (page.complete && page.errors?.length === 0 && page.blocks?.length === 0) return "";
        return inTurn(() => client.getHtml(page.id, { version: since.changed.get(page.id) }));
      };
      let changed = 0;
      let hasFailed = false;
      const reading = parts([...names.keys()], BATCH).map(async (ids) => {
        const documents = await inTurn(() => documentsOf(ids, version));
        const storing = documents.map(async (page) => {
          const name = names.get(page.id) ?? "";
          const text = html ? await htmlOf(page) : undefined;
          const entry = entryOf(name, page, text ?? undefined, client);
          const kept = fields ? Object.fromEntries(fields.map((field) => [field, page[field]])) : { ...page };
          const data = await context.parseData({ id: name, data: kept });
          // The next load may be under way, and newer.
          if (hasFailed) return;
          const digest = `${page.id} ${context.generateDigest({ made, data, html: text ?? "" })}`;
          if (store.set({ ...entry, data, digest })) changed += 1;
        });
        await Promise.all(storing);
        if (hasFailed) return;
        // One that has gone meanwhile has an event, and goes with the next build.
        const found = new Set(documents.map((page) => page.id));
        for (const gone of ids.filter((it) => !found.has(it))) store.delete(names.get(gone) ?? "");
      });
      await Promise.all(reading).catch((cause: unknown) => {
        hasFailed = true;
        throw cause;
      });
      meta.set("made", made);
      meta.set("listed", listed);
      meta.set("after", since.next);
      logger.info(`${changed} of ${entries.size} pages have changed`);
    },
  };
}

/** The rows of what is no data source, or the pages of a store that was emptied, would be a site without pages, and without a word. */
async function tellEmpty(client: Client, list: ListFilter, logger: LoaderContext["logger"]): Promise<void> {
  const { dataSourceId: id, parentId, filter } = list;
  if (id === undefined) {
    const isAll = parentId === undefined && filter === undefined;
    if (isAll) logger.warn("there are no pages for readers: has the first export begun, and who may read them?");
    return;
  }
  const named = await namedBy(client, id);
  if (named === undefined) logger.warn(`there is no data source ${id} for readers: is that its id?`);
  if (named?.kind !== "database") return;
  throw new Error(`dataSourceId ${id} is a database: pass its data source, ${named.dataSources.join(" or ")}`);
}

/** What has happened. */
interface Since {
  /** Whether everything may have changed. */
  isUnknown: boolean;
  /** The pages that have changed, by id, with their versions. */
  changed: Map<string, number>;
  /** After which event to go on the next time. */
  next: string;
  /** What is made of several pages has at least this version. */
  version: number | undefined;
}

/** Where everything is to be read. By the versions of what has changed lately nothing comes from a cache that is older. */
async function beginning(client: Client): Promise<Since> {
  const { results, next } = await client.getEvents({ limit: MOST_EVENTS });
  const [first, last] = [results[0], results.at(-1)];
  const isAll = results.length < MOST_EVENTS || (last?.ts ?? 0) - (first?.ts ?? 0) > CACHED_MS;
  if (isAll) return { isUnknown: true, ...versionsIn(results), next };
  // As after a first export without Notion's limit. What is missed of that long ago, or was never told, is no reason to begin again.
  const lately = await eventsAfter(client, String(Math.max(0, Number.parseInt(next, 10) - CACHED_MS)));
  return { isUnknown: true, ...versionsIn(lately.events), next: lately.next };
}

async function changesAfter(client: Client, after: string): Promise<Since> {
  const { events, next, isMissed } = await eventsAfter(client, after);
  return isMissed ? beginning(client) : { isUnknown: false, ...versionsIn(events), next };
}

/** All events after one, and whether there were more before them that are told no longer. */
async function eventsAfter(client: Client, after: string) {
  const events: ContentEvent[] = [];
  let isMissed = false;
  for (let next = after; ;) {
    const part = await client.getEvents({ after: next, limit: MOST_EVENTS });
    isMissed ||= part.missed;
    events.push(...part.results);
    // A part of nothing but what this reader is not told of goes on as well.
    if (part.next === next) return { events, next, isMissed };
    next = part.next;
  }
}

function versionsIn(events: readonly ContentEvent[]): Pick<Since, "changed" | "version"> {
  const ofPages = events.filter(isPageEvent);
  return {
    changed: new Map(ofPages.map(({ data: { id, version } }) => [id, version])),
    version: ofPages.at(-1)?.data.version,
  };
}

function idOf({ path, id }: PageSummary): string {
  return path.replace(/^\/+/, "") || id;
}

function twice(names: readonly string[]): string | undefined {
  return names.find((name, at) => names.indexOf(name) !== at);
}

function parts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Has several requests under way at a time, the first to come first; after one that failed none begins. */
function turns(concurrency: number): <T>(ask: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = concurrency;
  let failure: { error: unknown } | undefined;
  return async (ask) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (failure !== undefined) throw failure.error;
      return await ask();
    } catch (error) {
      failure ??= { error };
      throw error;
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
