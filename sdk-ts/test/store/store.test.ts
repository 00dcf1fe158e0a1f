/** The store over each transport, on each server that this machine has, alone and in a cluster of three. */
import assert from "node:assert/strict";
import { before, describe } from "node:test";
import type { Transport } from "../../src/store/index.ts";
import { conformance } from "./conformance.ts";
import { clusterTransports, missing, programs, startCluster, startServer, transports } from "./servers.ts";

const STRUCTURES = ["kv", "index", "stream", "resource"];

assert.ok(programs.length > 0, "neither redis-server nor valkey-server is on PATH: install the package redis-server");

for (const name of missing) console.log(`${name} is not on PATH: no case has run over it`);

for (const program of programs) {
  over(program, ["upstash", "ioredis", "node-redis"], async () => transports(await startServer(program)));
  over(`${program} cluster`, ["ioredis cluster", "node-redis cluster"], async () =>
    clusterTransports(await startCluster(program)),
  );
}

function over(server: string, names: string[], start: () => Promise<Record<string, Transport>>): void {
  describe(server, () => {
    let started: Record<string, Transport>;
    before(async () => {
      started = await start();
    });
    for (const name of names) {
      describe(name, () => {
        for (const structure of STRUCTURES) conformance(structure, () => started[name] as Transport);
      });
    }
  });
}
