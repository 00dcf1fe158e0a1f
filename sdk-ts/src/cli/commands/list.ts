/** `notion-edge list`: the pages that readers are shown, newest first. */
import { type Command, InvalidArgumentError } from "commander";
import type { ListFilter } from "../../calls.ts";
import type { Client } from "../../client.ts";
import type { PageSummary } from "../../generated.ts";
import { isUnknownList, namedBy } from "../../named.ts";
import { type CommonOptions, type Context, clientFor, workerCommand } from "../context.ts";
import { idNamed } from "../page.ts";
import { Problem } from "../problem.ts";
import type { Style } from "../screen.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  dataSource?: string;
  parent?: string;
  limit?: number;
}

/** Wider paths push the title to the right. */
const PATH_WIDTH = 36;

export function list(context: Context): Command {
  return workerCommand("list", "list pages, newest first; with --json a line of JSON for each")
    .summary("list pages, newest first")
    .option("--data-source <id>", "the rows of this data source, by its id, or the id or address of its database")
    .option("--parent <id>", "what lies right under this page or database, named in the same way")
    .option("--limit <number>", "no more than these", countOf)
    .action(async ({ dataSource, parent, limit = Infinity, ...options }: Options) => {
      const { screen, signal } = context;
      const client = clientFor(context, options);
      const dataSourceId = dataSource === undefined ? undefined : idNamed(dataSource, "data source");
      const parentId = parent === undefined ? undefined : idNamed(parent, "parent");
      const print = async (filter: ListFilter) => {
        let given = 0;
        try {
          for await (const page of client.iteratePages({ ...filter, signal })) {
            screen.line(page, lineOf);
            given += 1;
            if (given >= limit) break;
          }
        } catch (error) {
          // What it is instead is found out below.
          if (!isUnknownList(error)) throw error;
        }
        return given;
      };
      let given = await print({ dataSourceId, parentId });
      if (given === 0 && dataSourceId !== undefined) {
        const other = await dataSourceOf(client, dataSourceId, signal);
        if (other !== dataSourceId) given = await print({ dataSourceId: other, parentId });
      } else if (given === 0 && parentId !== undefined) {
        await assertThere(client, parentId, signal);
      }
      if (given === 0 && !screen.isJson) screen.note("no pages");
    });
}

/** The one data source of the database, whose address is what Notion shows. */
async function dataSourceOf(client: Client, id: string, signal: AbortSignal): Promise<string> {
  const named = await namedBy(client, id, { signal });
  if (named === undefined) throw new Problem(`there is no data source ${id} for readers: is that its id?`);
  if (named.kind === "data source") return id;
  const [only, ...others] = named.dataSources;
  if (only !== undefined && others.length === 0) return only;
  const ids = named.dataSources.map((it) => `\n  ${it}`).join("");
  throw new Problem(
    `${id} is a database: name one of its data sources${ids ? `:${ids}` : ", of which none is shared"}`,
  );
}

async function assertThere(client: Client, id: string, signal: AbortSignal): Promise<void> {
  const page = await client.getPage(id, { fields: ["id"], signal });
  if (page !== null || (await namedBy(client, id, { signal })) !== undefined) return;
  throw new Problem(`there is no page or database ${id} for readers: is that its id?`);
}

function lineOf({ path, title, last_edited_time }: PageSummary, style: Style): string {
  const day = style("dim", last_edited_time.slice(0, 10));
  return `${day}  ${path.padEnd(PATH_WIDTH)}  ${style("bold", title || "Untitled")}`;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("it is no number of pages");
}
