/**
 * One stack per data folder: a claim file names the process that holds the folder, and the processes that it started.
 * Whoever claims next ends what a holder that died has left behind, after checking that each id still means that process.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { send } from "./launch.mjs";
import { Problem } from "./problem.mjs";
import { processes } from "./processes.mjs";

const PATIENCE_MS = 5000;

/**
 * @typedef {object} Identity
 * @property {number} pid
 * @property {string} since when the process began; an id alone may by now be another process's
 */

/** @typedef {Identity & { url?: string, parts: (Identity & { name: string })[] }} Holder */

/**
 * @typedef {object} Claim
 * @property {(name: string, pid: number) => void} record notes a process to be ended with the claim
 * @property {(url: string) => void} announce notes where the Worker is served
 * @property {() => void} release
 */

/**
 * Takes the folder `data`, or throws a Problem that names who has it.
 * @param {string} data
 * @returns {Promise<Claim>}
 */
export async function claim(data) {
  mkdirSync(data, { recursive: true });
  const file = join(data, "claim.json");
  /** @type {Holder} */
  const holder = { ...identify(process.pid), parts: [] };
  while (!created(file, holder)) await evict(file);

  return {
    record(name, pid) {
      const identity = identify(pid);
      holder.parts = [...holder.parts.filter(lives), { name, ...identity }];
      write(file, holder);
    },
    announce(url) {
      holder.url = url;
      write(file, holder);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** @param {string} file @param {Holder} holder */
function created(file, holder) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** @param {string} file */
async function evict(file) {
  /** @type {Holder | undefined} */
  let holder;
  try {
    holder = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Gone meanwhile, or cut off by a full disk: either way nobody to evict.
  }
  if (holder !== undefined && lives(holder)) {
    const where = holder.url === undefined ? "" : ` at ${holder.url}`;
    throw new Problem(`notion-edge already runs from this folder${where} (process ${holder.pid}): stop it first`);
  }
  await endLeftovers(holder?.parts ?? []);
  rmSync(file, { force: true });
}

/** @param {Identity[]} parts */
async function endLeftovers(parts) {
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGKILL"])) {
    for (const { pid } of parts.filter(remains)) send(-pid, signal);
    for (let waited = 0; parts.some(remains) && waited < PATIENCE_MS; waited += 50) await sleep(50);
  }
}

/** @param {string} file @param {Holder} holder */
function write(file, holder) {
  writeFileSync(`${file}.new`, JSON.stringify(holder));
  renameSync(`${file}.new`, file);
}

/** @param {Identity} identity */
function lives({ pid, since }) {
  return processes().some((row) => row.pid === pid && row.since === since);
}

/** Whether a part or, where its first process has died, something of its process group still runs. @param {Identity} part */
function remains(part) {
  const rows = processes();
  const own = rows.find((row) => row.pid === part.pid);
  // No process gets an id while a group has it: what is in a group whose first process is gone belonged to that process.
  return own === undefined ? rows.some((row) => row.group === part.pid) : own.since === part.since;
}

/** @param {number} pid @returns {Identity} */
function identify(pid) {
  return { pid, since: processes().find((row) => row.pid === pid)?.since ?? "" };
}
