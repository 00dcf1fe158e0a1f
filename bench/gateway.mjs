/**
 * The gateway, beside the same commands over a raw connection to Redis, and beside other gateways.
 *
 * Everyone takes turns, so that what else the machine does hits all alike; what counts is the median. All share the
 * machine's cores with Redis and with the program that asks, so the shares of each are told too.
 */
import { run } from "../local/launch.mjs";
import { load, loadJs, memory, median, table } from "./measure.mjs";
import { startContestants } from "./contestants.mjs";

/** @typedef {import("./measure.mjs").Outcome} Outcome */
/** @typedef {import("./contestants.mjs").Contestant} Contestant */
/** @typedef {{ name: string, size: number, times: number, concurrency: number }} Cell */

const SIZES = { "GET 100 B": 100, "GET 10 kB": 10_000, "GET 200 kB": 200_000 };
const PIPELINE = 100;

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 0.4 : 1;
  await run("the programs could not be built", "cargo", [
    ...["build", "--quiet", "--profile", "server", "--bin", "redis-gateway", "--bin", "bench"],
  ]);
  const { redis, contestants, stop } = await startContestants(say);
  try {
    const gateway = /** @type {Contestant} */ (contestants.find(({ name }) => name === "gateway"));
    const idle = memory(gateway.pid);
    for (const size of Object.values(SIZES)) await redis.set(key(size), "x".repeat(size));
    const rows = [];
    for (const cell of cells(quick)) {
      const row = { ...cell, results: await inTurns(cell, contestants, { rounds, seconds, redis: redis.pid }) };
      rows.push(row);
      say(describeRow(row));
    }
    const js = await measureJs({ rounds, seconds, gateway, redis });
    say(describeRow(js));
    const after = memory(gateway.pid);
    say(`\ngateway's memory: ${mb(idle.now)} idle, ${mb(after.now)} after all this, ${mb(after.most)} at most`);
    return { rounds, seconds, rows: [...rows, js], memory: { idle, after } };
  } finally {
    await stop();
  }
}

/** @param {boolean} quick @returns {Cell[]} */
function cells(quick) {
  const what = Object.entries(SIZES).map(([name, size]) => ({ name, size, times: 1 }));
  what.push({ name: `${PIPELINE} × GET 100 B`, size: 100, times: PIPELINE });
  return what.flatMap((it) => (quick ? [1, 64] : [1, 16, 64]).map((concurrency) => ({ ...it, concurrency })));
}

/**
 * @param {Cell} cell @param {Contestant[]} contestants
 * @param {{ rounds: number, seconds: number, redis: number }} options
 */
async function inTurns({ size, times, concurrency }, contestants, { rounds, seconds, redis }) {
  /** @type {Map<string, Outcome[]>} */
  const seen = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, pid, target } of contestants) {
      const asked = target({ key: key(size), size, times });
      if (asked === undefined) continue;
      seen.get(name)?.push(await load({ target: asked, concurrency, seconds }, { server: pid, redis }));
    }
  }
  return results(seen);
}

const key = (/** @type {number} */ size) => `bench:${size}`;
const mb = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** The medians, and each one's share of the raw connection's. @param {Map<string, Outcome[]>} seen */
function results(seen) {
  const all = [...seen].filter(([, outcomes]) => outcomes.length > 0);
  const raw = median((seen.get("raw") ?? []).map(({ perSecond }) => perSecond));
  return all.map(([name, outcomes]) => {
    const of = (/** @type {(outcome: Outcome) => number} */ pick) => median(outcomes.map(pick));
    const perSecond = of((outcome) => outcome.perSecond);
    return {
      name,
      perSecond,
      ofRaw: perSecond / raw,
      p50: of((outcome) => outcome.p50),
      p99: of((outcome) => outcome.p99),
      cpu: {
        asker: of((outcome) => outcome.cpu.asker),
        server: of((outcome) => outcome.cpu.server),
        redis: of((outcome) => outcome.cpu.redis),
      },
    };
  });
}

/** @param {{ name: string, concurrency: number, results: ReturnType<typeof results> }} row */
function describeRow({ name, concurrency, results: all }) {
  const lines = all.map((it) => [
    it.name,
    it.perSecond.toFixed(0),
    `${(100 * it.ofRaw).toFixed(0)} %`,
    it.p50.toFixed(0),
    it.p99.toFixed(0),
    ...Object.values(it.cpu).map((share) => share.toFixed(2)),
  ]);
  const head = ["", "requests/s", "of raw", "p50 µs", "p99 µs", "asker", "server", "redis (cores)"];
  return `\n${name}, ${concurrency} at once\n${table([head, ...lines])}`;
}

/**
 * The official client through the gateway, and a usual client on a raw connection: both in one Node process.
 * @param {{ rounds: number, seconds: number, gateway: Contestant, redis: { url: string, pid: number } }} options
 */
async function measureJs({ rounds, seconds, gateway, redis }) {
  const ways = /** @type {const} */ (["ioredis", "upstash", "upstash-auto-pipelining"]);
  /** @type {Map<string, Outcome[]>} */
  const seen = new Map(ways.map((way) => [way === "ioredis" ? "raw" : way, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      const options = { way, redis: redis.url, gateway: gateway.address, key: key(100), concurrency: 64, seconds };
      const outcome = await loadJs(options, { server: gateway.pid, redis: redis.pid });
      seen.get(way === "ioredis" ? "raw" : way)?.push(outcome);
    }
  }
  return { name: "GET 100 B by clients in Node (raw: ioredis)", concurrency: 64, results: results(seen) };
}
