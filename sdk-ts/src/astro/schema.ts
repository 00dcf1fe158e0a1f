/** The TypeScript of an entry, which Astro writes beside its own types. */
import type { Field } from "../calls.ts";
import type { Client } from "../client.ts";
import { declaration } from "../types/declaration.ts";

/** What is in a collection. */
export interface Collected {
  dataSourceId?: string | undefined;
  /** What entries have of a document; all of it without. */
  fields?: readonly Field[] | undefined;
}

/** `Entry` as a module: with what the data source's properties are, where it is one that is there. */
export async function schemaTypes(client: Client, { dataSourceId, fields }: Collected): Promise<string> {
  const names = fields?.map((name) => JSON.stringify(name)).join(" | ");
  const part = (whole: string) => (names === undefined ? whole : `Pick<${whole}, ${names}>`);
  const source = dataSourceId === undefined ? null : await client.getDataSource(dataSourceId).catch(() => null);
  if (source === null) {
    return `import type { PageDocument } from "notion-edge";\n\nexport interface Entry extends ${part("PageDocument")} {}\n`;
  }
  return `import type { DocumentOf } from "notion-edge";

declare const source: ${declaration(source, "readonly ")};

export interface Entry extends ${part("DocumentOf<typeof source>")} {}
`;
}
