/** What sites.mjs has seen, as tables, and whether the goals hold by it. */
import { median, table } from "./measure.mjs";

/** @typedef {import("./sites.mjs").Built} Built */
/** @typedef {import("./sites.mjs").Row} Row */
/** @typedef {import("./sites.mjs").Served} Served */
/** @typedef {{ goal: string, seen: string, holds: string }} Goal */

const TIMES_COLD = 20;
const TIMES_EDITED = 50;

/** @param {Row[]} rows */
export function describeBuilds(rows) {
  const [first] = rows.flatMap(({ own }) => own);
  const pages = (first?.pages ?? NaN) + (first?.empty ?? NaN);
  const head = [
    "",
    "whole build, s",
    "of it loading, s",
    "processor, s",
    "requests",
    "refused",
    "built",
    "pages",
    "empty",
  ];
  const lines = rows.flatMap(({ name, isLimited, own, other, plain }) => {
    const what = `${name}, ${isLimited ? "with" : "without"} the limit`;
    return [
      line(`${what}: notion-edge`, own),
      line(`${what}: @astro-notion/loader`, other),
      ...(plain === undefined || typeof plain === "string"
        ? []
        : [line(`${what}: the same without a fetch that waits`, [plain])]),
    ];
  });
  const ratios = rows.map((row) => [
    `${row.name}, ${row.isLimited ? "with" : "without"} the limit`,
    times(row, ({ seconds }) => seconds).toFixed(1),
    times(row, ({ loader }) => loader).toFixed(1),
  ]);
  return [
    `\nAstro builds of a list and ${pages} pages: medians`,
    table([head, ...lines]),
    "",
    table([["times as fast", "whole build", "of it loading"], ...ratios]),
    ...rows.flatMap(({ plain }) =>
      typeof plain === "string" ? [`  without a fetch that waits the other ${plain}`] : [],
    ),
    "  where a build service keeps nothing between builds, one after an edit is one with nothing cached",
  ].join("\n");
}

/** @param {string} name @param {Built[]} built */
function line(name, built) {
  const of = (/** @type {(it: Built) => number} */ what) => median(built.map(what));
  return [
    name,
    of(({ seconds }) => seconds).toFixed(1),
    of(({ loader }) => loader).toFixed(2),
    of(({ cpu }) => cpu).toFixed(1),
    of(({ requests }) => requests).toFixed(0),
    of(({ refused }) => refused).toFixed(0),
    `${built.length} ×`,
    of(({ pages }) => pages).toFixed(0),
    of(({ empty }) => empty).toFixed(0),
  ];
}

/** How many times as long the other takes. @param {Row} row @param {(built: Built) => number} of */
function times({ own, other }, of) {
  return median(other.map(of)) / median(own.map(of));
}

/** @param {Served[]} served @param {{ visitors: number, seconds: number, rounds: number }} options */
export function describeServed(served, { visitors, seconds, rounds }) {
  const lines = served.map(({ name, perSecond, p50, p99, cpu }) => [
    name,
    median(perSecond).toFixed(0),
    (median(p50) / 1000).toFixed(2),
    (median(p99) / 1000).toFixed(2),
    median(cpu).toFixed(2),
  ]);
  const [kept, plain] = served.map(({ perSecond }) => median(perSecond));
  return [
    `\nSvelteKit with adapter-node, ${visitors} connections, ${rounds} × ${seconds} s each: medians`,
    table([["", "requests a second", "p50, ms", "p99, ms", "cores of the site"], ...lines]),
    `  ${((kept ?? NaN) / (plain ?? NaN)).toFixed(1)} times as many with notionHandle`,
  ].join("\n");
}

/** @param {Row[]} rows @returns {Goal[]} */
export function goals(rows) {
  const limited = rows.filter(({ isLimited }) => isLimited);
  return limited.map((row) => {
    const least = row.name === "nothing cached" ? TIMES_COLD : TIMES_EDITED;
    const seen = times(row, ({ seconds }) => seconds);
    const name = `a build with the limit on, ${row.name}: ${least} times as fast`;
    return { goal: name, seen: seen.toFixed(1), holds: seen >= least ? "yes" : "no" };
  });
}

/** @param {Goal[]} reached */
export function describeGoals(reached) {
  return `\n${table([["goal", "seen", "holds"], ...reached.map(({ goal, seen, holds }) => [goal, seen, holds])])}`;
}
