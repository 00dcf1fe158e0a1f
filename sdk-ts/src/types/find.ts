/**
 * The data sources of a workspace: those of the databases that its tree shows, that pages link to or hold, and that are named.
 * The tree has no database without a row, and only a page knows that one lies in it.
 */
import type { Client } from "../client.ts";
import type { DataSource, TreeNode } from "../generated.ts";

/** Finds data sources; costs a request for each hundred pages, two more for them, and two for each database. @param ids of more databases or data sources */
export async function findDataSources(client: Client, ids: readonly string[] = []): Promise<DataSource[]> {
  const databases = new Set([...databasesIn(await client.getTree()), ...(await linkedDatabases(client)), ...ids]);
  const found = new Map<string, DataSource>();
  for (const id of databases) {
    const database = await client.getDatabase(id);
    const sources = database === null ? [id] : database.data_sources.map((source) => source.id);
    for (const source of sources) {
      const known = found.has(source) ? null : await client.getDataSource(source);
      if (known !== null) found.set(source, known);
    }
  }
  return [...found.values()];
}

function databasesIn(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap(({ id, object, children }) => [
    ...(object === "database" ? [id] : []),
    ...databasesIn(children),
  ]);
}

async function linkedDatabases(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of client.iteratePages()) ids.push(id);
  const pages = await client.getPages(ids, { fields: ["links"] });
  return pages.flatMap(({ links }) => links.flatMap((link) => (link.type === "database" ? [link.id] : [])));
}
