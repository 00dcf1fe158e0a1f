/**
 * What an id names that gave no page: asked only then. Notion shows the id of a database where one looks for that of a data source,
 * and who may read only what a rule says is public gets an empty list of either.
 */
import type { CallOptions } from "./calls.ts";
import type { Client } from "./client.ts";
import { isBadRequestError, isUnauthorizedError } from "./errors.ts";

/** A data source, or a database with the ids of its own. */
export type Named = { kind: "data source" } | { kind: "database"; dataSources: string[] };

/** Whether the Worker says that there is nothing to be listed. */
export function isUnknownList(error: unknown): boolean {
  return isBadRequestError(error) && error.status === 404;
}

/** What it names; nothing where readers know neither a database nor a data source of that id. */
export async function namedBy(client: Client, id: string, { signal }: CallOptions = {}): Promise<Named | undefined> {
  try {
    if ((await client.getDataSource(id, { signal })) !== null) return { kind: "data source" };
    const database = await client.getDatabase(id, { signal });
    return database === null ? undefined : { kind: "database", dataSources: database.data_sources.map((it) => it.id) };
  } catch (error) {
    // Some tokens read pages and nothing else.
    if (isUnauthorizedError(error)) return undefined;
    throw error;
  }
}
