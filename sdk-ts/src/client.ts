/**
 * The client: what a site reads of a workspace.
 * It asks the Worker each time, so nothing that it gives is older than what the edge gives; what it remembers saves only bytes.
 */
import { pageAddress } from "./address.ts";
import type {
  CallOptions,
  EventsOptions,
  Field,
  ListFilter,
  ListOptions,
  PageOptions,
  ReadOptions,
  SearchOptions,
  SubscribeOptions,
  TreeOptions,
} from "./calls.ts";
import {
  type DataSourceClient,
  type DataSourceDeclarations,
  type DocumentOf,
  type RowList,
  type RowOf,
  type RowOptions,
  notionFilter,
} from "./data-source.ts";
import { BadRequestError, UnexpectedAnswerError, isBadRequestError } from "./errors.ts";
import { type Told, follow, isPageEvent } from "./events.ts";
import type {
  Block,
  CommentList,
  DataSource,
  Database,
  EventList,
  PageDocument,
  PageList,
  PageSummary,
  SearchResults,
  Status,
  Tree,
  TreeNode,
  User,
} from "./generated.ts";
import { isPageId, parseId } from "./id.ts";
import { identify } from "./identity.ts";
import { type Answer, type MediaType, request } from "./request.ts";
import { type ClientOptions, settle } from "./settings.ts";
import { Versions } from "./versions.ts";

/** How much of a list each request asks for, to the end. */
const PART = 100;
/** The same with a filter or an order, for each part of which the Worker looks at the whole list; the most that it takes. */
const SEARCHED_PART = 1000;
/** The most pages in one answer that gives several. */
const MAX_BATCH = 50;
/** The status for pages that are too large together. */
const TOO_MUCH = 422;

/** Reads a workspace. */
export interface Client<D extends DataSourceDeclarations = DataSourceDeclarations> {
  /**
   * The document of a page, or null where there is none.
   *
   * @param idOrPath an id with or without hyphens, or a path such as `/blog/tides`. A path that the page had before finds it as
   * well: its own is in the document
   */
  getPage(idOrPath: string, options?: PageOptions & { fields?: undefined }): Promise<PageDocument | null>;
  getPage<F extends Field>(idOrPath: string, options: PageOptions<F>): Promise<Pick<PageDocument, F> | null>;
  /**
   * The documents of several pages, in that order and without those that there are not; fifty cost one request.
   *
   * @param ids with or without hyphens
   */
  getPages(ids: readonly string[], options?: PageOptions & { fields?: undefined }): Promise<PageDocument[]>;
  getPages<F extends Field>(ids: readonly string[], options: PageOptions<F>): Promise<Pick<PageDocument, F>[]>;
  /**
   * What a page holds as HTML, without its title, or null where there is none: safe to put into a site as it is.
   *
   * It is for an element with the class `ne-content`, which blocks.css styles.
   * Addresses of Notion's files in it are relative to the Worker.
   */
  getHtml(idOrPath: string, options?: ReadOptions): Promise<string | null>;
  /** What a page holds as Markdown, without its title, or null where there is none. */
  getMarkdown(idOrPath: string, options?: ReadOptions): Promise<string | null>;
  /** A part of a list of pages. */
  listPages(options?: ListOptions): Promise<PageList>;
  /**
   * All pages of a list, one after the other; a hundred cost one request, with a filter or in an order a thousand.
   *
   * A page that comes, goes or moves in the list meanwhile makes no other be missed or given twice.
   */
  iteratePages(options?: ListFilter & ReadOptions): AsyncGenerator<PageSummary, void, undefined>;
  /** What lies under what, for navigation. */
  getTree(options?: TreeOptions): Promise<TreeNode[]>;
  /** Pages whose title, headings or excerpt have all these words, best first. */
  search(words: string, options?: SearchOptions): Promise<SearchResults>;
  /** A database as Notion gives it, or null where there is none. Its data sources have ids of their own. */
  getDatabase(id: string, options?: CallOptions): Promise<Database | null>;
  /** A data source with its schema as Notion gives it, or null where there is none. */
  getDataSource(id: string, options?: CallOptions): Promise<DataSource | null>;
  /** A user, or null where there is none, or users are not copied. */
  getUser(id: string, options?: CallOptions): Promise<User | null>;
  /** A block without those inside it, or null where there is none, or blocks are not copied one by one. */
  getBlock(id: string, options?: CallOptions): Promise<Block | null>;
  /** The open comments of a page; none where comments are not copied. */
  getComments(pageId: string, options?: CallOptions): Promise<CommentList["results"]>;
  /** A part of what happened, oldest first. What is read after it is from after it, as with {@link Client.subscribe}. */
  getEvents(options?: EventsOptions): Promise<EventList>;
  /**
   * What happens, as it happens, until the loop is left or the signal aborted. It comes back by itself where a connection breaks,
   * and goes on where it was.
   *
   * Whatever this client reads after an event is from after it, whatever caches are in between: pages by their id, or by the path
   * under which it has read them, and all that is made of several pages.
   */
  subscribe(options?: SubscribeOptions): AsyncGenerator<Told, void, undefined>;
  /** How the export is doing; nothing but `state` where the Worker has a publish rule and the token is none of its PREVIEW_TOKENS. */
  getStatus(options?: CallOptions): Promise<Pick<Status, "state"> & Partial<Status>>;
  /** A data source by the name that it has in `dataSources`; what can be asked of it is checked by the compiler. */
  dataSource<N extends keyof D & string>(name: N): DataSourceClient<D[N]>;
  /**
   * The whole address of a file from the one in a document, where Notion's files are relative to the Worker.
   *
   * What is no address stays null.
   */
  fileUrl(url: string): string;
  fileUrl(url: string | null): string | null;
}

