/**
 * Child processes: every one is started here, in a process group of its own, so that it can be ended with its children.
 * A guard process ends them if this one dies; a terminal's Ctrl-C reaches none of them directly.
 * It does not know what the processes are for.
 */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.mjs";

const KEPT_LINES = 5000;
const TAIL_LINES = 20;
const STOP_MS = 8000;
/** How npm, cargo, rustup and apt-get say that they reach nobody. */
const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|[Cc]ould ?n[o']t (connect|resolve)|Temporary failure/;

/**
 * @typedef {object} Launch
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv | undefined} [env] the whole environment; this process's own by default
 * @property {string} [log] a file that gets all its output
 * @property {(line: string) => void} [onLine] each line of its standard output
 */

/**
 * @typedef {object} Running
 * @property {number} pid also the id of its process group
 * @property {Promise<string>} ended how it ended, as words: `exit code 1`
 * @property {() => string} output what it printed; of very much, the end
 * @property {() => Promise<void>} stop asks it to end, and ends it after a while
 * @property {() => Promise<void>} kill ends it and its children at once
 */

/** @type {Set<Running>} */
const running = new Set();

/** @type {import("node:child_process").ChildProcess | undefined} */
let guard;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Launch} [options]
 * @returns {Promise<Running>}
 */
export async function launch(command, args, { cwd, env, log, onLine } = {}) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  await new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Problem(`${command} could not be started: ${reason(error)}`)));
  });
  const pid = /** @type {number} */ (child.pid);
  tellGuard(`add ${pid}`);

  /** @type {string[]} */
  const printed = [];
  const file = log === undefined ? undefined : createWriteStream(log);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      printed.push(line);
      if (printed.length > KEPT_LINES) printed.splice(0, KEPT_LINES / 2);
      file?.write(`${line}\n`);
      if (stream === child.stdout) onLine?.(line);
    });
  }

  // Its output is complete only once its children, who share it, have ended too.
  child.once("exit", () => send(-pid, "SIGKILL"));
  const ended = /** @type {Promise<string>} */ (
    new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
    })
  );
  /** @type {Running} */
  const process = {
    pid,
    ended,
    output: () => printed.join("\n"),
    stop: () => end(pid, ended, "SIGTERM"),
    kill: () => end(pid, ended, "SIGKILL"),
  };
  running.add(process);
  void ended.then(() => {
    file?.end();
    running.delete(process);
    tellGuard(`remove ${pid}`);
  });
  return process;
}

/**
 * Runs a command to its end and returns what it printed.
 * @param {string} purpose what failed, when it fails: `the Worker could not be built`
 * @param {string} command
 * @param {string[]} args
 * @param {Launch} [options]
 */
export async function run(purpose, command, args, options) {
  const process = await launch(command, args, options);
  const outcome = await process.ended;
  if (outcome === "exit code 0") return process.output();
  const hint = OFFLINE.test(process.output()) ? "; is there a network?" : "";
  const line = [command, ...args].join(" ");
  throw new Problem(`${purpose}: \`${line}\` ended with ${outcome}${hint}\n${tail(process)}`);
}

/** The last lines that a process printed, indented. @param {Running} process */
export function tail(process) {
  const lines = process.output().trimEnd().split("\n").slice(-TAIL_LINES);
  return lines.map((line) => `  ${line}`).join("\n");
}

/** Ends everything that this process started and that still runs. */
export async function stopAll() {
  await Promise.all([...running].map((process) => process.stop()));
}

/** @param {number} pid @param {Promise<string>} ended @param {NodeJS.Signals} signal */
async function end(pid, ended, signal) {
  // A request goes to the process alone, which knows how to end its children; force goes to all of them.
  send(signal === "SIGKILL" ? -pid : pid, signal);
  const late = new AbortController();
  const deadline = sleep(STOP_MS, "late", { signal: late.signal }).catch(() => "stopped");
  if ((await Promise.race([ended, deadline])) === "late") send(-pid, "SIGKILL");
  late.abort();
  await ended;
}

/** @param {number} target a process, or a group as a negative number @param {NodeJS.Signals} signal */
export function send(target, signal) {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended already.
  }
}

/** @param {string} line */
function tellGuard(line) {
  if (guard === undefined) {
    const program = fileURLToPath(new URL("guard.mjs", import.meta.url));
    guard = spawn(process.execPath, [program], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    guard.on("error", () => {});
    guard.stdin?.on("error", () => {});
    guard.unref();
    /** @type {import("node:net").Socket} */ (guard.stdin).unref();
  }
  guard.stdin?.write(`${line}\n`);
}

/** @param {NodeJS.ErrnoException} error */
function reason(error) {
  return error.code === "ENOENT" ? "it is not on this machine" : error.message;
}
