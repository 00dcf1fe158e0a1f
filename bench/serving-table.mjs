/** What serving.mjs has seen, as tables. */
import { median, table } from "./measure.mjs";

/** @typedef {import("./measure.mjs").Outcome} Outcome */

/**
 * What is asked for, and where it is to come from.
 * @typedef {object} Cell
 * @property {string} name
 * @property {"memory" | "redis"} from
 * @property {number} [size] of a page; without it, the list
 * @property {boolean} isConditional whether the one who asks has the page already
 */

/**
 * How one did in one cell, in each round.
 * @typedef {object} Seen
 * @property {Outcome[]} one with one request at a time
 * @property {Outcome[]} many with many
 * @property {number[]} commands of Redis for a request
 */
/** @typedef {Cell & { seen: Map<string, Seen>, missing: Map<string, string> }} Row `missing` is why somebody has nothing to show */

/** In ms, of each start. @typedef {{ name: string, ms: number[] }[]} Cold the first is the trivial Worker */

export const FLOOR = "floor";
/** Requests under way where there are many. */
export const MANY = 16;

/** By how much each start took longer than the trivial Worker's beside it. @param {Cold} cold @param {string} name */
export function coldDifference(cold, name) {
  const least = cold[0]?.ms ?? [];
  return median((cold.find((it) => it.name === name)?.ms ?? []).map((ms, time) => ms - (least[time] ?? NaN)));
}

/** @param {Cold} cold */
export function describeCold(cold) {
  const lines = cold.map(({ name, ms }) => [name, median(ms).toFixed(1), coldDifference(cold, name).toFixed(1)]);
  return table([["first answer of a new isolate", "ms", "more than the trivial"], ...lines]);
}

/** The median of one's ratios to another, round by round. @param {Row} row @param {(seen: Seen) => number[]} of @param {string} own @param {string} other */
export function ratio({ seen }, of, own, other) {
  const [mine, others] = [seen.get(own), seen.get(other)].map((it) => (it === undefined ? [] : of(it)));
  return median((mine ?? []).map((number, round) => number / (others?.[round] ?? NaN)));
}

export const perSecond = (/** @type {Seen} */ { many }) => many.map((it) => it.perSecond);
export const latency = (/** @type {Seen} */ { one }) => one.map((it) => it.p50);
const processor = (/** @type {Seen} */ { many }) => many.map((it) => (1e6 * it.cpu.server) / it.perSecond);

/** @param {Row[]} rows */
export function describeRows(rows) {
  return [
    describeOne(rows, `requests per second, ${MANY} at once`, perSecond),
    describeOne(rows, "p50 in µs, one at a time", latency),
    describeOne(rows, `processor time of workerd in µs per request, ${MANY} at once`, processor),
    ...describeMissing(rows),
  ].join("\n");
}

/** @param {Row[]} rows */
function describeMissing(rows) {
  /** @type {Map<string, string[]>} */
  const cells = new Map();
  for (const { name, missing } of rows) {
    for (const [who, reason] of missing) {
      const told = `${who} ${reason}`;
      cells.set(told, [...(cells.get(told) ?? []), name]);
    }
  }
  return [...cells].map(([reason, names]) => `\nnot counted, because ${reason}: ${names.join(", ")}`);
}

/** @param {Row[]} rows @param {string} name @param {(seen: Seen) => number[]} of */
function describeOne(rows, name, of) {
  const everyone = ["Worker", "TypeScript", "TypeScript, tuned", FLOOR];
  const lines = rows.map((row) => [
    row.name,
    ...everyone.map((who) => told(median(of(row.seen.get(who) ?? { one: [], many: [], commands: [] })), 0)),
    ...everyone.slice(1).map((who) => told(ratio(row, of, "Worker", who), 2)),
  ]);
  const ratios = ["Worker to TypeScript", "to tuned", "to floor"];
  return `\n${name}\n${table([["", ...everyone, ...ratios], ...lines])}`;
}

/** @param {number} number @param {number} digits */
function told(number, digits) {
  return Number.isNaN(number) ? "–" : number.toFixed(digits);
}

/** @param {import("./serving-workers.mjs").Bundles} bundles */
export function describeBundles({ reader, wasm, all, typescript }) {
  const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  return `\nbundle, compressed: Worker ${kb(all)}, ${kb(wasm)} of it wasm, ${kb(reader)} what serving loads; TypeScript ${kb(typescript)}`;
}

/** @param {import("./serving-goals.mjs").Goal[]} goals */
export function describeGoals(goals) {
  return `\n${table([["goal", "seen", "holds"], ...goals.map(({ goal, seen, holds }) => [goal, seen, holds])])}`;
}
