/**
 * What the commands are told by the environment: the variables of this process, then `.dev.vars` and `.env` of the folder, and the
 * `[vars]` of its `wrangler.toml`: an export from here must not think of another scope or rule than the Worker does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parse } from "smol-toml";
import { type DoctorSettings, LOCAL_WORKER } from "../doctor/settings.ts";
import { EXIT, Problem } from "./problem.ts";

/** Variables by name. */
export type Variables = Record<string, string | undefined>;

/** Files with variables, the stronger first. */
const FILES = [".dev.vars", ".env"];

/** The variables that hold in a folder. */
export function variablesIn(folder: string, environment: Variables): Variables {
  const files = FILES.map((name) => parseEnv(textOf(join(folder, name))));
  return Object.assign(varsOf(textOf(join(folder, "wrangler.toml"))), ...files.toReversed(), environment);
}

/** The variables of the Worker as its configuration has them. */
function varsOf(text: string): Variables {
  let config;
  try {
    config = parse(text);
  } catch {
    throw new Problem("wrangler.toml is no TOML: `npx wrangler check` says where", EXIT.usage);
  }
  const vars = typeof config.vars === "object" ? Object.entries(config.vars) : [];
  return Object.fromEntries(
    vars.filter(([, value]) => typeof value !== "object").map(([name, it]) => [name, String(it)]),
  );
}

/** Nothing where there is no such file. Some editors put a mark before it, which would be a part of the first name. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch {
    return "";
  }
}

/** Which Worker a command asks, and by which tokens: the first that it takes. */
export interface Target {
  url: string;
  tokens: string[];
}

/** Options that every command about a Worker has. */
export interface TargetOptions {
  url?: string | undefined;
  token?: string | undefined;
}

/** The variables of the Worker whose tokens open something, those that show most first. */
const OPENING = {
  pages: ["PREVIEW_TOKENS", "READ_TOKENS"],
  status: ["PREVIEW_TOKENS", "ADMIN_TOKENS", "READ_TOKENS"],
  admin: ["ADMIN_TOKENS"],
};

/**
 * The Worker that is named, or the local one. A token that is named is the only one; without it those of the environment are tried
 * in turn: a site has one that reads, in the same folder as the Worker's own that command.
 */
export function targetOf(
  { url, token }: TargetOptions,
  variables: Variables,
  { opens = "pages" }: { opens?: keyof typeof OPENING } = {},
): Target {
  const first = (name: string) => variables[name]?.split(",")[0]?.trim();
  const found = token === undefined ? [variables.NOTION_EDGE_TOKEN, ...OPENING[opens].map(first)] : [token];
  return {
    url: withoutPassword(url ?? variables.NOTION_EDGE_URL ?? LOCAL_WORKER),
    tokens: [...new Set(found.map((it) => it?.trim() ?? "").filter((it) => it !== ""))],
  };
}

/** The address, which is printed. */
function withoutPassword<T extends string | undefined>(url: T): T {
  const { username = "", password = "" } = url !== undefined && URL.canParse(url) ? new URL(url) : {};
  if (username === "" && password === "") return url;
  throw new Problem(
    "the Worker's address holds a user or a password, which are not sent: pass a token as --token",
    EXIT.usage,
  );
}

/**
 * What the doctor has to go by. Where the variables of a Worker are there but no address, none is asked: the one that runs here may be
 * another. The token of the environment may be an admin's or a reader's.
 */
export function doctorSettings({ url, token }: TargetOptions, variables: Variables): DoctorSettings {
  const isBesideWorker = variables.NOTION_TOKEN !== undefined;
  const given = token ?? variables.NOTION_EDGE_TOKEN;
  return {
    url: withoutPassword(url ?? variables.NOTION_EDGE_URL ?? (isBesideWorker ? undefined : LOCAL_WORKER)),
    token: given,
    adminToken: token ?? (variables.ADMIN_TOKENS === undefined ? given : undefined),
    variables,
  };
}
