/**
 * Runs the built Worker in workerd, as a process of its own: `WORKERD` holds as JSON its port, its variables, and the folder
 * of the R2 bucket that is bound as `FILES`.
 * Miniflare is used rather than workerd itself because it has the Cache API and R2; what wrangler.toml says holds here too.
 * When workerd dies this ends as well: to start it again, or not, is for whoever started this.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { parse } from "smol-toml";

const root = fileURLToPath(new URL("..", import.meta.url));
const { port, vars, files } = JSON.parse(process.env.WORKERD ?? "{}");
const config = /** @type {Record<string, any>} */ (parse(readFileSync(join(root, "wrangler.toml"), "utf8")));

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port,
  // Nobody asks Cloudflare for the place of a request on the loopback address.
  cf: false,
  logRequests: false,
  unsafeTriggerHandlers: true,
  resourcePersistencePath: files,
  unsafeHandleRuntimeRestart() {
    console.error("workerd ended by itself: it crashed, or somebody killed it");
    process.exit(1);
  },
  workers: [
    {
      config: {
        name: config.name,
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        env: { ...variables({ ...config.vars, ...vars }), FILES: { type: "r2", name: "files" } },
        manifest: bundle(join(root, config.main)),
      },
    },
  ],
});

try {
  const url = await miniflare.ready;
  console.log(`worker listening on ${url.origin}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    await miniflare.dispose();
    process.exit(0);
  });
}

/** @param {Record<string, string>} values */
function variables(values) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { type: /** @type {const} */ ("text"), value }]),
  );
}

/** All modules beside the main one; workerd resolves their imports by path. @param {string} main */
function bundle(main) {
  const folder = dirname(main);
  /** @type {Record<string, { type: "esm" | "wasm", contents: string | Uint8Array<ArrayBuffer> }>} */
  const modules = {};
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, file);
    if (file.endsWith(".js")) modules[file] = { type: "esm", contents: readFileSync(path, "utf8") };
    if (file.endsWith(".wasm")) modules[file] = { type: "wasm", contents: readFileSync(path) };
  }
  return { mainModule: relative(folder, main), modules };
}
