/** `npx notion-edge types`: writes what the compiler is to know of the user's own data sources. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { DataSource } from "../../generated.ts";
import { declare } from "../../types/declaration.ts";
import { findDataSources } from "../../types/find.ts";
import { type CommonOptions, type Context, clientFor, workerCommand } from "../context.ts";
import { idNamed } from "../page.ts";
import { EXIT, Problem } from "../problem.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  output: string;
  dataSource?: string[];
  zod?: boolean;
  check?: boolean;
}

export function types(context: Context): Command {
  return workerCommand(
    "types",
    "write a TypeScript file with the data sources of the workspace, their properties and options",
  )
    .summary("write TypeScript types of your data sources")
    .option("-o, --output <file>", "where to write it", "src/notion-edge.ts")
    .option(
      "--data-source <id>",
      "one more, by its id, or the id or address of its database: one without a row that no page and no relation leads to",
      collect,
    )
    .option("--zod", "write schemas of Zod for the values as well")
    .option("--check", "write nothing, and exit with 1 where the file is not what would be written")
    .action(async ({ output, dataSource, zod, check, ...options }: Options) => {
      const { screen, signal } = context;
      const ids = dataSource?.map((name) => idNamed(name, "data source")) ?? [];
      const found = await findDataSources(clientFor(context, options), { ids, signal });
      if (found.length === 0) {
        throw new Problem(
          "the Worker shows no data source: with a publish rule, pass one of PREVIEW_TOKENS as --token",
        );
      }
      const missing = ids.find((id) => !found.some((it) => it.id === id || isOf(it, id)));
      if (missing !== undefined) throw new Problem(`there is no data source ${missing} for readers: is that its id?`);
      const wanted = declare(found, { zod });
      const file = resolve(context.folder, output);
      const written = await readFile(file, "utf8").catch(() => undefined);
      // Git may have made them the line ends of Windows.
      const isCurrent = written?.replaceAll("\r\n", "\n") === wanted;
      signal.throwIfAborted();
      if (check && !isCurrent) context.exit(EXIT.wrong);
      if (!check && !isCurrent) {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, wanted);
      }
      const result = {
        file: output,
        data_sources: found.map(({ id }) => id),
        current: isCurrent,
        written: !check && !isCurrent,
      };
      screen.result(result, ({ written, current }, style) => {
        if (written) return `${style("green", "✓")} wrote ${found.length} data sources to ${output}`;
        if (current) return `${style("green", "✓")} ${output} is current`;
        return `${style("red", "✗")} ${output} is not what the workspace is: run \`npx notion-edge types\``;
      });
    });
}

function isOf({ parent }: DataSource, database: string): boolean {
  return parent.type === "database_id" && parent.database_id === database;
}

function collect(id: string, ids: string[] = []): string[] {
  return [...ids, id];
}
