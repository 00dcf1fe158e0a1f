/**
 * What the system tells about the processes that run: from /proc on Linux, from `ps` elsewhere.
 * The dead that nobody has reaped yet are left out.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/**
 * @typedef {object} Row
 * @property {number} pid
 * @property {number} parent
 * @property {number} group
 * @property {string} since when it began; together with the pid this means one process only
 */

/** @returns {Row[]} */
export function processes() {
  return process.platform === "linux" ? fromProc() : fromPs();
}

function fromProc() {
  // Ids and start times are counted anew with each boot.
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  return pids.flatMap((pid) => {
    try {
      // The name in parentheses may itself hold spaces.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      const [state, parent, group] = fields;
      return state === "Z"
        ? []
        : [{ pid, parent: Number(parent), group: Number(group), since: `${fields[19]} ${boot}` }];
    } catch {
      return [];
    }
  });
}

function fromPs() {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, group, state, ...since] = line.trim().split(/\s+/);
    if (pid === "" || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), since: since.join(" ") }];
  });
}
