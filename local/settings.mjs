/**
 * What `npm start` is told: its arguments, and the variables of the environment that are the Worker's own.
 * The names of the variables are the same everywhere: here, in wrangler.toml and in the README.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Problem } from "./problem.mjs";

export const USAGE = `usage: npm start [-- OPTIONS]

  --once           end after the first complete export, with a summary
  --fresh          forget what earlier starts have stored here
  --port PORT      where the Worker is served; 8787 or the next free one
  --data FOLDER    where the data lies; .notion-edge for the demo, a folder in it for each other workspace

The simulated Notion, used unless NOTION_TOKEN or NOTION_BASE_URL is set:
  --pages N        generated pages beside the demo workspace
  --seed S         which pages they are
  --rate R         requests that it allows per minute, 0 for any number
  --faults F       share of its answers that are errors, from 0 to 1

Every variable of the Worker can be set in the environment, for instance:
  NOTION_TOKEN=ntn_... npm start                         the real Notion
  NOTION_BASE_URL=http://127.0.0.1:4000 npm start        another server of its API
  UPSTASH_REDIS_REST_URL=... UPSTASH_REDIS_REST_TOKEN=... npm start`;

const PREFERRED_PORT = 8787;

/** Requests per minute; more than this machine can make. */
const UNLIMITED = 100_000;

const DATA = fileURLToPath(new URL("../.notion-edge", import.meta.url));

/** All variables of the Worker; which of them it knows yet, it says itself. */
const VARIABLES = [
  ["NOTION_TOKEN", "NOTION_BASE_URL"],
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  ["KEY_PREFIX", "KEY_SEPARATOR", "KEY_HASH_TAG"],
  ["TTL", "PRETTY_JSON", "INCLUDE_META", "INCLUDE_BLOCKS", "BLOCK_KEYS", "OBJECT_TYPES", "ROOTS", "EXCLUDE"],
  ["RATE_LIMIT", "WORKERS", "BATCH_SIZE", "TIMEOUT", "MAX_RETRIES", "RETRY_BACKOFF", "CONTINUE_ON_ERROR", "MAX_ERRORS"],
  ["PLAN", "RUN_SUBREQUESTS", "RUN_SECONDS", "CHECKPOINT_INTERVAL", "RECONCILE_INTERVAL"],
  ["ACCESS", "PUBLISH_RULE", "READ_TOKENS", "PREVIEW_TOKENS", "ADMIN_TOKENS", "WEBHOOK_TOKENS", "CORS_ORIGINS"],
  ["READ_TIMEOUT", "READ_MEMORY"],
  ["SITE_URL", "PATH_PATTERN", "FILES_NAME", "FILES_URL", "DEPLOY_HOOKS"],
].flat();

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function readSettings(args, env) {
  refuseSwallowed(env);
  const given = parse(args);
  const vars = variables(env);
  const rate = number("--rate", given.rate, 0);
  // A Worker that keeps Notion's own limit would not use what this sim allows.
  if (rate !== undefined) vars.RATE_LIMIT ??= String(rate || UNLIMITED);
  return {
    help: given.help === true,
    once: given.once === true,
    fresh: given.fresh === true,
    data: given.data ?? folderOf(vars),
    port: given.port === undefined ? { preferred: PREFERRED_PORT } : { exact: number("--port", given.port, 1, 65_535) },
    sim: {
      pages: number("--pages", given.pages, 0),
      seed: number("--seed", given.seed, 0),
      rate,
      faults: number("--faults", given.faults, 0, 1),
    },
    vars,
  };
}

const text = /** @type {const} */ ({ type: "string" });
const flag = /** @type {const} */ ({ type: "boolean" });
const OPTIONS = {
  ...{ help: flag, once: flag, fresh: flag, port: text, data: text },
  ...{ pages: text, seed: text, rate: text, faults: text },
};

/** Without `--` npm takes an option for one of its own, and only leaves a trace in the environment. @param {NodeJS.ProcessEnv} env */
function refuseSwallowed(env) {
  const swallowed = Object.keys(OPTIONS).filter((name) => env[`npm_config_${name}`] !== undefined);
  if (env.npm_lifecycle_event !== "start" || swallowed.length === 0) return;
  const options = swallowed.map((name) => `--${name}`).join(" ");
  throw new Problem(`npm kept ${options} to itself: write npm start -- ${options}`);
}

/** The demo's data and that of a workspace of somebody's own do not mix. @param {Record<string, string>} vars */
function folderOf({ NOTION_TOKEN = "", NOTION_BASE_URL }) {
  if (NOTION_TOKEN === "" && NOTION_BASE_URL === undefined) return DATA;
  const source = createHash("sha256")
    .update(`${NOTION_BASE_URL ?? ""} ${NOTION_TOKEN}`)
    .digest("hex");
  return join(DATA, `notion-${source.slice(0, 12)}`);
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    const told = error instanceof Error ? error.message.split(/\. |\n/)[0] : error;
    throw new Problem(`${told}\n\n${USAGE}`);
  }
}

/**
 * @template {string | undefined} T
 * @param {string} name
 * @param {T} value
 * @param {number} least
 * @param {number} most
 * @returns {T extends string ? number : number | undefined}
 */
function number(name, value, least, most = Number.MAX_SAFE_INTEGER) {
  const read = value === undefined ? undefined : Number(value);
  const isWhole = most <= 1 || Number.isInteger(read);
  if (read !== undefined && !(isWhole && value?.trim() !== "" && read >= least && read <= most)) {
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw new Problem(`${name} is ${value}, which is not a ${most <= 1 ? "" : "whole "}number ${range}`);
  }
  return /** @type {any} */ (read);
}

/** @param {NodeJS.ProcessEnv} env */
function variables(env) {
  /** @type {Record<string, string>} */
  const vars = { ACCESS: "public", ROOTS: "all" };
  for (const name of VARIABLES) if (env[name]) vars[name] = env[name];
  if ((vars.UPSTASH_REDIS_REST_URL === undefined) !== (vars.UPSTASH_REDIS_REST_TOKEN === undefined)) {
    throw new Problem("UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN belong together: set both, or neither");
  }
  if (vars.ACCESS === "private" && vars.READ_TOKENS === undefined) {
    throw new Problem(
      "ACCESS is private: set READ_TOKENS too, with one of them npm start asks how the export is doing",
    );
  }
  if (vars.ACCESS === "rule" && vars.PREVIEW_TOKENS === undefined) {
    throw new Problem(
      "ACCESS is rule: set PREVIEW_TOKENS too, with one of them npm start asks how the export is doing",
    );
  }
  return vars;
}
