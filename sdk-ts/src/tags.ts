/**
 * The tags of what was read, as the Worker's header `Cache-Tag` has them: by these a cache of rendered pages forgets what an event
 * is about.
 */
import type { Client } from "./client.ts";
import { isRelative } from "./filter.ts";
import type { PageEvent } from "./generated.ts";
import { isPageId, parseId } from "./id.ts";

/** The tag of all that is made of several pages. */
export const LISTS = "lists";

/**
 * The tag of what changes without an event: databases and their schemas, users, single blocks, comments, the status, and lists that go
 * by the present.
 */
export const UNTOLD = "untold";

/** The tag of a page. @param id with hyphens */
export function pageTag(id: string): string {
  return `page-${id}`;
}

/**
 * The tags of what a page's event makes old: the page, and what is made of several.
 * Pages that show its title or its path have an event of their own.
 */
export function tagsOfEvent({ data }: PageEvent): string[] {
  return [pageTag(data.id), LISTS];
}

/** The same client, which tells `note` the tags of all that it gives. */
export function withTags<C extends Client>(client: C, note: (tag: string) => void): C {
  const page = <T extends { id?: string } | null>(found: T): T => {
    // What is not there may come, and what has no id is of a page that has one.
    note(found?.id === undefined ? LISTS : pageTag(found.id));
    return found;
  };
  const body = (found: string | null, idOrPath: string): string | null => {
    // By its path it may be another one's tomorrow.
    note(found !== null && isPageId(idOrPath) ? pageTag(parseId(idOrPath, "page")) : LISTS);
    return found;
  };
  const several = <T>(found: T): T => {
    note(LISTS);
    return found;
  };
  const noteList = (options: { filter?: object | undefined } | undefined) => {
    note(LISTS);
    if (isRelative(options?.filter)) note(UNTOLD);
  };
  const untold = <A extends unknown[], R>(read: (...args: A) => R) => {
    return (...args: A): R => {
      note(UNTOLD);
      return read(...args);
    };
  };
  const tagged: Pick<Client, "getPage" | "getPages" | "getHtml" | "getMarkdown" | "listPages" | "getTree" | "search"> =
    {
      getPage: async (idOrPath: string, options = {}) => page(await client.getPage(idOrPath, options)),
      getPages: async (ids: readonly string[], options = {}) => {
        const pages = await client.getPages(ids, options);
        for (const found of pages) page(found);
        if (pages.length < ids.length) note(LISTS);
        return pages;
      },
      getHtml: async (idOrPath, options) => body(await client.getHtml(idOrPath, options), idOrPath),
      getMarkdown: async (idOrPath, options) => body(await client.getMarkdown(idOrPath, options), idOrPath),
      listPages(options) {
        noteList(options);
        return client.listPages(options);
      },
      getTree: async (options) => several(await client.getTree(options)),
      search: async (words, options) => several(await client.search(words, options)),
    };
  return {
    ...client,
    ...tagged,
    getDatabase: untold(client.getDatabase),
    getDataSource: untold(client.getDataSource),
    getUser: untold(client.getUser),
    getBlock: untold(client.getBlock),
    getComments: untold(client.getComments),
    getEvents: untold(client.getEvents),
    getStatus: untold(client.getStatus),
    iteratePages(options) {
      noteList(options);
      return client.iteratePages(options);
    },
    dataSource(name) {
      const source = client.dataSource(name);
      return {
        ...source,
        list(options) {
          noteList(options);
          return source.list(options);
        },
        iterate(options) {
          noteList(options);
          return source.iterate(options);
        },
        get: async (idOrPath, options) => page(await source.get(idOrPath, options)),
      };
    },
  };
}
