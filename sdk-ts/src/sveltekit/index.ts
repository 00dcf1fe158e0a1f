/** Notion's pages in SvelteKit: what `load` and `entries` give, and a hook that keeps rendered pages until a commit changes them. */
export { notionHandle } from "./handle.ts";
export type { HandleInput, KitEvent, NotionHandleOptions, PreviewOptions } from "./handle.ts";
export { loadPage, pageEntries } from "./load.ts";
export type { Kit, PageData } from "./load.ts";
