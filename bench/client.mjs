/** Load by clients in Node: the official one through a gateway, or ioredis on a raw connection. */
import { Redis as Upstash } from "@upstash/redis";
import { Redis } from "ioredis";

const { way, redis, gateway, key, concurrency, seconds } = JSON.parse(process.argv[2] ?? "");
const { get, end } = way === "ioredis" ? raw() : upstash(way === "upstash-auto-pipelining");

const begin = performance.now() + seconds * 250;
const stop = begin + seconds * 1000;
/** @type {number[]} */
const times = [];
await Promise.all(Array.from({ length: concurrency }, ask));
end();
times.sort((a, b) => a - b);
const at = (/** @type {number} */ share) => 1000 * (times[Math.floor(times.length * share)] ?? NaN);
const { user, system } = process.cpuUsage();
const outcome = { requests: times.length, seconds, p50_us: at(0.5), p99_us: at(0.99) };
console.log(JSON.stringify({ ...outcome, cpu_seconds: (user + system) / 1e6 }));

async function ask() {
  for (;;) {
    const asked = performance.now();
    if (((await get()) ?? "").length !== 100) throw new Error("this is not the answer");
    const now = performance.now();
    if (now >= stop) return;
    if (now >= begin) times.push(now - asked);
  }
}

function raw() {
  const client = new Redis(redis);
  return { get: () => client.get(key), end: () => client.disconnect() };
}

/** @param {boolean} enableAutoPipelining */
function upstash(enableAutoPipelining) {
  const client = new Upstash({
    url: `http://${gateway}`,
    token: "bench",
    enableAutoPipelining,
    enableTelemetry: false,
  });
  return { get: () => /** @type {Promise<string | null>} */ (client.get(key)), end: () => {} };
}
