/**
 * What `notion-edge init` has to know: from its options, from the environment, and from the person at the terminal.
 * Whatever is told is checked at once, and asked for again where Notion or Redis refuses it.
 */
import type { Writable } from "node:stream";
import * as clack from "@clack/prompts";
import { NOTION_BASE_URL } from "../../exporter/surroundings.ts";
import type { Context } from "../context.ts";
import { EXIT, Problem } from "../problem.ts";
import { type Connection, checkNotion, checkRedis, problemOfAddress } from "./checks.ts";
import type { Access } from "./files.ts";

/** What options give. */
export interface Given {
  name?: string | undefined;
  access?: Access | undefined;
  publishRule?: string | undefined;
  notionToken?: string | undefined;
  redisUrl?: string | undefined;
  redisToken?: string | undefined;
}

/** Everything that is to be known. */
export interface Answers {
  name: string;
  access: Access;
  publishRule: string | undefined;
  notionToken: string;
  redisUrl: string;
  redisToken: string;
  /** Nothing where it was not checked. */
  connection: Connection | undefined;
}

/** How to ask. */
export interface Asking {
  /** Whether there is someone to ask. */
  isInteractive: boolean;
  /** Whether Notion and Redis are asked. */
  isChecked: boolean;
}

export const DEFAULT_NAME = "notion-edge";

/** What most blogs have. */
const RULE = "Status=Published";

/** Names of Workers, as Cloudflare takes them. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Asks for what options and environment do not tell. */
export async function answersFor(context: Context, given: Given, asking: Asking): Promise<Answers> {
  const { variables, signal } = context;
  const known = {
    ...given,
    notionToken: given.notionToken ?? variables.NOTION_TOKEN,
    redisUrl: given.redisUrl ?? variables.UPSTASH_REDIS_REST_URL ?? variables.KV_REST_API_URL,
    redisToken: given.redisToken ?? variables.UPSTASH_REDIS_REST_TOKEN ?? variables.KV_REST_API_TOKEN,
    publishRule: given.publishRule ?? variables.PUBLISH_RULE,
  };
  if (!asking.isInteractive) refuseMissing(known);
  const asked = prompts(context);
  const name = await valid(
    known.name,
    () =>
      asked.text({
        message: "What is the Worker to be called?",
        placeholder: DEFAULT_NAME,
        defaultValue: DEFAULT_NAME,
        validate: (value) => problemOfName(value || DEFAULT_NAME),
      }),
    problemOfName,
    "--name",
  );
  const access = known.access ?? (asking.isInteractive ? await asked.access() : "private");
  const publishRule =
    access === "rule"
      ? (known.publishRule ??
        (await asked.text({ message: "Which pages are public?", placeholder: RULE, defaultValue: RULE })))
      : undefined;

  const base = variables.NOTION_BASE_URL ?? NOTION_BASE_URL;
  const { value: notionToken, found: connection } = await checked({
    first: known.notionToken,
    ask: () => asked.secret("Secret of the connection (notion.so/profile/integrations)"),
    check: (token) => checkNotion({ base, token }, signal),
  });
  const redis = await checked({
    first:
      known.redisUrl !== undefined && known.redisToken !== undefined
        ? { url: known.redisUrl, token: known.redisToken }
        : undefined,
    ask: async (before) => ({
      url: await asked.text({
        message: "Address of Redis over HTTP (UPSTASH_REDIS_REST_URL)",
        placeholder: "https://….upstash.io",
        initialValue: before?.url ?? "",
        validate: (value) => needed(value) ?? problemOfAddress(value?.trim() ?? ""),
      }),
      token: await asked.secret("Its token (UPSTASH_REDIS_REST_TOKEN)"),
    }),
    check: (value) => checkRedis(value, signal),
  });
  return {
    name,
    access,
    publishRule,
    notionToken,
    redisUrl: redis.value.url,
    redisToken: redis.value.token,
    connection,
  };

  /** What is known or told, once it passes. */
  async function checked<T, F>(it: {
    first: T | undefined;
    /** Asks for it, again where it was given before. */
    ask: (before?: T) => Promise<T>;
    check: (value: T) => Promise<F>;
  }) {
    let value = it.first ?? (await it.ask());
    for (;;) {
      if (!asking.isChecked) return { value, found: undefined };
      try {
        return { value, found: await it.check(value) };
      } catch (error) {
        if (!asking.isInteractive || !(error instanceof Problem)) throw error;
        asked.bad(error.message);
        value = await it.ask(value);
      }
    }
  }
}

function refuseMissing({ notionToken, redisUrl, redisToken, access, publishRule }: Given): void {
  const missing = [
    [notionToken, "NOTION_TOKEN or --notion-token"],
    [redisUrl, "UPSTASH_REDIS_REST_URL or --redis-url"],
    [redisToken, "UPSTASH_REDIS_REST_TOKEN or --redis-token"],
    [access !== "rule" || publishRule, "PUBLISH_RULE or --publish-rule"],
  ].flatMap(([value, name]) => (value ? [] : [String(name)]));
  if (missing.length > 0) throw new Problem(`nobody can be asked here, so set ${missing.join(", ")}`, EXIT.usage);
}

async function valid(
  known: string | undefined,
  ask: () => Promise<string>,
  problem: (value: string | undefined) => string | undefined,
  option: string,
): Promise<string> {
  const found = known === undefined ? undefined : problem(known);
  if (found !== undefined) throw new Problem(`${option}: ${found}`, EXIT.usage);
  return known ?? ask();
}

function problemOfName(name: string | undefined): string | undefined {
  return NAME.test(name ?? "") ? undefined : "a name has lower case letters, digits and hyphens, 63 at most";
}

function needed(value: string | undefined): string | undefined {
  return value?.trim() ? undefined : "it is needed";
}

/** Questions at the terminal; Ctrl-C in one of them ends the command. */
function prompts({ input, err, signal }: Context) {
  const common = { input, output: err as Writable, signal };
  const ended = <T>(value: T): Exclude<T, symbol> => {
    if (clack.isCancel(value)) throw new Problem("interrupted, nothing is written", EXIT.interrupted);
    return value as Exclude<T, symbol>;
  };
  return {
    text: async (options: Omit<clack.TextOptions, "input" | "output" | "signal">) =>
      ended(await clack.text({ ...options, ...common })).trim(),
    secret: async (message: string) => ended(await clack.password({ message, validate: needed, ...common })).trim(),
    access: async () =>
      ended(
        await clack.select<Access>({
          message: "Who may read the copy?",
          options: [
            { value: "private", label: "Who has a token", hint: "ACCESS=private" },
            { value: "rule", label: "Anyone, the pages that a property says are public", hint: "ACCESS=rule" },
            { value: "public", label: "Anyone, everything that is shared with the connection", hint: "ACCESS=public" },
          ],
          ...common,
        }),
      ),
    bad: (text: string) => clack.log.error(text, { output: err as Writable }),
  };
}
