/** How far an export is, on one line. */
import type { Status } from "../generated.ts";
import { duration } from "./time.ts";

const WIDTH = 24;

/**
 * A bar with the share that is done of what is known, what that is, and how long it will take.
 * While pages are still being found the share can fall.
 */
export function progressLine(status: Status, now: number): string {
  const share = shareOf(status);
  const full = Math.round(share * WIDTH);
  const bar = `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
  return `${bar} ${Math.floor(share * 100)} %  ${factsOf(status)}${etaOf(status, now)}`;
}

/** The same without the bar, for logs. */
export function progressText(status: Status, now: number): string {
  return `${Math.floor(shareOf(status) * 100)} %: ${factsOf(status)}${etaOf(status, now)}`;
}

function factsOf({ counts, frontier }: Status): string {
  return `${counts.pages} pages, ${frontier} waiting`;
}

function etaOf({ work }: Status, now: number): string {
  if (!work?.eta) return "";
  const { from, seconds } = work.eta;
  return `, ${duration(Date.parse(from) + seconds * 1000 - now)} left`;
}

function shareOf({ state, counts, frontier }: Status): number {
  if (state === "complete") return 1;
  const known = counts.pages + frontier;
  return known === 0 ? 0 : counts.pages / known;
}