/** The address of the list of a data source. */
const OF_ONE = /[?&]data_source_id=/;

/** Makes a client of the Worker at `url`. */
export function createClient<const D extends DataSourceDeclarations = DataSourceDeclarations>(
  options: ClientOptions<D>,
): Client<D> {
  const settings = settle(options);
  const versions = new Versions();

  /** What stands under an address, or null. */
  async function get(path: string, { signal, version }: ReadOptions): Promise<Record<string, unknown> | null> {
    const answer = await request(settings, { path, signal, version });
    return answer.found ? objectIn(answer, path) : null;
  }

  /** The same where there is always something. */
  async function need(path: string, options: ReadOptions): Promise<Record<string, unknown>> {
    const { signal, version } = options;
    const answer = await request(settings, { path, signal, version });
    // A data source that the Worker does not have.
    if (!answer.found && OF_ONE.test(path)) throw new BadRequestError(answer.told, { status: 404 });
    return objectIn(answer, path);
  }

  async function results<T extends { results: unknown[] }>(
    path: string,
    query: Record<string, string | number | undefined>,
    what: string,
    options: ReadOptions,
  ): Promise<T> {
    const version = options.version ?? versions.latest();
    const address = withQuery(path, query);
    const body = await need(address, { ...options, version });
    if (Array.isArray(body.results)) return body as unknown as T;
    throw surprise(address, what);
  }

  async function listPages(options: ListOptions = {}): Promise<PageList> {
    const { limit, cursor, dataSourceId, parentId, filter, sorts, signal, version, ...others } = options;
    // A word that is spelt in another way would widen the list to all pages.
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new BadRequestError(`a list has no option ${JSON.stringify(unknown)}`);
    const query = { ...queryOf({ dataSourceId, parentId, filter, sorts }), limit, cursor: cursor ?? undefined };
    return results<PageList>("/v1/pages", query, "a list of pages", { signal, version });
  }

  async function* iteratePages(options: ListFilter & ReadOptions = {}): AsyncGenerator<PageSummary, void, undefined> {
    let cursor: string | null = null;
    const given = new Set<string>();
    const limit = options.filter === undefined && options.sorts === undefined ? PART : SEARCHED_PART;
    do {
      const part: PageList = await listPages({ ...options, limit, cursor });
      // A page that was edited meanwhile may have moved behind the cursor.
      for (const page of part.results.filter(({ id }) => !given.has(id))) {
        given.add(page.id);
        yield page;
      }
      if (part.next_cursor === cursor && cursor !== null) throw surprise("/v1/pages", "a cursor that moves on");
      cursor = part.next_cursor;
    } while (cursor !== null);
  }

  async function getText(
    idOrPath: string,
    extension: string,
    type: MediaType,
    { signal, version = versions.of(idOrPath) }: ReadOptions = {},
  ): Promise<string | null> {
    const path = `/v1/pages/${pageAddress(idOrPath)}${extension}`;
    const answer = await request(settings, { path, type, signal, version });
    if (!answer.found) return null;
    if (typeof answer.body === "string") return answer.body;
    throw surprise(path, type);
  }

  async function getPage(idOrPath: string, { fields, ...options }: PageOptions = {}): Promise<PageDocument | null> {
    const { signal, version = versions.of(idOrPath) } = options;
    const path = withQuery(`/v1/pages/${pageAddress(idOrPath)}`, { fields: fields?.join(",") });
    const body = await get(path, { signal, version });
    if (body === null) return null;
    if (fields === undefined && !(body.object === "page" && Array.isArray(body.blocks))) throw surprise(path, "a page");
    const page = body as unknown as PageDocument;
    if (typeof page.id === "string" && !isPageId(idOrPath)) versions.read({ id: page.id, path: idOrPath });
    return page;
  }

  /** Documents that are too much for one answer come in two, and one that is too much for any by itself. */
  async function batch(ids: string[], options: PageOptions): Promise<PageDocument[]> {
    const { fields, ...rest } = options;
    const [only, ...others] = ids;
    if (only === undefined) return [];
    try {
      const query = { ids: ids.join(","), fields: fields?.join(",") };
      return (await results<{ results: PageDocument[] }>("/v1/pages:batch", query, "pages", rest)).results;
    } catch (error) {
      if (!(isBadRequestError(error) && error.status === TOO_MUCH)) throw error;
    }
    if (others.length === 0) return [await getPage(only, options)].filter((page) => page !== null);
    const middle = Math.ceil(ids.length / 2);
    return [...(await batch(ids.slice(0, middle), options)), ...(await batch(ids.slice(middle), options))];
  }

  async function getPages(ids: readonly string[], options: PageOptions = {}): Promise<PageDocument[]> {
    const wanted = [...new Set(ids.map((id) => parseId(id, "id")))];
    const found: PageDocument[] = [];
    for (let at = 0; at < wanted.length; at += MAX_BATCH) {
      found.push(...(await batch(wanted.slice(at, at + MAX_BATCH), options)));
    }
    return found;
  }

  async function getObject<T>(kind: string, id: string, options: CallOptions = {}): Promise<T | null> {
    return (await get(`/v1/${kind}/${parseId(id, "id")}`, options)) as T | null;
  }

  function fileUrl(url: string): string;
  function fileUrl(url: string | null): string | null;
  function fileUrl(url: string | null): string | null {
    return url?.startsWith("/") ? settings.url + url : url;
  }

  const client: Client<D> = {
    getPage: getPage as Client["getPage"],
    getPages: getPages as Client["getPages"],
    getHtml: (idOrPath, options) => getText(idOrPath, ".html", "text/html", options),
    getMarkdown: (idOrPath, options) => getText(idOrPath, ".md", "text/markdown", options),
    listPages,
    iteratePages,

    async getTree({ root, depth, rows, ...options } = {}) {
      const query = { root: idOf(root, "root"), depth, rows: rows ? "true" : undefined };
      return (await results<Tree>("/v1/tree", query, "a tree", options)).results;
    },

    search: (words, { limit, ...options } = {}) =>
      results<SearchResults>("/v1/search", { q: words, limit }, "what a search found", options),

    getDatabase: (id, options) => getObject<Database>("databases", id, options),
    getDataSource: (id, options) => getObject<DataSource>("data-sources", id, options),
    getUser: (id, options) => getObject<User>("users", id, options),
    getBlock: (id, options) => getObject<Block>("blocks", id, options),

    async getComments(pageId, options = {}) {
      const body = await get(withQuery("/v1/comments", { page: parseId(pageId, "pageId") }), options);
      return (body?.results as CommentList["results"] | undefined) ?? [];
    },

    async getEvents({ after, limit, signal } = {}) {
      const body = await need(withQuery("/v1/events", { after, limit }), { signal });
      if (!(Array.isArray(body.results) && typeof body.next === "string")) {
        throw surprise("/v1/events", "a list of events");
      }
      const list = body as unknown as EventList;
      if (list.missed) versions.forget();
      for (const event of list.results) if (isPageEvent(event)) versions.note(event);
      return list;
    },

    async *subscribe({ after, signal } = {}) {
      // Without a place to begin at, what happens until the first event would be lost with the connection.
      const from = after ?? (await client.getEvents({ limit: 1, signal })).next;
      for await (const told of follow(settings, String(from), signal)) {
        if (told.type === "missed") versions.forget();
        if (isPageEvent(told)) versions.note(told);
        yield told;
      }
    },

    async getStatus({ signal } = {}) {
      const body = await need("/v1/status", { signal });
      if (typeof body.state === "string") return body as unknown as Status;
      throw surprise("/v1/status", "a status");
    },

    dataSource(name) {
      const declaration = options.dataSources?.[name];
      if (declaration === undefined) {
        const known = Object.keys(options.dataSources ?? {}).join(", ") || "none";
        throw new BadRequestError(
          `dataSources has no ${JSON.stringify(name)}: known are ${known}; \`npx notion-edge types\` writes them`,
        );
      }
      type Row = RowOf<typeof declaration>;
      const listOf = ({ filter, sorts, ...options }: RowOptions<typeof declaration>) => ({
        ...options,
        dataSourceId: declaration.id,
        filter: filter && notionFilter(declaration, filter),
        sorts,
      });
      return {
        id: declaration.id,
        list: async (options = {}) =>
          (await listPages({ ...options, ...listOf(options) })) as RowList<typeof declaration>,
        iterate: (options = {}) => iteratePages(listOf(options)) as AsyncGenerator<Row, void, undefined>,
        async get(idOrPath, options) {
          const page = await getPage(idOrPath, options);
          return page?.data_source_id === declaration.id ? (page as DocumentOf<typeof declaration>) : null;
        },
      };
    },

    fileUrl,
  };
  identify(client, settings);
  return client;
}

function queryOf({ dataSourceId, parentId, filter, sorts }: ListFilter): Record<string, string | undefined> {
  return {
    data_source_id: idOf(dataSourceId, "dataSourceId"),
    parent_id: idOf(parentId, "parentId"),
    filter: filter && JSON.stringify(filter),
    sorts: sorts && JSON.stringify(sorts),
  };
}

/** An empty text is a variable that was not set, and no wish for everything. */
function idOf(id: string | undefined, what: string): string | undefined {
  return id === undefined ? undefined : parseId(id, what);
}

function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The object of an answer; the Worker has every address that is asked for in this way. */
function objectIn(answer: Answer, path: string): Record<string, unknown> {
  if (!answer.found) {
    const told = answer.told.replace(/; there are .*$/, "");
    throw new UnexpectedAnswerError(`${told} (is url the Worker's address, without /v1?)`);
  }
  if (typeof answer.body === "object" && answer.body !== null) return answer.body as Record<string, unknown>;
  throw surprise(path, "an object");
}

function surprise(path: string, what: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`the answer to GET ${path} is not ${what}: is url the Worker's address?`);
}
