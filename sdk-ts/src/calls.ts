/** What each call of a client can be given. */
import type { Filter, Sort } from "./filter.ts";
import type { PageDocument } from "./generated.ts";

/** A field of a page document. */
export type Field = keyof PageDocument;

/** Options of every call. */
export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of every call whose answer caches may keep. */
export interface ReadOptions extends CallOptions {
  /**
   * The version that the answer has at least, as an event tells it. What events this client was given before is known already.
   * Until it has arrived the call is tried again, and throws UnavailableError in the end.
   */
  version?: number | undefined;
}

/** Which pages a list holds: all of them, or those of one data source, or those right under one page. */
export interface ListFilter {
  /** The rows of this data source. */
  dataSourceId?: string | undefined;
  /** The pages right under this page or database. */
  parentId?: string | undefined;
  /** Those that meet this, as Notion's API takes it. */
  filter?: Filter | undefined;
  /** In this order; newest first without any. */
  sorts?: Sort[] | undefined;
}

/** Options of {@link Client.listPages}. */
export interface ListOptions extends ReadOptions, ListFilter {
  /** How many to give, from 1 to 1,000; 20 by default. */
  limit?: number | undefined;
  /** Where to go on: the `next_cursor` of the part before. */
  cursor?: string | null | undefined;
}

/** Options of {@link Client.getPage} and {@link Client.getPages}. */
export interface PageOptions<F extends Field = Field> extends ReadOptions {
  /** Give these fields only. */
  fields?: readonly F[] | undefined;
}

/** Options of {@link Client.getTree}. */
export interface TreeOptions extends ReadOptions {
  /** The page or database to begin with; everything that lies under nothing without it. */
  root?: string | undefined;
  /** How many levels, 50 at most and by default. */
  depth?: number | undefined;
  /** Show what databases hold. */
  rows?: boolean | undefined;
}

/** Options of {@link Client.search}. */
export interface SearchOptions extends ReadOptions {
  /** How many to give, from 1 to 50; 20 by default. */
  limit?: number | undefined;
}

/** Options of {@link Client.getEvents}. */
export interface EventsOptions extends CallOptions {
  /** After this event: the `next` of the answer before, or milliseconds since 1970. Without it the last events are given. */
  after?: string | number | undefined;
  /** How many to give, from 1 to 1,000; 100 by default. */
  limit?: number | undefined;
}

/** Options of {@link Client.subscribe}. */
export interface SubscribeOptions extends CallOptions {
  /** After this event, or milliseconds since 1970; what happens from now on without it. */
  after?: string | number | undefined;
}
