/** Another gateway of the same protocol, from npm, with its own HTTP server, but on the loopback address only. */
import { createRequire } from "node:module";
import { createApp } from "@humanwhocodes/upstash-redis-server";

const require = createRequire(import.meta.resolve("@humanwhocodes/upstash-redis-server"));
const { serve } = require("@hono/node-server");
const app = createApp({ token: process.env.TOKEN ?? "", redisUrl: process.env.REDIS_URL });
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, (/** @type {{ port: number }} */ { port }) => {
  console.log(`listening on 127.0.0.1:${port}`);
});
