/** Spans of time in words. */

const UNITS: [string, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** As `3 minutes`, in the largest unit that it has one of. */
export function span(ms: number): string {
  for (const [name, length] of UNITS) {
    const number = Math.floor(Math.abs(ms) / length);
    if (number > 0) return `${number} ${name}${number === 1 ? "" : "s"}`;
  }
  return "less than a second";
}

/** As `3 minutes ago`. */
export function ago(ms: number): string {
  return ms < 1000 ? "just now" : `${span(ms)} ago`;
}
