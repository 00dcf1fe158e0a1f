/**
 * Ends the process groups of a parent that died without doing so itself (SIGKILL, a crash).
 * The parent writes `add PID` and `remove PID` to its standard input; the end of that input is the parent's end.
 * It runs in a session of its own, so that what kills the parent's group leaves it standing.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE_MS = 3000;

/** @type {Set<number>} */
const groups = new Set();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, pid] = line.split(" ");
  if (verb === "add") groups.add(Number(pid));
  else groups.delete(Number(pid));
}

for (const pid of groups) send(pid, "SIGTERM");
const end = Date.now() + GRACE_MS;
while (Date.now() < end && [...groups].some((pid) => send(-pid, 0))) await sleep(100);
for (const pid of groups) send(-pid, "SIGKILL");

/** Whether there was anything to signal. @param {number} target @param {NodeJS.Signals | 0} signal */
function send(target, signal) {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
