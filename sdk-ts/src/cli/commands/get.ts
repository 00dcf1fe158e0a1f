/** `notion-edge get`: a page as readers get it. */
import type { Command } from "commander";
import type { PageDocument } from "../../generated.ts";
import { type CommonOptions, type Context, clientFor, screenFor, workerCommand } from "../context.ts";
import { Problem } from "../problem.ts";
import { pageNamed } from "../page.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  html?: boolean;
  markdown?: boolean;
  field?: string;
}

export function get(context: Context): Command {
  return workerCommand("get", "print a page as readers get it")
    .argument("<page>", "its id, its path, or its address on the site or in Notion")
    .option("--html", "what it holds as HTML")
    .option("--markdown", "what it holds as Markdown")
    .option("--field <name>", "only this of the document, such as title or values.Status")
    .action(async (page: string, options: Options) => {
      const client = clientFor(context, options);
      const { signal } = context;
      const screen = screenFor(context, options);
      const name = pageNamed(page);
      const text = options.html
        ? await client.getHtml(name, { signal })
        : options.markdown
          ? await client.getMarkdown(name, { signal })
          : await client.getPage(name, { signal });
      if (text === null) throw new Problem(`there is no page ${name}: \`notion-edge why ${name}\` may tell why`);
      if (typeof text === "string") return screen.result(text, (it) => it.trimEnd());
      if (options.field === undefined) return screen.result(text, (it) => JSON.stringify(it, null, 2));
      const value = fieldOf(text, options.field);
      if (value === undefined) throw new Problem(`the page has no ${options.field}`);
      screen.result(value, (it) => (typeof it === "string" ? it : JSON.stringify(it, null, 2)));
    });
}

/** What stands there; names of properties may hold dots and spaces, so the longest name that fits is taken. */
function fieldOf(page: PageDocument, path: string): unknown {
  let value: unknown = page;
  for (let rest = path.split("."); rest.length > 0;) {
    if (typeof value !== "object" || value === null) return undefined;
    const object = value as Record<string, unknown>;
    const lengths = Array.from(rest, (_, at) => rest.length - at);
    const length = lengths.find((it) => Object.hasOwn(object, rest.slice(0, it).join(".")));
    if (length === undefined) return undefined;
    value = object[rest.slice(0, length).join(".")];
    rest = rest.slice(length);
  }
  return value;
}
