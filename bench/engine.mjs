/**
 * The engine: the Worker in workerd, beside an exporter as one writes it by hand, over the same workspaces.
 *
 * Both take turns, and each round has a workspace of its own seed; after each export the store is compared with what the sim
 * knows to be true. The sim limits nobody's rate. What it can answer at most, to a loop that does nothing else, is told too.
 * All share the machine's cores: what one exporter leaves to the sim, the other may not, so the processor's time counts most.
 */
import { run } from "../local/launch.mjs";
import { buildStack } from "../local/build.mjs";
import { preorder, truth } from "../tests/oracle.mjs";
import { deployed } from "./contestants.mjs";
import { startExporters } from "./exporters.mjs";
import { load, median, start, table } from "./measure.mjs";

/** @typedef {import("./exporters.mjs").Asked} Asked */
/** @typedef {import("./exporters.mjs").Export} Export */
/** @typedef {import("./exporters.mjs").Exporter} Exporter */
/** @typedef {import("./measure.mjs").Server} Server */
/** @typedef {import("../tests/oracle.mjs").Truth} Truth */

/** @typedef {Omit<Export, "asked"> & { pages: number, requests: number }} Outcome */
/** What is told of an export. @typedef {[name: string, of: (outcome: Outcome) => number, digits: number]} Row */

/** Objects that Notion is asked for at once: the default of WORKERS. */
const CONCURRENCY = 4;
/** How many different requests of an export the sim's ceiling is measured with. */
const SAMPLE = 150;

/** @type {Row[]} */
const ROWS = [
  ["pages per second", ({ pages, seconds }) => pages / seconds, 1],
  ["requests to Notion", ({ requests }) => requests, 0],
  ["commands of Redis", ({ commands }) => commands, 0],
  ["requests to Redis", ({ reads }) => reads, 0],
  ["CPU seconds, exporter", ({ cpu }) => cpu.exporter, 2],
  ["CPU seconds, gateway", ({ cpu }) => cpu.gateway, 2],
  ["CPU seconds, Redis", ({ cpu }) => cpu.redis, 2],
  ["CPU seconds, sim", ({ cpu }) => cpu.sim, 2],
  ["CPU seconds, all", ({ cpu }) => cpu.exporter + cpu.gateway + cpu.redis + cpu.sim, 2],
  ["peak memory, MB", ({ memory }) => memory / 1e6, 0],
];

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const [pages, rounds] = quick ? [200, 1] : [1000, 3];
  await buildStack();
  const programs = ["redis-gateway", "notion-sim", "bench"].flatMap((name) => ["--bin", name]);
  await run("the programs could not be built", "cargo", ["build", "--quiet", "--profile", "server", ...programs]);
  const { exporters, ask, stop } = await startExporters();
  try {
    /** @type {Map<string, Outcome[]>} */
    const seen = new Map(exporters.map(({ name }) => [name, []]));
    /** @type {number[]} */
    const ceilings = [];
    /** @type {{ perSecond: number, cpu: number }[]} */
    const floors = [];
    for (let seed = 1; seed <= rounds; seed += 1) {
      const sim = await startSim(pages, seed);
      const expected = await truth({ sim: { address: sim.found } });
      // Who begins has the machine as the other left it.
      const turns = seed % 2 === 0 ? exporters.toReversed() : exporters;
      for (const exporter of turns) {
        const { asked, ...outcome } = await perform(exporter, sim, expected);
        seen.get(exporter.name)?.push(outcome);
        if (asked !== undefined) {
          ceilings.push(await ceiling(sim, asked, quick ? 0.5 : 2));
          const { seconds, cpu } = await ask(asked, CONCURRENCY);
          floors.push({ perSecond: outcome.pages / seconds, cpu });
        }
        say(`seed ${seed}, ${exporter.name}: ${(outcome.pages / outcome.seconds).toFixed(1)} pages per second`);
      }
      await sim.stop();
    }
    say(describe(seen, rounds));
    say(`\nthe sim answers a bare loop ${spread(ceilings, 0)} requests per second, ${CONCURRENCY} at once`);
    const [most, least] = [floors.map(({ perSecond }) => perSecond), floors.map(({ cpu }) => cpu)];
    say(`workerd asks for ${spread(most, 0)} pages per second and forgets them, in ${spread(least, 2)} CPU seconds`);
    return { rounds, ceilings, floors, outcomes: Object.fromEntries(seen) };
  } finally {
    stop();
  }
}

