/** Private servers for the store's tests, on loopback, gone with them: Redis or Valkey alone, the gateway, a cluster of three. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis as Upstash } from "@upstash/redis";
import { Cluster, Redis as Ioredis } from "ioredis";
import { createClient, createCluster } from "redis";
import { launch } from "../../../local/launch.mjs";
import { startGateway } from "../../../local/parts.mjs";
import { anyPort, withPort } from "../../../local/ports.mjs";
import { onPath } from "../../../local/system.mjs";
import { type Transport, ioredis, nodeRedis, upstash } from "../../src/store/index.ts";

const PATIENCE_MS = 60_000;

const KNOWN = ["redis-server", "valkey-server"];

/** The programs of servers that are on this machine. */
export const programs = KNOWN.filter((name) => onPath(name) !== undefined);

const folder = mkdtempSync(join(tmpdir(), "notion-edge-store-"));
const stops = new Map<number, () => Promise<void>>();
const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

after(async () => {
  for (const end of endings.reverse()) await end();
});

/** Those that are not, and without which the cases run. */
export const missing = KNOWN.filter((name) => !programs.includes(name));

/** Does that when the tests of this file are over. */
export function ending(end: () => unknown): void {
  endings.push(end);
}

/** Starts one server and gives its port. */
export function startServer(program: string, options: string[] = []): Promise<number> {
  return withPort(anyPort, async (port) => {
    const fixed = ["--bind", "127.0.0.1", "--save", "", "--dir", mkdtempSync(join(folder, "redis-"))];
    let ready = () => {};
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const running = await launch(program, ["--port", String(port), ...fixed, ...options], {
      onLine: (line) => /ready to accept connections/i.test(line) && ready(),
    });
    endings.push(() => running.kill());
    stops.set(port, async () => {
      running.kill();
      await running.ended;
    });
    const failed = running.ended.then((outcome) => {
      throw new Error(`${program} ended with ${outcome}: ${running.output()}`);
    });
    failed.catch(() => {});
    await Promise.race([isReady, failed]);
    return port;
  });
}

/** Ends the server at that port at once. */
export async function stopServer(port: number): Promise<void> {
  await stops.get(port)?.();
}

/** Starts three masters that share the slots, and gives their ports. */
export async function startCluster(program: string): Promise<number[]> {
  const ports = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const bus = String(await anyPort());
      return startServer(program, [
        "--cluster-enabled",
        "yes",
        "--cluster-config-file",
        `${number}`,
        "--cluster-port",
        bus,
      ]);
    }),
  );
  const nodes = ports.map((port) => new Ioredis(port, "127.0.0.1"));
  const slots = [0, 5461, 10923, 16384];
  for (const [at, node] of nodes.entries()) {
    await node.call("CLUSTER", "ADDSLOTSRANGE", String(slots[at]), String((slots[at + 1] ?? 0) - 1));
    await node.call("CONFIG", "SET", "cluster-allow-reads-when-down", "no");
    const [, bus] = (await nodes[0]?.call("CONFIG", "GET", "cluster-port")) as string[];
    if (at > 0) await node.call("CLUSTER", "MEET", "127.0.0.1", String(ports[0]), String(bus));
  }
  const isWhole = async (node: Ioredis) =>
    /cluster_state:ok[^]*cluster_known_nodes:3/.test(String(await node.call("CLUSTER", "INFO")));
  await until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean), "the cluster");
  for (const node of nodes) node.disconnect();
  return ports;
}

/** Asks again and again. */
export async function until(look: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 20) {
    if (await look()) return;
    await sleep(20);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** A gateway in front of the server at that port, and the options of a client for it. */
export async function gateway(port: number): Promise<{ url: string; token: string }> {
  const token = "store-tests";
  const part = await startGateway({
    redis: `redis://127.0.0.1:${port}`,
    token,
    logs: mkdtempSync(join(folder, "logs-")),
  });
  endings.push(() => part.stop());
  return { url: part.address, token };
}

/** Transports to the server at that port, each over a client of its own, by name. */
export async function transports(port: number): Promise<Record<string, Transport>> {
  return { upstash: await upstashTo(port), ioredis: ioredisTo(port), "node-redis": nodeRedisTo(port) };
}

/** As a site would make it: with the client's own guessing of JSON left on. */
export async function upstashTo(port: number): Promise<Transport> {
  return upstash(new Upstash({ ...(await gateway(port)), enableTelemetry: false, retry: { retries: 0 } }));
}

interface User {
  username: string;
  password: string;
}

export function ioredisTo(port: number, user?: User): Transport {
  const client = new Ioredis(port, "127.0.0.1", { lazyConnect: true, ...user });
  client.on("error", () => {});
  endings.push(() => client.disconnect());
  return ioredis(client);
}

export function nodeRedisTo(port: number, user?: User): Transport {
  const client = createClient({ socket: { port, host: "127.0.0.1" }, ...user });
  client.on("error", () => {});
  endings.push(() => client.isOpen && client.destroy());
  return nodeRedis(client);
}

/** Transports to a cluster, by name. */
export function clusterTransports(ports: number[]): Record<string, Transport> {
  const cluster = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
  endings.push(() => cluster.disconnect());
  const other = createCluster({ rootNodes: ports.map((port) => ({ socket: { host: "127.0.0.1", port } })) });
  other.on("error", () => {});
  endings.push(() => other.isOpen && other.destroy());
  return { "ioredis cluster": ioredis(cluster), "node-redis cluster": nodeRedis(other) };
}
