/** `notion-edge sync`: exports a page now, and says when readers get it. */
import type { Command } from "commander";
import type { Client } from "../../client.ts";
import { isUnavailableError } from "../../errors.ts";
import type { ExportReport } from "../../generated.ts";
import { isPageId } from "../../id.ts";
import { pause } from "../../retry.ts";
import { type Admin, adminOf } from "../admin.ts";
import { type CommonOptions, type Context, clientFor, screenFor, workerCommand } from "../context.ts";
import { pageNamed } from "../page.ts";
import { Problem } from "../problem.ts";
import { type TargetOptions, targetOf } from "../settings.ts";
import { duration } from "../time.ts";

interface Synced {
  id: string;
  path: string;
  /** Whether its content is another than before. */
  changed: boolean;
  /** From the order until readers get it, in seconds. */
  seconds: number;
  /** From the edit until then; Notion floors the time of an edit to the minute, so it is up to 60 less. */
  seconds_from_edit: number;
}

const LOOK_MS = 250;
const UNDER_WAY = ["queued", "running", "cancelling"];

export function sync(context: Context): Command {
  return workerCommand("sync", "export a page with what lies below it now, and say when readers get it")
    .argument("<page>", "its id, its path, or its address on the site or in Notion")
    .action(async (page: string, options: CommonOptions & TargetOptions) => {
      const target = targetOf(options, context.variables, { isAdmin: true });
      const admin = adminOf(target, context.signal);
      const client = clientFor(context, { url: target.url, token: target.token });
      const screen = screenFor(context, options);
      const id = await idOf(client, pageNamed(page), context);
      const begun = context.now();
      const from = (await client.getEvents({ limit: 1, signal: context.signal })).next;
      const { number } = await admin.order({ job: "page", id });
      const show = (state: string) => screen.progress(`export ${number} ${state}, ${duration(context.now() - begun)}`);
      const report = await ended(admin, number, context, show);
      const version = await versionSince(client, from, id, context);
      const served = await arrival(client, id, version, context);
      screen.progress(undefined);
      const [error] = report.errors;
      if (error !== undefined) throw new Problem(`${error.object} ${error.id}: ${error.message}`);
      if (report.state !== "complete") throw new Problem(`the export is ${report.state}`);
      if (served === null) throw new Problem(`the page ${id} is not there for readers: \`notion-edge why ${id}\``);
      const now = context.now();
      const result: Synced = {
        id,
        path: served.path,
        changed: version !== undefined,
        seconds: (now - begun) / 1000,
        seconds_from_edit: (now - Date.parse(served.last_edited_time)) / 1000,
      };
      screen.result(result, ({ path, changed, seconds, seconds_from_edit: since }) => {
        const what = changed ? "has changed" : "is as it was";
        const edit = `; it was edited ${duration(since * 1000)} ago, or up to a minute less`;
        return `${screen.style("green", "✓")} ${path} ${what}: readers get it ${duration(seconds * 1000)} after the order${changed ? edit : ""}`;
      });
    });
}

/** The export takes a page by its id. */
async function idOf(client: Client, name: string, { signal }: Context): Promise<string> {
  if (isPageId(name)) return name;
  const page = await client.getPage(name, { fields: ["id"], signal });
  if (page !== null) return page.id;
  throw new Problem(`no page has the path ${name}: name it by its id or its address in Notion`);
}

async function ended(admin: Admin, number: number, { signal }: Context, show: (state: string) => void) {
  let report: ExportReport;
  try {
    for (;;) {
      report = await admin.report(number);
      if (!UNDER_WAY.includes(report.state)) return report;
      show(report.state);
      await pause(LOOK_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) await admin.cancel(number).catch(() => {});
    throw error;
  }
}

/** The version that the page got meanwhile, if it has changed. */
async function versionSince(client: Client, from: string, id: string, { signal }: Context) {
  let version: number | undefined;
  const wanted = id.replaceAll("-", "").toLowerCase();
  for (let after = from; ;) {
    const { results, next } = await client.getEvents({ after, limit: 1_000, signal });
    for (const { data } of results) {
      const isIt = typeof data.id === "string" && data.id.replaceAll("-", "") === wanted;
      if (isIt && typeof data.version === "number") version = data.version;
    }
    if (results.length === 0 || next === after) return version;
    after = next;
  }
}

/** The page as readers get it, once that is the version that was written. */
async function arrival(client: Client, id: string, version: number | undefined, { signal }: Context) {
  for (;;) {
    try {
      return await client.getPage(id, { fields: ["path", "last_edited_time"], version, signal });
    } catch (error) {
      if (!isUnavailableError(error)) throw error;
      await pause(LOOK_MS, signal);
    }
  }
}
