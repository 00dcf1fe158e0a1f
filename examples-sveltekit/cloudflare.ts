/**
 * Builds the site as a Worker for Cloudflare: what `wrangler.jsonc` deploys. Files are served by Cloudflare, everything else is rendered.
 * It stands in for @sveltejs/adapter-cloudflare until there is one for SvelteKit 3.2: 8.0.0-next.6 builds with 3.0 only.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Adapter } from "@sveltejs/kit";

/** Where `wrangler.jsonc` has the files, and the Worker beside them. */
const FILES = ".svelte-kit/cloudflare/files";
const WORKER = ".svelte-kit/cloudflare/worker.js";

/** What is rendered before has a name of its own for good. */
const HEADERS = `/_app/immutable/*
  Cache-Control: public, immutable, max-age=31536000
`;

const workerOf = (server: string) => `import { server } from ${JSON.stringify(server)};
let ready;
export default {
  async fetch(request, env, ctx) {
    await (ready ??= server.init({ env }));
    return server.respond(request, {
      platform: { env, ctx },
      getClientAddress: () => request.headers.get("cf-connecting-ip") ?? "",
    });
  },
};
`;

/** An adapter for Cloudflare Workers. */
export default function cloudflare(): Adapter {
  return {
    name: "cloudflare",
    adapt(builder) {
      rmSync(".svelte-kit/cloudflare", { recursive: true, force: true });
      mkdirSync(FILES, { recursive: true });
      builder.writeClient(FILES);
      builder.writePrerendered(FILES);
      writeFileSync(`${FILES}/_headers`, HEADERS);
      const server = builder.getServerDirectory();
      builder.generateServerInstance(`${server}/server.js`);
      const path = relative(".svelte-kit/cloudflare", server).replaceAll("\\", "/");
      writeFileSync(WORKER, workerOf(`${path}/server.js`));
    },
  };
}
