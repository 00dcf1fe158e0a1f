/**
 * An export's progress for a person: a bar on a terminal, now and then a plain line elsewhere.
 * The share is of what is known so far; while pages are still being found it can fall.
 */
import { bold, dim, green, isTerminal, say, seconds, show } from "./report.mjs";

const WIDTH = 24;
const LINE_MS = 5000;

/** @typedef {import("./worker.mjs").Status} Status */

export function startProgress() {
  const start = Date.now();
  let printed = 0;
  let last = "";
  let isOver = false;
  return {
    /** @param {Status} status */
    update(status) {
      if (isOver) return;
      const text = line(status, Date.now() - start);
      if (isTerminal) show("export", text);
      else if (Date.now() - printed >= LINE_MS && facts(status) !== last) {
        printed = Date.now();
        last = facts(status);
        say(text);
      }
    },
    end() {
      isOver = true;
      show("export", undefined);
    },
  };
}

/** @param {Status} status @param {number} ms */
function line(status, ms) {
  const done = share(status);
  const full = Math.round(done * WIDTH);
  const bar = isTerminal ? `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ` : "";
  const eta = status.work?.eta ? `, ${seconds(status.work.eta.seconds * 1000)} left` : "";
  return `${bar}${Math.floor(done * 100)} %  ${facts(status)}  ${seconds(ms)}${eta}`;
}

/** @param {Status} status */
function facts({ counts, frontier }) {
  const waiting = frontier > 0 ? `, ${frontier} more objects to look at` : "";
  return `${counts.pages} ${counts.pages === 1 ? "page" : "pages"}, ${counts.blocks} blocks, ${counts.requests} requests${waiting}`;
}

/** @param {Status} status */
function share({ state, counts, frontier }) {
  if (state === "complete") return 1;
  const known = counts.pages + frontier;
  return known === 0 ? 0 : counts.pages / known;
}

/** What is wrong where nothing is. */
const NOTHING =
  "  nothing is shared with the connection, or ROOTS names nothing of it: in Notion, add it to a page by ••• and Connections";

/** The figures of a complete export, one to a line. @param {Status} status @param {number} ms */
export function summary({ export: it, counts, pages, errors }, ms) {
  const figures = /** @type {const} */ ([
    ["pages", counts.pages],
    ["pages in store", pages],
    ["blocks", counts.blocks],
    ["requests", counts.requests],
    ["Redis commands", counts.redis_commands],
    ["seconds", (ms / 1000).toFixed(1)],
    ["errors", counts.errors],
  ]);
  const rows = figures.map(([name, value]) => `  ${name.padEnd(16)}${String(value).padStart(8)}`);
  const told = pages === 0 ? [NOTHING] : [];
  const failures = errors.map((error) => `  ${error.object} ${error.id}: ${error.message}`);
  const head = `${green("✓")} ${bold(`export ${it?.number ?? 1} is complete`)}`;
  return [head, ...rows, ...[...told, ...failures].map(dim)].join("\n");
}
