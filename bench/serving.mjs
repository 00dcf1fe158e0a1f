/**
 * Serving: this Worker beside one in TypeScript with Hono and `@upstash/redis`, and beside its own probe, which does nothing.
 *
 * All serve the same documents in workerd, through the same gateway from the same Redis, and take turns; a ratio is the median of
 * those of each round. The Worker in TypeScript comes twice: as one writes it, and tuned to pass on what is stored as it is.
 * What every answer must be is checked, and how often Redis was asked: from memory means hardly ever, from Redis each time.
 * All share the machine's cores, so what a request takes of the processor in workerd is told as well.
 */
import { run } from "../local/launch.mjs";
import { buildStack } from "../local/build.mjs";
import { coldStarts } from "./isolates.mjs";
import { load, median } from "./measure.mjs";
import { goals } from "./serving-goals.mjs";
import { LISTED, SIZES } from "./serving-pages.mjs";
import { FLOOR, MANY, describeBundles, describeCold, describeGoals, describeRows } from "./serving-table.mjs";
import { startServing } from "./serving-workers.mjs";

/** @typedef {import("./serving-workers.mjs").Contestant} Contestant */
/** @typedef {import("./serving-workers.mjs").Serving} Serving */

/** @typedef {import("./serving-table.mjs").Cell} Cell */
/** @typedef {import("./serving-table.mjs").Row} Row */
/** @typedef {import("./serving-table.mjs").Cold} Cold */

const PROBE = "/healthz";
/** As many commands of Redis for a request are none: what is in memory is read again after seconds. */
const HARDLY = 0.1;

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const options = quick ? { rounds: 1, seconds: 0.3, starts: 5 } : { rounds: 5, seconds: 0.6, starts: 15 };
  await buildStack();
  const programs = ["redis-gateway", "notion-sim", "bench"].flatMap((name) => ["--bin", name]);
  await run("the programs could not be built", "cargo", ["build", "--quiet", "--profile", "server", ...programs]);
  const serving = await startServing();
  try {
    const cold = await measureCold(serving, options.starts);
    say(describeCold(cold));
    /** @type {Row[]} */
    const rows = [];
    for (const cell of cells()) rows.push(await measureCell(cell, serving, options));
    say(describeRows(rows));
    const { bundles } = serving;
    say(describeBundles(bundles));
    const reached = goals({ rows, cold, bundles });
    say(describeGoals(reached));
    const told = rows.map(({ seen, missing, ...cell }) => ({
      ...cell,
      seen: Object.fromEntries(seen),
      missing: Object.fromEntries(missing),
    }));
    return { ...options, rows: told, cold, bundles, goals: reached };
  } finally {
    serving.stop();
  }
}

/** @returns {Cell[]} */
function cells() {
  const whence = /** @type {const} */ (["memory", "redis"]);
  return whence.flatMap((from) => {
    const place = from === "memory" ? "memory" : "Redis";
    const sizes = Object.entries(SIZES);
    const pages = sizes.map(([name, size]) => ({ name: `${name} from ${place}`, from, size, isConditional: false }));
    const known = sizes.map(([name, size]) => ({ name: `${name} as 304, ${place}`, from, size, isConditional: true }));
    return [...pages, ...known, { name: `list of ${LISTED} from ${place}`, from, isConditional: false }];
  });
}

