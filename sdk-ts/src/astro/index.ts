/** Notion's pages as Astro's content: collections that are read at build time, and live ones. */
export { notionLoader } from "./loader.ts";
export type { Entry, NotionLoaderOptions } from "./loader.ts";
export { notionLiveLoader } from "./live.ts";
export type { EntryFilter, CollectionFilter, NotionLiveLoaderOptions } from "./live.ts";