/** @param {number} pages @param {number} seed */
function startSim(pages, seed) {
  const args = ["--port", "0", "--pages", String(pages), "--seed", String(seed), "--rate", "0"];
  return start(deployed("notion-sim"), args, { ready: /listening on (\S+)/ });
}

/** @param {Exporter} exporter @param {Server} sim @param {Truth[]} expected */
async function perform(exporter, sim, expected) {
  const before = await requestsTo(sim);
  const outcome = await exporter.perform({ sim, concurrency: CONCURRENCY });
  const requests = (await requestsTo(sim)) - before;
  await assertStored(exporter, expected);
  return { ...outcome, pages: expected.length, requests };
}

/** @param {Server} sim */
async function requestsTo(sim) {
  const response = await fetch(`${sim.found}/_sim/counters`);
  return /** @type {{ total: number }} */ (await response.json()).total;
}

/** That the store holds exactly these pages, each with all its blocks. @param {Exporter} exporter @param {Truth[]} expected */
async function assertStored({ name, store }, expected) {
  const stored = await store.zcard("notion:index:pages");
  if (stored !== expected.length) throw new Error(`${name} stored ${stored} pages of ${expected.length}`);
  for (const page of expected) {
    const { blocks } = JSON.parse((await store.get(`notion:page:${page.id}`)) ?? "{}");
    const ids = blocks === undefined ? undefined : preorder(blocks);
    if (JSON.stringify(ids) === JSON.stringify(page.blocks)) continue;
    throw new Error(
      `${name} stored ${ids?.length ?? "no"} blocks of ${page.blocks.length} of ${page.title} (${page.id})`,
    );
  }
}

/** Requests per second that the sim answers at most. @param {Server} sim @param {Asked[]} asked @param {number} seconds */
async function ceiling(sim, asked, seconds) {
  const { host } = new URL(sim.found);
  // A linked database is refused, and a refusal is no answer to measure with.
  const answered = asked.filter(({ url }) => !url.includes("/v1/databases/"));
  const step = Math.max(1, Math.floor(answered.length / SAMPLE));
  const sample = answered.filter((_, place) => place % step === 0);
  const requests = sample.map(({ url, method = "GET", body = "" }) => {
    const { pathname, search } = new URL(url);
    const head = [
      `${method.toUpperCase()} ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Authorization: Bearer ntn_demo",
      "Notion-Version: 2026-03-11",
      ...(body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`]),
    ];
    return `${head.join("\r\n")}\r\n\r\n${body}`;
  });
  const target = { http: { address: host, requests, at_least: 0 } };
  const { perSecond } = await load({ target, concurrency: CONCURRENCY, seconds }, { server: sim.pid, redis: sim.pid });
  return perSecond;
}

/** @param {Map<string, Outcome[]>} seen @param {number} rounds */
function describe(seen, rounds) {
  const [[first, own], [second, other]] = /** @type {[[string, Outcome[]], [string, Outcome[]]]} */ ([...seen]);
  const lines = ROWS.map(([name, of, digits]) => {
    const ratios = own.map((outcome, round) => of(outcome) / of(/** @type {Outcome} */ (other[round])));
    const isCompared = ratios.every(Number.isFinite);
    return [name, spread(own.map(of), digits), spread(other.map(of), digits), isCompared ? spread(ratios, 2) : ""];
  });
  const pages = own[0]?.pages.toLocaleString("en");
  const told = `${pages} pages, ${CONCURRENCY} at once, ${rounds} rounds: median (least to most)`;
  return `\n${told}\n${table([["", first, second, "ratio"], ...lines])}`;
}

/** @param {number[]} numbers @param {number} digits */
function spread(numbers, digits) {
  const told = (/** @type {number} */ it) => it.toFixed(digits);
  return `${told(median(numbers))} (${told(Math.min(...numbers))} to ${told(Math.max(...numbers))})`;
}
