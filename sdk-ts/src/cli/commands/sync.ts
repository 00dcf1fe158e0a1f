/** `notion-edge sync`: exports a page now, and says when readers get it. */
import type { Command } from "commander";
import type { Client } from "../../client.ts";
import type { ExportReport } from "../../generated.ts";
import { parseId } from "../../id.ts";
import { pause } from "../../retry.ts";
import { type Admin, adminOf } from "../admin.ts";
import { arrival } from "../arrival.ts";
import { type CommonOptions, type Context, clientOf, workerCommand } from "../context.ts";
import { PAGE, idOf } from "../page.ts";
import { EXIT, Problem } from "../problem.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, targetOf } from "../settings.ts";
import { duration } from "../time.ts";

interface Synced {
  id: string;
  /** Where it is; null where it is not there, or for nobody who has these tokens. */
  path: string | null;
  /** The version that it got; null where its content is as it was. */
  version: number | null;
  /** Whether anyone gets it, or only who has a token. */
  public: boolean;
  /** From the order until the export was over. */
  export_seconds: number;
  /** From the order until readers got it. */
  seconds: number;
  /** From the edit until then, between these two: Notion tells no more than the minute of an edit. Null where nothing changed. */
  seconds_from_edit: [least: number, most: number] | null;
}

const LOOK_MS = 250;
const MINUTE = 60;
const RECENT_MS = 120_000;
const UNDER_WAY = ["queued", "running", "cancelling"];

const HELP = `
It needs one of ADMIN_TOKENS, and reads with NOTION_EDGE_TOKEN, PREVIEW_TOKENS
or READ_TOKENS where not anyone may.
Ctrl-C cancels the export.`;

export function sync(context: Context): Command {
  return workerCommand("sync", "export a page with what lies below it now, and say when readers get it")
    .summary("export a page now, and say when readers get it")
    .argument("<page>", PAGE)
    .addHelpText("after", HELP)
    .action(async (page: string, options: CommonOptions & TargetOptions) => {
      const { screen, signal, now, variables } = context;
      const admin = adminOf(targetOf(options, variables, { opens: "admin" }), signal);
      const readers = targetOf({ url: options.url }, variables);
      if (options.token !== undefined) readers.tokens.unshift(options.token);
      const client = clientOf(readers);
      const id = await idOf(client, page, context);
      const before = await client.getPage(id, { fields: ["last_edited_time"], signal });
      const after = (await client.getEvents({ limit: 1, signal })).next;
      const begun = now();
      const since = () => (now() - begun) / 1000;
      const { number } = await admin.order({ job: "page", id });
      const report = await ended(admin, number, context, (state) =>
        screen.progress(`export ${number} is ${state}  ${duration(now() - begun)}`),
      );
      const export_seconds = since();
      const [error] = report.errors;
      if (error !== undefined) throw new Problem(`${error.object} ${error.id}: ${error.message}`);
      if (report.state !== "complete")
        throw new Problem(`export ${number} ${report.state === "failed" ? "has" : "is"} ${report.state}`);
      const version = await versionSince(client, after, id, signal);
      screen.progress(`export ${number} is complete, readers do not get it yet`);
      const arrived = await arrival(readers, id, version, signal);
      const seconds = since();
      const found = await client.getPage(id, { fields: ["path", "last_edited_time"], version, signal });
      screen.progress(undefined);
      const edited = Date.parse(found?.last_edited_time ?? "");
      // A page also changes with what it shows of others, without an edit of its own.
      const isEdit = found?.last_edited_time !== before?.last_edited_time || begun - edited < RECENT_MS;
      const edit = version === undefined || found === null || !isEdit ? null : (now() - edited) / 1000;
      const result: Synced = {
        id,
        path: found?.path ?? null,
        version: version ?? null,
        public: arrived.public,
        export_seconds,
        seconds,
        seconds_from_edit: edit === null ? null : [Math.max(0, edit - MINUTE), edit],
      };
      screen.result(result, told);
    });
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
    if (!signal.aborted) throw error;
    await admin.cancel(number).catch(() => {});
    throw new Problem(`export ${number} is cancelled: what was written stays`, EXIT.interrupted);
  }
}

/** The version that the page got meanwhile, if it has changed. */
async function versionSince(client: Client, from: string, id: string, signal: AbortSignal) {
  let version: number | undefined;
  for (let after = from; ;) {
    const { results, next } = await client.getEvents({ after, limit: 1_000, signal });
    for (const { data } of results) {
      const isIt = typeof data.id === "string" && "version" in data && parseId(data.id, "id") === id;
      if (isIt && typeof data.version === "number") version = data.version;
    }
    if (next === after) return version;
    after = next;
  }
}

function told(
  { id, path, version, public: isPublic, export_seconds, seconds, seconds_from_edit }: Synced,
  style: Style,
) {
  const readers = isPublic ? "readers" : "readers with a token";
  const name = style("bold", path ?? id);
  if (version === null && path === null) return `${style("yellow", "!")} ${name} is not there for readers`;
  if (version === null) return `${style("green", "✓")} ${name} is as it was: ${readers} have what Notion has`;
  const lines = [
    `${style("green", "✓")} ${name} ${path === null ? "is gone" : "has changed"}, version ${version}`,
    `  ${duration(export_seconds * 1000)} from the order until it was exported`,
    `  ${duration(seconds * 1000)} from the order until ${readers} got it`,
  ];
  if (seconds_from_edit !== null) {
    const [least, most] = seconds_from_edit.map((it) => duration(it * 1000));
    const took = seconds_from_edit[0] === 0 ? `up to ${most}` : `${least} to ${most}`;
    lines.push(`  ${took} from the edit until then ${style("dim", "(Notion tells its minute only)")}`);
  }
  return lines.join("\n");
}
