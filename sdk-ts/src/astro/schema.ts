/** The TypeScript of an entry, which Astro writes beside its own types. */
import type { Client } from "../client.ts";
import { declaration } from "../types/declaration.ts";

/** `Entry` as a module: with what the data source's properties are, where it is one that is there. */
export async function schemaTypes(client: Client, dataSourceId: string | undefined): Promise<string> {
  const source = dataSourceId === undefined ? null : await client.getDataSource(dataSourceId).catch(() => null);
  if (source === null) return 'export type { PageDocument as Entry } from "notion-edge";\n';
  return `import type { DocumentOf } from "notion-edge";

declare const source: ${declaration(source, "readonly ")};

export interface Entry extends DocumentOf<typeof source> {}
`;
}
