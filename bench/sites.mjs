/**
 * Sites: how long an Astro build takes that reads the Worker, beside one that reads Notion by a loader of today, and how many pages a
 * second SvelteKit serves with `notionHandle` and without.
 *
 * Both Astro sites show the same rows of one database, as the sim has it, with Notion's limit of requests and without. What the
 * Worker's first copy of the workspace takes is told beside it: it is made once, and no build waits for it.
 */
import { rmSync } from "node:fs";
import { run } from "../local/launch.mjs";
import { buildSdk, buildStack } from "../local/build.mjs";
import { load } from "./measure.mjs";
import { build, forget, has, otherSite, ownSite, siteFolder } from "./sites-astro.mjs";
import { startSites } from "./sites-sveltekit.mjs";
import { describeBuilds, describeGoals, describeServed, goals } from "./sites-table.mjs";
import { RATE, startSource } from "./sites-source.mjs";

/** @typedef {import("./sites-astro.mjs").Build} Build */
/** @typedef {import("./sites-astro.mjs").Site} Site */
/** @typedef {import("./sites-source.mjs").Source} Source */
/** @typedef {import("./sites-sveltekit.mjs").Serving} Serving */

/** What one site took for one thing, each time. @typedef {Build & { requests: number, refused: number }} Built */
/** @typedef {{ name: string, isLimited: boolean, own: Built[], other: Built[], plain?: Built | string }} Row `plain` is the other without patience, or why there is no site */
/** @typedef {{ name: string, perSecond: number[], p50: number[], p99: number[], cpu: number[] }} Served */

const WHO = /** @type {const} */ (["own", "other"]);
/** As many pages SvelteKit is asked for in turn. */
const VISITED = 100;
/** Visitors at once. */
const VISITORS = 8;

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const options = quick
    ? { pages: 100, rounds: 1, served: { rounds: 1, seconds: 2 } }
    : { pages: 1000, rounds: 3, served: { rounds: 3, seconds: 10 } };
  await buildStack();
  await buildSdk();
  const programs = ["redis-gateway", "notion-sim", "bench"].flatMap((name) => ["--bin", name]);
  await run("the programs could not be built", "cargo", ["build", "--quiet", "--profile", "server", ...programs]);
  const folder = siteFolder();
  const source = await startSource({ folder, pages: options.pages });
  try {
    const { requests } = source.copied;
    const minutes = (requests / RATE).toFixed(1);
    say(
      `the Worker's first copy took ${requests} requests to Notion, by the limit some ${minutes} minutes (an estimate)`,
    );
    const rows = await measureBuilds({ folder, source, rounds: options.rounds, say });
    say(describeBuilds(rows));
    const served = await measureServed({ folder, source, ...options.served });
    say(describeServed(served, { visitors: VISITORS, ...options.served }));
    const reached = goals(rows);
    say(describeGoals(reached));
    return { ...options, copied: source.copied, rows, served, goals: reached };
  } finally {
    await source.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {{ folder: string, source: Source, rounds: number, say: (line: string) => void }} options @returns {Promise<Row[]>} */
async function measureBuilds({ folder, source, rounds, say }) {
  const own = ownSite(folder, { SOURCE: source.dataSource });
  const other = otherSite(folder, { NOTION: source.notion.url, DATABASE: source.database });
  /** @type {Row[]} */
  const rows = [];
  for (const isLimited of [false, true]) {
    /** @type {Row} */
    const cold = { name: "nothing cached", isLimited, own: [], other: [] };
    /** @type {Row} */
    const edited = { name: "after one edit", isLimited, own: [], other: [] };
    rows.push(cold, edited);
    // With the limit the other takes minutes, always as long: once.
    const times = { own: rounds, other: isLimited ? 1 : rounds };
    for (let round = 0; round < rounds; round += 1) {
      const turns = round % 2 === 0 ? WHO : WHO.toReversed();
      for (const who of turns.filter((it) => round < times[it])) {
        await source.restart({ isLimited });
        forget(who === "own" ? own : other);
        cold[who].push(await builtBy(who));
        say(progress(who, cold));
      }
    }
    await source.restart({ isLimited });
    for (let round = 0; round < rounds; round += 1) {
      const words = `${isLimited ? "Limited" : "Free"} news ${round}`;
      await source.edit(words);
      // The minute's requests are all there for the other, and not taken by the Worker before.
      for (const who of WHO.toReversed()) {
        if (who === "own") await source.copyEdit(words);
        edited[who].push(await builtBy(who));
        if (!has(who === "own" ? own : other, words)) throw new Error(`the site of ${who} does not show the edit`);
        say(progress(who, edited));
      }
    }
    if (isLimited) {
      await source.restart({ isLimited });
      forget(other);
      cold.plain = await builtBy("other", { PLAIN: "1" }).catch((error) => {
        if (!/rate limited/.test(String(error))) throw error;
        return "fails, since it is asked for too much at once";
      });
    }
  }
  return rows;

  /** @param {"own" | "other"} who @param {Record<string, string>} [more] @returns {Promise<Built>} */
  async function builtBy(who, more = {}) {
    if (who === "own") {
      const begun = source.worker.asked();
      const built = await build(own, { ...more, WORKER: source.worker.url() });
      return { ...built, requests: source.worker.asked() - begun, refused: 0 };
    }
    source.notion.take();
    return { ...(await build(other, more)), ...source.notion.take() };
  }
}

/** @param {"own" | "other"} who @param {Row} row */
function progress(who, row) {
  const { seconds } = /** @type {Built} */ (row[who].at(-1));
  const name = who === "own" ? "notion-edge" : "@astro-notion/loader";
  return `${row.name}, ${row.isLimited ? "with" : "without"} the limit, ${name}: ${seconds.toFixed(1)} s`;
}

/** @param {{ folder: string, source: Source, rounds: number, seconds: number }} options @returns {Promise<Served[]>} */
async function measureServed({ folder, source, rounds, seconds }) {
  const paths = await source.paths(VISITED);
  const sites = await startSites({ folder, worker: source.worker.direct() });
  const seen = sites.map(({ name }) => /** @type {Served} */ ({ name, perSecond: [], p50: [], p99: [], cpu: [] }));
  const pairs = sites.map((site, place) => ({ site, served: /** @type {Served} */ (seen[place]) }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { site, served } of round % 2 === 0 ? pairs : pairs.toReversed()) {
      const target = await targetOf(site, paths);
      const outcome = await load({ target, concurrency: VISITORS, seconds }, { server: site.pid, redis: site.pid });
      served.perSecond.push(outcome.perSecond);
      served.p50.push(outcome.p50);
      served.p99.push(outcome.p99);
      served.cpu.push(outcome.cpu.redis);
    }
  }
  for (const { stop } of sites) await stop();
  return seen;
}

/** The load of a site, each page of which was looked at once. @param {Serving} site @param {{ path: string, title: string }[]} paths */
async function targetOf({ name, url }, paths) {
  for (const { path, title } of paths) {
    const response = await fetch(url + path);
    const html = await response.text();
    if (response.ok && html.includes(`<h1>${title}</h1>`)) continue;
    throw new Error(`the site ${name} answered ${path} with ${response.status} and ${html.slice(0, 200)}`);
  }
  const address = new URL(url).host;
  const requests = paths.map(({ path }) => `GET ${path} HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
  return { http: { address, requests, at_least: 0 } };
}
