/** What a route's `load` and `entries` give. */
import type { ListFilter, ReadOptions } from "../calls.ts";
import type { Client } from "../client.ts";
import { isNotionEdgeError } from "../errors.ts";
import type { PageDocument } from "../generated.ts";

/** The functions of `@sveltejs/kit` by which a `load` ends otherwise; pass them as they are. */
export interface Kit {
  error(status: number, message: string): never;
  redirect(status: 308, location: string): never;
}

/** What {@link loadPage} gives. */
export interface PageData {
  page: PageDocument;
}

/**
 * The page at a path: a 404 where there is none, a redirect where it has another path now, and a 503 while nothing answers.
 *
 * @param path as in `url.pathname`
 */
export async function loadPage(client: Client, path: string, { error, redirect }: Kit): Promise<PageData> {
  const page = await client.getPage(path).catch((cause: unknown) => {
    // What the Worker cannot take for a path, it has no page for.
    if (isNotionEdgeError(cause) && cause.name === "BadRequestError") return null;
    if (!isNotionEdgeError(cause)) throw cause;
    // The reader is told no reason, and SvelteKit logs none of an error that a route throws on purpose.
    console.error(cause);
    return error(503, "The content cannot be reached at the moment.");
  });
  if (page === null) return error(404, "Not found");
  if (page.path !== decodeURI(path).replace(/(?<=.)\/+$/, "")) redirect(308, encodeURI(page.path));
  return { page };
}

/** The parameters of all pages, for `entries` of a route such as `[...path]` that is prerendered. @param name of the parameter */
export async function pageEntries<const N extends string = "path">(
  client: Client,
  { name = "path" as N, ...list }: ListFilter & ReadOptions & { name?: N } = {},
): Promise<Record<N, string>[]> {
  const entries: Record<N, string>[] = [];
  for await (const { path } of client.iteratePages(list)) {
    entries.push({ [name]: path.replace(/^\//, "") } as Record<N, string>);
  }
  return entries;
}
