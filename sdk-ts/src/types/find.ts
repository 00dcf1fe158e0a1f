/** The data sources of a workspace: those of the databases that its tree shows, and of those that are named. */
import type { Client } from "../client.ts";
import type { DataSource, TreeNode } from "../generated.ts";

/** Finds data sources. @param ids of databases or data sources beside those that the tree shows: it leaves out empty databases */
export async function findDataSources(client: Client, ids: readonly string[] = []): Promise<DataSource[]> {
  const databases = new Set([...databasesIn(await client.getTree()), ...ids]);
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
