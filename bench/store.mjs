/**
 * The store, beside the same work in commands written by hand: one client, one connection, 32 calls in flight.
 *
 * By hand means what one would write who needs the same guarantees: a transaction or a script where a single command does not
 * give them. Both take turns, and what counts is the median of their ratios: of calls per second, and of the processor time
 * that client and server together spend on a call, which other work on the machine hardly moves.
 */
import { redisServer } from "../local/redis.mjs";
import { anyPort } from "../local/ports.mjs";
import { buildSdk } from "../local/build.mjs";
import { launch } from "../local/launch.mjs";
import { median, table } from "./measure.mjs";
import { pairs } from "./store-pairs.mjs";
import { Redis } from "ioredis";

/** @typedef {(at: number) => Promise<unknown>} Call */
/** @typedef {{ perSecond: number, cpu: number }} Round */

const IN_FLIGHT = 32;

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  await buildSdk();
  const port = await anyPort();
  const server = await launch(redisServer(), ["--port", String(port), "--bind", "127.0.0.1", "--save", ""]);
  const [client, watcher] = [new Redis(port, "127.0.0.1"), new Redis(port, "127.0.0.1")];
  try {
    const rows = [];
    for (const [name, hand, store] of await pairs(client)) {
      /** @type {{ hand: Round, store: Round }[]} */
      const rounds = [];
      const ms = quick ? 100 : 500;
      await perform(watcher, hand, ms / 2);
      await perform(watcher, store, ms / 2);
      for (let round = 0; round < (quick ? 5 : 9); round += 1) {
        rounds.push({ hand: await perform(watcher, hand, ms), store: await perform(watcher, store, ms) });
      }
      const of = (/** @type {(it: { hand: Round, store: Round }) => number} */ column) => median(rounds.map(column));
      rows.push({
        name,
        hand: of(({ hand }) => hand.perSecond),
        store: of(({ store }) => store.perSecond),
        cost: of(({ hand, store }) => hand.perSecond / store.perSecond),
        cpu: of(({ hand, store }) => store.cpu / hand.cpu),
        roundTrips: [await roundTrips(watcher, hand), await roundTrips(watcher, store)],
      });
    }
    const cells = rows.map(({ name, hand, store, cost, cpu, roundTrips }) => [
      name,
      hand.toFixed(0),
      store.toFixed(0),
      cost.toFixed(2),
      cpu.toFixed(2),
      roundTrips.join(" / "),
    ]);
    say(table([["calls per second", "by hand", "store", "cost", "processor", "round trips"], ...cells]));
    return { rows };
  } finally {
    client.disconnect();
    watcher.disconnect();
    await server.stop();
  }
}

/** @param {Redis} watcher @param {Call} call @param {number} ms @returns {Promise<Round>} */
async function perform(watcher, call, ms) {
  const before = { server: await serverTime(watcher), client: process.cpuUsage() };
  const begin = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() < begin + ms) await call(calls++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const lasted = performance.now() - begin;
  const client = process.cpuUsage(before.client);
  const server = (await serverTime(watcher)) - before.server;
  return { perSecond: (calls / lasted) * 1000, cpu: (client.user + client.system + server) / calls };
}

/** The processor time of the server, in µs. @param {Redis} watcher */
async function serverTime(watcher) {
  const info = await watcher.info("cpu");
  const of = (/** @type {string} */ name) => Number(new RegExp(`^${name}:(.+)$`, "m").exec(info)?.[1]) * 1e6;
  return of("used_cpu_user") + of("used_cpu_sys");
}

/** How often the server reads from the client for one call. @param {Redis} watcher @param {Call} call */
async function roundTrips(watcher, call) {
  const reads = async () => Number(/total_reads_processed:(\d+)/.exec(await watcher.info("stats"))?.[1]);
  const before = await reads();
  await call(0);
  return (await reads()) - before - 1;
}
