/** The files that `notion-edge init` writes: what the Worker is, and the secrets that it is given. */
import { existsSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { EXIT, Problem } from "../problem.ts";

/** Who may read the copy. */
export type Access = "private" | "public" | "rule";

/** What the Worker's configuration says. */
export interface WorkerConfig {
  name: string;
  access: Access;
  /** Which pages are public, with the access `rule`. */
  publishRule?: string | undefined;
  /** Another server of Notion's API. */
  notionBaseUrl?: string | undefined;
  /** The Worker's main module, from the folder of the configuration. */
  main: string;
}

/** Whether a folder, or one above it, has a configuration in JSON: wrangler reads that in place of wrangler.toml, however near this is. */
export function isBelowJson(folder: string): boolean {
  return hasJson(folder) || (dirname(folder) !== folder && isBelowJson(dirname(folder)));
}

/** Whether a folder has a Worker's configuration in JSON. */
export function hasJson(folder: string): boolean {
  return ["wrangler.json", "wrangler.jsonc"].some((name) => existsSync(join(folder, name)));
}

/** The built Worker in this package, as it is installed in a project. */
const WORKER = "node_modules/notion-edge/worker/entry.js";

/** Where the Worker is, from the folder, and whether it is there: a workspace may have its packages further up. */
export function workerFrom(folder: string): { main: string; isThere: boolean } {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, WORKER)))
      return { main: relative(folder, join(at, WORKER)).replaceAll("\\", "/"), isThere: true };
    if (at === dirname(at)) return { main: WORKER, isThere: false };
  }
}

/** The text of wrangler.toml. */
export function wranglerToml({ name, access, publishRule, notionBaseUrl, main }: WorkerConfig): string {
  const vars = [
    `ACCESS = ${text(access)}`,
    // What is public has to be said; \`all\` is what the connection sees.
    ...(access === "public" ? ['ROOTS = "all"'] : []),
    ...(publishRule === undefined ? [] : [`PUBLISH_RULE = ${text(publishRule)}`]),
    ...(notionBaseUrl === undefined ? [] : [`NOTION_BASE_URL = ${text(notionBaseUrl)}`]),
  ];
  return `# The Worker of notion-edge on Cloudflare. Secrets do not belong here: they are in .dev.vars, which
# \`npx wrangler deploy --secrets-file .dev.vars\` uploads, and \`npx wrangler secret bulk .dev.vars\` without a deployment.
name = ${text(name)}
main = ${text(main)}
compatibility_date = "2026-10-20"
# It comes built. Bundled into one module, the exporter would be loaded by isolates that only serve.
no_bundle = true
rules = [{ type = "ESModule", globs = ["**/*.js"] }]

# One tick a minute advances the export; a tick with nothing to do costs 8 commands of Redis.
[triggers]
crons = ["* * * * *"]

# Where files are copied to that were uploaded to Notion: \`npx wrangler r2 bucket create ${name}-files\` makes it.
# [[r2_buckets]]
# binding = "FILES"
# bucket_name = ${text(`${name}-files`)}

# How many requests may come without a token from one IP address, in 10 or 60 seconds.
# [[ratelimits]]
# name = "RATE_LIMITER"
# namespace_id = "1001"
# simple = { limit = 300, period = 60 }

# What is not named here has its default.
[vars]
${vars.join("\n")}

# Workers Cache in front: what it has costs no request of the Worker. Runs purge what changed.
[cache]
enabled = true
`;
}

/** A string of TOML. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Variables as a file of secrets has them; other lines of the file before stay. */
export function secretsText(secrets: Readonly<Record<string, string>>, before: string): string {
  const kept = before
    .replace(/^\ufeff/, "")
    .split("\n")
    .filter((line) => !Object.hasOwn(secrets, nameIn(line)));
  const written = Object.entries(secrets).map(([name, value]) => `${name}=${quoted(name, value)}`);
  return `${[...kept.join("\n").trimEnd().split("\n"), ...written].filter((line, at) => at > 0 || line !== "").join("\n")}\n`;
}

function nameIn(line: string): string {
  return /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line)?.[1] ?? "";
}

/** Dollars are expanded by some of those that read such files, and quotes read in several ways. */
function quoted(name: string, value: string): string {
  if (/^[^\s"'`$\\]+$/.test(value)) return `"${value}"`;
  throw new Problem(
    `${name} has a space, a quote, a dollar or a backslash, which a file of variables does not hold`,
    EXIT.usage,
  );
}

/** The lines that a .gitignore lacks, so that no secret is committed; the text before stays. */
export function ignoring(names: readonly string[], before: string): string | undefined {
  const lines = before.split("\n").map((line) => line.trim());
  const missing = names.filter((name) => !lines.includes(name) && !lines.includes(`/${name}`));
  if (missing.length === 0) return undefined;
  return `${before === "" || before.endsWith("\n") ? before : `${before}\n`}${missing.join("\n")}\n`;
}

/** Writes a file that its owner alone reads. */
export async function writeSecret(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  // The mode above is for a new file only.
  await chmod(path, 0o600);
}

/** What a file holds; nothing where there is none. */
export async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
