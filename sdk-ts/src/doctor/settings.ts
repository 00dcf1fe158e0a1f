/** What the doctor has to go by: all of it may be missing, and then what needs it is skipped. */
import type { Fetch } from "../settings.ts";

/** The Worker's variables by name, as `.dev.vars` and the environment have them. */
export type Variables = Record<string, string | undefined>;

/** What is known of a set-up. */
export interface DoctorSettings {
  /** The address of the Worker. */
  url?: string | undefined;
  /** A token of readers: one of `PREVIEW_TOKENS` or `READ_TOKENS`. */
  token?: string | undefined;
  /** One of `ADMIN_TOKENS`; by default the first of those among the variables. */
  adminToken?: string | undefined;
  /** The Worker's variables: with those for Notion and Redis, both are asked directly as well. */
  variables?: Variables | undefined;
  /** Instead of the global `fetch`. */
  fetch?: Fetch | undefined;
  /** Milliseconds that one request may take; 10,000 by default. */
  timeout?: number | undefined;
  /** The present, in milliseconds since 1970, by this machine's clock. */
  now?: (() => number) | undefined;
}

/** The same with everything filled in. */
export interface Settled {
  url: string | undefined;
  token: string | undefined;
  adminToken: string | undefined;
  /** Those that have a value. */
  variables: Record<string, string>;
  fetch: Fetch;
  timeout: number;
  now: () => number;
}

/** Where the Worker of `npm start` and of `wrangler dev` is: commands ask there unless they are told otherwise. */
export const LOCAL_WORKER = "http://127.0.0.1:8787";

/** What has somebody give the doctor more than it got: a token, once it knows whom to show it to. */
export function giveMore({ url }: Settled): string {
  if (url === undefined) return "give the Worker's address with --url or NOTION_EDGE_URL";
  return "give one of ADMIN_TOKENS with --token or NOTION_EDGE_TOKEN, or run it in the folder that has the .dev.vars of the Worker";
}

/** Fills in what is left out. */
export function settle(settings: DoctorSettings): Settled {
  const given = Object.entries(settings.variables ?? {}).map(([name, value]) => [name, value?.trim() ?? ""]);
  const variables = Object.fromEntries(given.filter(([, value]) => value !== "")) as Record<string, string>;
  const first = (...names: string[]) => names.map((name) => variables[name]?.split(",")[0]?.trim()).find(Boolean);
  return {
    url: settings.url?.replace(/\/+$/, "") || undefined,
    token: settings.token || first("PREVIEW_TOKENS", "READ_TOKENS"),
    adminToken: settings.adminToken || first("ADMIN_TOKENS"),
    variables,
    fetch: settings.fetch ?? ((...args) => globalThis.fetch(...args)),
    timeout: settings.timeout ?? 10_000,
    now: settings.now ?? Date.now,
  };
}

/** Whether the variables tell where Redis is. */
export function hasRedis(variables: Variables): boolean {
  return ["UPSTASH_REDIS_REST_URL", "KV_REST_API_URL", "REDIS_URL"].some((name) => Boolean(variables[name]));
}

/** Whether these are variables of a Worker, rather than those of any process. */
export function isOfWorker(variables: Record<string, string>): boolean {
  return "NOTION_TOKEN" in variables || hasRedis(variables);
}

/** Names of variables that hold something which no message may repeat. */
const SECRET = /TOKEN|SECRET|PASSWORD|REDIS_URL|DEPLOY_HOOKS/;

/** What is shorter is a word, as tokens of demos are, and stands in messages for itself. */
const SHORTEST = 8;

/** Whether a variable of that name belongs among the secrets, not into a file that is committed. */
export function isSecret(name: string): boolean {
  return SECRET.test(name);
}

/** Takes every secret that is known out of a text: what a server says may repeat what it was sent. */
export function withoutSecrets(text: string, { variables, token, adminToken }: Settled): string {
  const named = Object.entries(variables).filter(([name]) => isSecret(name));
  const all = [...named.flatMap(([, value]) => [value, ...value.split(",")]), token ?? "", adminToken ?? ""];
  const secrets = all.map((it) => it.trim()).filter((it) => it.length >= SHORTEST);
  // The longest first: one may be a part of another.
  secrets.sort((a, b) => b.length - a.length);
  return secrets.reduce((safe, secret) => safe.replaceAll(secret, "***"), text);
}
