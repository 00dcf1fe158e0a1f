/**
 * What the system tests share: a stack, or the command `npm start`, with data of its own that goes with the test.
 * Whatever a test leaves running is ended when it is over, however it went.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { processes } from "../local/processes.mjs";
import { startStack } from "../local/stack.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const PATIENCE_MS = 120_000;
const VARS = { ACCESS: "public", ROOTS: "all", RATE_LIMIT: "60000" };

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A folder that is removed with the test. @param {TestContext} t @param {string} [within] */
export function folder(t, within = tmpdir()) {
  mkdirSync(within, { recursive: true });
  const path = mkdtempSync(join(within, "notion-edge-"));
  const remove = () => rmSync(path, { recursive: true, force: true });
  t.after(() => {
    try {
      remove();
    } catch {
      // Something still writes into it, and is ended after this; an error here would leave it running.
      process.once("exit", remove);
    }
  });
  return path;
}

/**
 * A stack that is stopped with the test. Neither its sim nor its Worker limits the rate, unless told otherwise.
 * @param {TestContext} t
 * @param {Partial<import("../local/stack.mjs").StackOptions>} [options]
 */
export async function stackFor(t, { sim, vars, ...options } = {}) {
  const data = options.data ?? folder(t);
  const stack = await startStack({ ...options, data, sim: { rate: 0, ...sim }, vars: { ...VARS, ...vars } });
  t.after(() => stack.stop());
  return stack;
}

/** A connection to the Redis of a stack, which ends with the test. @param {TestContext} t @param {import("../local/stack.mjs").Stack} stack */
export function storeOf(t, stack) {
  const store = new Redis(stack.redis?.address ?? "");
  t.after(() => store.disconnect());
  return store;
}

/** Has the minute over for which a killed run keeps its lease, which changes nothing but how long a test takes. @param {Redis} store */
export async function endLease(store) {
  await store.hset("notion:export:lease", "until", 0);
}

/**
 * `npm start`, ended with the test.
 * @param {TestContext} t
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function npmStart(t, args, env = {}) {
  const child = spawn(process.execPath, [join(root, "local/start.mjs"), ...args], {
    // What surrounds the tests must not decide what the command does, beyond where the tools keep their things.
    env: { ...only(/^(PATH|HOME|CARGO_.*|RUSTUP_.*|npm_config_cache)$/), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
  t.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return {
    pid: /** @type {number} */ (child.pid),
    /** Its exit code, or the signal that ended it. @type {Promise<number | string>} */
    ended,
    output: () => printed,
    /** @param {NodeJS.Signals} signal */
    kill: (signal) => child.kill(signal),
    /** Waits until it has printed what matches. @param {RegExp} pattern */
    prints: (pattern) =>
      until(
        () => pattern.exec(printed) ?? undefined,
        () => `${pattern} in:\n${printed}`,
      ),
  };
}

/** The variables of this process whose names match. @param {RegExp} names */
function only(names) {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}

/**
 * Waits until `look` finds something.
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} look
 * @param {string | (() => string)} what
 * @param {number} [pause] between two looks, in ms
 * @returns {Promise<T>}
 */
export async function until(look, what, pause = 50) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(pause);
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${typeof what === "string" ? what : what()}`);
}

/** The processes of a stack that hold `data`, by name. @param {string} data @returns {Map<string, number>} */
export function partsOf(data) {
  const { parts } = JSON.parse(readFileSync(join(data, "claim.json"), "utf8"));
  return new Map(parts.map((/** @type {{ name: string, pid: number }} */ part) => [part.name, part.pid]));
}

/** Waits until none of the process groups has a member left. @param {Iterable<number>} pids */
export function gone(pids) {
  return until(() => ([...pids].some(runs) ? undefined : true), "the end of all processes");
}

/** @param {number} pid of a process group's first process */
export function runs(pid) {
  return processes().some((row) => row.group === pid);
}
