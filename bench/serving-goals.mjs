/** What is asked of serving, and whether it holds by what was seen. What could not be measured does not hold. */
import { SIZES } from "./serving-pages.mjs";
import { FLOOR, coldDifference, latency, perSecond, ratio } from "./serving-table.mjs";

/** @typedef {import("./serving-table.mjs").Row} Row */
/** @typedef {{ goal: string, seen: string, holds: string }} Goal */

const OTHERS = ["TypeScript", "TypeScript, tuned"];
const TIMES_FROM_REDIS = 1.5;
const TIMES_THE_FLOOR = 1.5;
const WASM_BYTES = 400_000;
const COLD_MS = 20;

/**
 * @param {{ rows: Row[], cold: import("./serving-table.mjs").Cold, bundles: import("./serving-workers.mjs").Bundles }} seen
 * @returns {Goal[]}
 */
export function goals({ rows, cold, bundles }) {
  const page = (/** @type {"memory" | "redis"} */ from, /** @type {number} */ size) =>
    /** @type {Row} */ (rows.find((row) => row.from === from && row.size === size && !row.isConditional));
  const fromRedis = OTHERS.map((other) => {
    const times = ratio(page("redis", SIZES["200 kB"]), perSecond, "Worker", other);
    return goal(`200 kB from Redis: ${TIMES_FROM_REDIS} × the requests of ${other}`, times, times >= TIMES_FROM_REDIS);
  });
  const neverBehind = OTHERS.map((other) => {
    const all = rows.map((row) => ({ name: row.name, times: ratio(row, perSecond, "Worker", other) }));
    const unseen = all.find(({ times }) => Number.isNaN(times));
    const worst = unseen ?? all.toSorted((a, b) => a.times - b.times)[0] ?? { name: "", times: NaN };
    return goal(`never behind ${other} (${worst.name})`, worst.times, worst.times >= 1);
  });
  const nearTheFloor = Object.entries(SIZES).map(([name, size]) => {
    const times = ratio(page("memory", size), latency, "Worker", FLOOR);
    return goal(`${name} from memory: ${TIMES_THE_FLOOR} × the floor's p50 at most`, times, times <= TIMES_THE_FLOOR);
  });
  const difference = coldDifference(cold, "Worker");
  return [
    ...fromRedis,
    ...neverBehind,
    ...nearTheFloor,
    goal("wasm that serving loads under 400 kB compressed", bundles.reader / 1000, bundles.reader < WASM_BYTES, "kB"),
    goal("all wasm, the exporter's as well, under 400 kB", bundles.wasm / 1000, bundles.wasm < WASM_BYTES, "kB"),
    goal(`cold start within ${COLD_MS} ms of the trivial Worker's`, difference, difference <= COLD_MS, "ms"),
  ];
}

/** @param {string} name @param {number} number @param {boolean} holds @param {string} [unit] @returns {Goal} */
function goal(name, number, holds, unit = "") {
  if (Number.isNaN(number)) return { goal: name, seen: "not measured", holds: "no" };
  const seen = unit === "" ? number.toFixed(2) : `${number.toFixed(0)} ${unit}`;
  return { goal: name, seen, holds: holds ? "yes" : "no" };
}
