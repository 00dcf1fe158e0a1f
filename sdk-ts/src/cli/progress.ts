/** How far an export is, on one line. */
import type { Counts, Status } from "../generated.ts";
import { duration } from "./time.ts";

const WIDTH = 20;

/** What is known of an export that is under way. */
export interface Seen {
  /** What it did so far. */
  counts: Counts;
  /** How far the store is; it is looked at now and then. */
  status?: Status | undefined;
}

/**
 * A bar with the share that is done of what is known, what that is, and how long it will take.
 * While pages are still being found the share can fall.
 */
export function progressLine(seen: Seen, now: number): string {
  const share = shareOf(seen.status);
  const full = Math.round((share ?? 0) * WIDTH);
  const bar = `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
  return `${bar}${percent(share).padStart(5)}  ${progressText(seen, now)}`;
}

/** The same without the bar, for logs. */
export function progressText({ counts, status }: Seen, now: number): string {
  const waiting = status === undefined ? 0 : sumOf(status, "waiting");
  const eta = status?.work?.eta;
  const left = eta ? Date.parse(eta.from) + eta.seconds * 1000 - now : 0;
  const parts = [
    count(counts.pages, "page"),
    waiting > 0 ? `${waiting.toLocaleString("en")} waiting` : "",
    // What was to be over by now takes longer than was thought.
    left > 0 ? `${duration(left)} left` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** `1 page`, `1,234 pages`. */
export function count(value: number, noun: string): string {
  return `${value.toLocaleString("en")} ${noun}${value === 1 ? "" : "s"}`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "" : `${Math.floor(share * 100)} %`;
}

/** Nothing before there is anything to share out. */
function shareOf(status: Status | undefined): number | undefined {
  if (status === undefined) return undefined;
  if (status.state === "complete") return 1;
  const [done, waiting] = [sumOf(status, "done"), sumOf(status, "waiting")];
  return done + waiting === 0 ? undefined : done / (done + waiting);
}

function sumOf({ work }: Status, what: "done" | "waiting"): number {
  if (work === null || work === undefined) return 0;
  const { pages, databases, data_sources, rebuilds } = work;
  return [pages, databases, data_sources, rebuilds].reduce((sum, kind) => sum + kind[what], 0);
}