/** @param {Cell} cell @param {Serving} serving @param {{ rounds: number, seconds: number }} options @returns {Promise<Row>} */
async function measureCell(cell, serving, { rounds, seconds }) {
  /** @type {Row} */
  const row = { ...cell, seen: new Map(), missing: new Map() };
  /** @type {{ name: string, pid: number, target: object }[]} */
  const asked = [];
  for (const contestant of serving.contestants) {
    const target = await prepare(cell, contestant, serving);
    if (typeof target === "string") row.missing.set(contestant.name, target);
    else asked.push({ name: contestant.name, pid: contestant[cell.from].pid, target });
  }
  asked.push(floor(serving));
  for (const { name } of asked) row.seen.set(name, { one: [], many: [], commands: [] });
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, pid, target } of round % 2 === 0 ? asked : asked.toReversed()) {
      const before = await serving.commands();
      const pids = { server: pid, redis: serving.redis };
      const one = await load({ target, concurrency: 1, seconds }, pids);
      const many = await load({ target, concurrency: MANY, seconds }, pids);
      // Those of the warm-up are not among the requests, so this is a little too high.
      const commands = ((await serving.commands()) - before) / (seconds * (one.perSecond + many.perSecond));
      const seen = row.seen.get(name);
      seen?.one.push(one);
      seen?.many.push(many);
      seen?.commands.push(commands);
    }
  }
  for (const [name, { commands }] of row.seen) {
    const usual = median(commands);
    if (name !== FLOOR && cell.from === "redis" && usual < 1)
      throw new Error(`${name} asked Redis ${usual.toFixed(2)} times for a request, and was to ask for each`);
    if (name !== FLOOR && cell.from === "memory" && usual > HARDLY) row.missing.set(name, "asks Redis each time");
  }
  for (const name of row.missing.keys()) row.seen.delete(name);
  return row;
}

/**
 * The load of a cell, each answer of which was looked at once; or why there is none.
 * @param {Cell} cell @param {Contestant} contestant @param {Serving} serving
 */
async function prepare({ from, size, isConditional }, contestant, { stored }) {
  const { found } = contestant[from];
  const pages = size === undefined ? undefined : stored.pages.get(size);
  const expected = pages?.map(({ id, text }) => ({ path: `/v1/pages/${id}`, text })) ?? [
    { path: `/v1/pages?data_source_id=${stored.source}`, text: `[${stored.summaries.join(",")}]` },
  ];
  const requests = [];
  let length = 0;
  for (const { path, text } of expected) {
    const response = await fetch(`${found}${path}`);
    const body = await response.text();
    if (!response.ok || content(body, pages === undefined) !== text)
      throw new Error(`${contestant.name} answered ${path} with ${response.status} and ${body.slice(0, 200)}`);
    length = Buffer.byteLength(body);
    const etag = response.headers.get("etag");
    if (!isConditional) requests.push(http(found, path));
    else if (etag === null) return "gives no ETag";
    else {
      const again = await fetch(`${found}${path}`, { headers: { "if-none-match": etag } });
      await again.text();
      if (again.status !== 304) return `answers ${again.status} to who has the page already`;
      requests.push(http(found, path, `If-None-Match: ${etag}\r\n`));
    }
  }
  const wanted = isConditional ? { status: 304 } : { status: 200, length };
  return { http: { address: new URL(found).host, requests, at_least: 0, expected: wanted } };
}

/** What of an answer is the same whoever gives it. @param {string} body @param {boolean} isList */
function content(body, isList) {
  return isList ? JSON.stringify(JSON.parse(body).results) : body;
}

/** What the Worker answers without doing anything. @param {Serving} serving */
function floor({ contestants }) {
  const [worker] = /** @type {[Contestant]} */ (contestants);
  const { found, pid } = worker.memory;
  const address = new URL(found).host;
  return { name: FLOOR, pid, target: { http: { address, requests: [http(found, PROBE)], at_least: 0 } } };
}

/** @param {string} url @param {string} path @param {string} [headers] */
function http(url, path, headers = "") {
  return `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAccept: application/json\r\n${headers}\r\n`;
}

/** @param {Serving} serving @param {number} times @returns {Promise<Cold>} */
async function measureCold({ contestants, trivial, stored, folder }, times) {
  const page = stored.pages.get(SIZES["20 kB"])?.[0]?.id;
  const starts = contestants
    .filter(({ name }) => name !== "TypeScript, tuned")
    .flatMap(({ name, configured }) => [
      { ...configured, name, path: PROBE },
      { ...configured, name: `${name}, a page of 20 kB`, path: `/v1/pages/${page}` },
    ]);
  const all = [{ ...trivial, name: "trivial Worker", path: "/" }, ...starts];
  /** @type {Cold} */
  const cold = all.map(({ name }) => ({ name, ms: [] }));
  for (let time = 0; time < times; time += 1) {
    for (const [place, { ms, status }] of (await coldStarts(all, folder)).entries()) {
      if (status !== 200) throw new Error(`${all[place]?.name} answered ${status} after a cold start`);
      cold[place]?.ms.push(ms);
    }
  }
  return cold;
}
