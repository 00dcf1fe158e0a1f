/**
 * What all measurements share: starting programs, putting load on them, what it cost, and a table of it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { launch, tail } from "../local/launch.mjs";
import { deployed } from "./contestants.mjs";

const READY_MS = 20_000;

/**
 * @typedef {object} Outcome
 * @property {number} perSecond requests
 * @property {number} p50 of how long one took, in microseconds
 * @property {number} p99
 * @property {{ asker: number, server: number, redis: number }} cpu cores that each kept busy
 */

/** A program that runs, and where. @typedef {Awaited<ReturnType<typeof start>>} Server */

/** Whose costs are measured. @typedef {{ server: number, redis: number }} Pids */

/**
 * Starts a program; it is ready when it prints something, or when it can be reached.
 * @param {string} program @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, ready?: RegExp, reachable?: string }} options
 */
export async function start(program, args, { env, ready, reachable }) {
  /** @type {string | undefined} */
  let found;
  const onLine = (/** @type {string} */ line) => {
    found ??= ready?.exec(line)?.[1];
  };
  const running = await launch(program, args, { env, onLine });
  for (let waited = 0; found === undefined && waited < READY_MS; waited += 20) {
    await sleep(20);
    if (reachable !== undefined && (await reaches(reachable))) found = reachable;
  }
  if (found === undefined) throw new Error(`${program} did not start\n${tail(running)}`);
  return { pid: running.pid, found, stop: running.stop };
}

/** @param {string} address @returns {Promise<boolean>} */
function reaches(address) {
  const [host, port] = address.split(":");
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Load by the program of this folder. @param {{ target: object, concurrency: number, seconds: number }} options @param {Pids} pids */
export function load(options, pids) {
  return underLoad(deployed("bench"), [JSON.stringify({ warm_up_seconds: options.seconds / 4, ...options })], pids);
}

/** Load by a client in Node. @param {object} options @param {Pids} pids */
export function loadJs(options, pids) {
  const program = fileURLToPath(new URL("client.mjs", import.meta.url));
  return underLoad(process.execPath, [program, JSON.stringify(options)], pids);
}

/** @param {string} program @param {string[]} args @param {Pids} pids @returns {Promise<Outcome>} */
async function underLoad(program, args, { server, redis }) {
  const began = { at: performance.now(), server: cpuSeconds(server), redis: cpuSeconds(redis) };
  const running = await launch(program, args);
  const outcome = await running.ended;
  const wall = (performance.now() - began.at) / 1000;
  if (outcome !== "exit code 0") throw new Error(`${program} ended with ${outcome}\n${tail(running)}`);
  const { requests, seconds, p50_us, p99_us, cpu_seconds } = JSON.parse(running.output());
  return {
    perSecond: requests / seconds,
    p50: p50_us,
    p99: p99_us,
    cpu: {
      asker: cpu_seconds / wall,
      server: server === redis ? 0 : (cpuSeconds(server) - began.server) / wall,
      redis: (cpuSeconds(redis) - began.redis) / wall,
    },
  };
}

/** What a process has spent so far, with all its threads, in seconds. @param {number} pid */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks();
}

/** @type {number | undefined} */
let perSecond;

function ticks() {
  perSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return perSecond;
}

/** Bytes of memory that a process has in use, now and at most so far. @param {number} pid */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (/** @type {string} */ name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Columns, the first of words, the others of numbers. @param {string[][]} rows */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (/** @type {string} */ cell, /** @type {number} */ column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join("  ")}`).join("\n");
}
