/**
 * The client: what a site reads of a workspace.
 * It holds no state and caches nothing; the edge in front of the Worker does.
 */
import { UnexpectedAnswerError } from "./errors.ts";
import type { PageDocument, PageSummary, Status } from "./generated.ts";
import { parseId } from "./id.ts";
import { type Answer, type MediaType, request } from "./request.ts";
import { type ClientOptions, settle } from "./settings.ts";

/** The most that one answer may hold. */
const MAX_LIMIT = 100;

/** Options of every call. */
export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Which pages a list holds: all of them, or those of one data source, or those right under one page. */
export interface ListFilter {
  /** The rows of this data source. */
  dataSourceId?: string | undefined;
  /** The pages right under this page or database. */
  parentId?: string | undefined;
}

/** Options of {@link Client.listPages}. */
export interface ListOptions extends CallOptions, ListFilter {
  /** How many to give, from 1 to 100; 20 by default. */
  limit?: number | undefined;
  /** Where to go on: the `next_cursor` of the part before. */
  cursor?: string | null | undefined;
}

/** A part of a list. */
export interface PageList {
  /** The pages, newest first. */
  results: PageSummary[];
  /** Pass it as `cursor` for the next part; null at the end. */
  next_cursor: string | null;
  /** How many pages the whole list has. */
  total: number;
}

/** Reads a workspace. */
export interface Client {
  /**
   * The whole document of a page, or null where there is none.
   *
   * @param id with or without hyphens
   */
  getPage(id: string, options?: CallOptions): Promise<PageDocument | null>;
  /**
   * What a page holds as HTML, without its title, or null where there is none: safe to put into a site as it is.
   *
   * It is for an element with the class `ne-content`, which blocks.css styles.
   * Addresses of Notion's files in it are relative to the Worker.
   *
   * @param id with or without hyphens
   */
  getHtml(id: string, options?: CallOptions): Promise<string | null>;
  /**
   * What a page holds as Markdown, without its title, or null where there is none.
   *
   * @param id with or without hyphens
   */
  getMarkdown(id: string, options?: CallOptions): Promise<string | null>;
  /** A part of a list of pages. */
  listPages(options?: ListOptions): Promise<PageList>;
  /**
   * All pages of a list, one after the other; a hundred cost one request.
   *
   * A page that comes into the list meanwhile may be missed, one that moves in it is given once.
   */
  iteratePages(options?: ListFilter & CallOptions): AsyncGenerator<PageSummary, void, undefined>;
  /** How the export is doing. */
  getStatus(options?: CallOptions): Promise<Status>;
  /**
   * The whole address of a file from the one in a document, where Notion's files are relative to the Worker.
   *
   * What is no address stays null.
   */
  fileUrl(url: string): string;
  fileUrl(url: string | null): string | null;
}

/** Makes a client of the Worker at `url`. */
export function createClient(options: ClientOptions): Client {
  const settings = settle(options);

  async function listPages({ dataSourceId, parentId, limit, cursor, signal }: ListOptions = {}): Promise<PageList> {
    const query = new URLSearchParams();
    if (dataSourceId !== undefined) query.set("data_source_id", parseId(dataSourceId, "dataSourceId"));
    if (parentId !== undefined) query.set("parent_id", parseId(parentId, "parentId"));
    if (limit !== undefined) query.set("limit", String(limit));
    if (typeof cursor === "string") query.set("cursor", cursor);
    const path = query.size === 0 ? "/v1/pages" : `/v1/pages?${query}`;
    const body = found(await request(settings, { path, signal }), path);
    if (Array.isArray(body.results)) return body as unknown as PageList;
    throw surprise(path, "a list of pages");
  }

  async function getText(id: string, extension: string, type: MediaType, signal?: AbortSignal): Promise<string | null> {
    const path = `/v1/pages/${parseId(id, "id")}${extension}`;
    const answer = await request(settings, { path, type, signal });
    if (!answer.found) return null;
    if (typeof answer.body === "string") return answer.body;
    throw surprise(path, type);
  }

  function fileUrl(url: string): string;
  function fileUrl(url: string | null): string | null;
  function fileUrl(url: string | null): string | null {
    return url?.startsWith("/") ? settings.url + url : url;
  }

  return {
    async getPage(id, { signal } = {}) {
      const path = `/v1/pages/${parseId(id, "id")}`;
      const answer = await request(settings, { path, signal });
      if (!answer.found) return null;
      const body = found(answer, path);
      if (body.object === "page" && Array.isArray(body.blocks)) return body as unknown as PageDocument;
      throw surprise(path, "a page");
    },

    getHtml: (id, { signal } = {}) => getText(id, ".html", "text/html", signal),

    getMarkdown: (id, { signal } = {}) => getText(id, ".md", "text/markdown", signal),

    listPages,

    async *iteratePages(options = {}) {
      let cursor: string | null = null;
      let before = new Set<string>();
      do {
        const part: PageList = await listPages({ ...options, limit: MAX_LIMIT, cursor });
        // A new page at the head of the list pushes the end of the part before into this one.
        yield* part.results.filter((page) => !before.has(page.id));
        if (part.next_cursor === cursor && cursor !== null) throw surprise("/v1/pages", "a cursor that moves on");
        before = new Set(part.results.map((page) => page.id));
        cursor = part.next_cursor;
      } while (cursor !== null);
    },

    async getStatus({ signal } = {}) {
      const path = "/v1/status";
      const body = found(await request(settings, { path, signal }), path);
      if (typeof body.state === "string") return body as unknown as Status;
      throw surprise(path, "a status");
    },

    fileUrl,
  };
}

/** The object of an answer; the Worker has every address that is asked for in this way. */
function found(answer: Answer, path: string): Record<string, unknown> {
  if (!answer.found) {
    throw new UnexpectedAnswerError(`${answer.told} (is url the Worker's address, without /v1?)`);
  }
  if (typeof answer.body === "object" && answer.body !== null) return answer.body as Record<string, unknown>;
  throw surprise(path, "an object");
}

function surprise(path: string, what: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`the answer to GET ${path} is not ${what}: is url the Worker's address?`);
}
