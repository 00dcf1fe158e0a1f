/** Which Redis the local stack runs: the system's own, or Valkey. */
import { Problem } from "./problem.mjs";
import { run } from "./launch.mjs";
import { install, onPath } from "./system.mjs";

const OLDEST = 7;

/** The server's program. */
export function redisServer() {
  const program = onPath("redis-server", "valkey-server");
  if (program === undefined) throw new Problem("neither redis-server nor valkey-server is on PATH");
  return program;
}

/** Makes sure that there is a server which knows what our scripts use. */
export async function ensureRedis() {
  if (onPath("redis-server", "valkey-server") === undefined) {
    await install("Redis (redis-server or valkey-server)", { apt: "redis-server", brew: "redis" });
  }
  const program = redisServer();
  const version = await run("Redis does not tell its version", program, ["--version"]);
  const major = Number(/v=(\d+)/.exec(version)?.[1]);
  if (!(major >= OLDEST)) {
    throw new Problem(`${program} is too old: Redis ${OLDEST}.0 or newer, or Valkey, is needed (${version.trim()})`);
  }
}
