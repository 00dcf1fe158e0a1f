/** `notion-edge get`: a page as readers get it. */
import { type Command, Option } from "commander";
import { whyLine } from "../../doctor/command.ts";
import type { PageDocument } from "../../generated.ts";
import { isPageId } from "../../id.ts";
import { namedBy } from "../../named.ts";
import { type CommonOptions, type Context, clientFor, workerCommand } from "../context.ts";
import { PAGE, pageNamed } from "../page.ts";
import { Problem } from "../problem.ts";
import { type TargetOptions, targetOf } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  html?: boolean;
  markdown?: boolean;
  field?: string;
}

export function get(context: Context): Command {
  return workerCommand("get", "print a page as readers get it: its document, or a part of it")
    .summary("print a page as readers get it")
    .argument("<page>", PAGE)
    .addOption(new Option("--html", "what it holds as HTML").conflicts(["markdown", "field"]))
    .addOption(new Option("--markdown", "what it holds as Markdown").conflicts("field"))
    .option("--field <name>", "only this of the document, such as title or values.Status")
    .action(async (page: string, { html, markdown, field, ...options }: Options) => {
      const client = clientFor(context, options);
      const { screen, signal } = context;
      const name = pageNamed(page, context.variables);
      const missing = async (): Promise<never> => {
        const kind = isPageId(name) ? (await namedBy(client, name, { signal }))?.kind : undefined;
        const rows = `\`npx notion-edge list --data-source ${name}\` lists its pages`;
        if (kind !== undefined) throw new Problem(`${name} is a ${kind}, not a page: ${rows}`);
        const { url } = targetOf(options, context.variables);
        const why = whyLine(name, { url, variables: context.variables });
        throw new Problem(`there is no page ${name} for readers: ${why} tells why`);
      };
      if (html || markdown) {
        const text = html ? await client.getHtml(name, { signal }) : await client.getMarkdown(name, { signal });
        return screen.result(text ?? (await missing()), (it) => it.trimEnd());
      }
      const document = (await client.getPage(name, { signal })) ?? (await missing());
      if (field === undefined) return screen.result(document, json);
      const value = fieldOf(document, field);
      if (value === undefined) throw new Problem(`the page has no ${field}`);
      screen.result(value, (it) => (typeof it === "string" ? it : json(it)));
    });
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
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
