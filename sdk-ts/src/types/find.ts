/**
 * The data sources of a workspace: those that have rows, those of databases that pages hold or link to, those that relations of
 * these lead to, and those that are named. No route of the Worker tells of a database that is none of these.
 */
import type { CallOptions } from "../calls.ts";
import type { Client } from "../client.ts";
import type { DataSource } from "../generated.ts";

/** Options of {@link findDataSources}. */
export interface FindOptions extends CallOptions {
  /** More databases or data sources. */
  ids?: readonly string[] | undefined;
}

/** Finds data sources; costs a request for each hundred pages, two more for them, and two for each database. */
export async function findDataSources(client: Client, { ids = [], signal }: FindOptions = {}): Promise<DataSource[]> {
  const found = new Map<string, DataSource>();
  // What relations lead to comes behind these, while it goes on.
  const asked = new Set([...(await databasesOfPages(client, { signal })), ...ids]);
  for (const id of asked) {
    const database = await client.getDatabase(id, { signal });
    const sources = database === null ? [id] : database.data_sources.map((source) => source.id);
    for (const source of sources) {
      const known = found.has(source) ? null : await client.getDataSource(source, { signal });
      if (known === null) continue;
      found.set(source, known);
      for (const related of relatedDatabases(known)) asked.add(related);
    }
  }
  return [...found.values()];
}

/** Those that pages are rows of, hold, or link to. */
async function databasesOfPages(client: Client, { signal }: CallOptions): Promise<string[]> {
  const pages = await Array.fromAsync(client.iteratePages({ signal }));
  const above = pages.flatMap(({ database_id, data_source_id }) => database_id ?? data_source_id ?? []);
  const ids = pages.map(({ id }) => id);
  const links = (await client.getPages(ids, { fields: ["links"], signal })).flatMap((page) => page.links);
  return [...above, ...links.flatMap((link) => (link.type === "database" ? [link.id] : []))];
}

function relatedDatabases({ properties }: DataSource): string[] {
  return Object.values(properties).flatMap((property) =>
    property.type === "relation" ? [property.relation.database_id] : [],
  );
}
