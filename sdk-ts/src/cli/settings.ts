/**
 * What the commands are told by the environment: the variables of this process, then `.env` and `.dev.vars` of the folder, which
 * wrangler reads as well.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Variables by name. */
export type Variables = Record<string, string | undefined>;

/** Files with variables, the stronger first. */
const FILES = [".dev.vars", ".env"];

/** The variables that hold in a folder. */
export function variablesIn(folder: string, environment: Variables): Variables {
  const files = FILES.map((name) => parseEnv(textOf(join(folder, name))));
  return Object.assign({}, ...files.toReversed(), environment);
}

/** Nothing where there is no such file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Which Worker a command asks, and by which token. */
export interface Target {
  url: string;
  token: string | undefined;
}

/** Options that every command about a Worker has. */
export interface TargetOptions {
  url?: string | undefined;
  token?: string | undefined;
}

/** Where the Worker of `npm start` and of `wrangler dev` is. */
const LOCAL = "http://127.0.0.1:8787";

/** The Worker that is named, or the local one. For admin routes one of `ADMIN_TOKENS` does where no token is named. */
export function targetOf({ url, token }: TargetOptions, variables: Variables, { isAdmin = false } = {}): Target {
  const [admin] = (variables.ADMIN_TOKENS ?? "").split(",").map((it) => it.trim());
  const [reader] = (variables.PREVIEW_TOKENS ?? variables.READ_TOKENS ?? "").split(",").map((it) => it.trim());
  const fallback = (isAdmin ? admin : reader) || undefined;
  return {
    url: url ?? variables.NOTION_EDGE_URL ?? LOCAL,
    token:
      token ?? (isAdmin ? variables.NOTION_EDGE_ADMIN_TOKEN : undefined) ?? variables.NOTION_EDGE_TOKEN ?? fallback,
  };
}
