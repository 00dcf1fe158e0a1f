/**
 * `npm start`: sets up what is missing, starts the stack, exports the workspace and stays up.
 * With `--once` it ends after the first complete export. However it ends, everything that it started ends with it.
 * Until the packages are installed this runs on Node 20 with nothing but its own modules.
 */
import { resolve } from "node:path";
import { buildSdk, buildStack } from "./build.mjs";
import { exactPort, portFrom } from "./ports.mjs";
import { Problem, describe } from "./problem.mjs";
import { stopAll } from "./launch.mjs";
import { ensureRedis } from "./redis.mjs";
import { bold, dim, red, say, step } from "./report.mjs";
import { USAGE, readSettings } from "./settings.mjs";
import { ensurePackages, ensureRust, isOldNode, rerun } from "./toolchain.mjs";

const NOTICED_MS = 2000;

/** @type {() => Promise<void>} */
let stop = stopAll;
/** Set once a signal has come: what fails from then on fails because of it. @type {Promise<void> | undefined} */
let ending;

watchForTheEnd();
try {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.help) console.log(USAGE);
  else await main(settings);
  await stop();
} catch (error) {
  await ending;
  say(`${red("✗")} ${describe(error)}`);
  await stop();
  process.exitCode = 1;
}
process.exit();

/** @param {ReturnType<typeof readSettings>} settings */
async function main({ once, fresh, data, port, sim, vars }) {
  const needsRedis = vars.UPSTASH_REDIS_REST_URL === undefined;
  await Promise.all([
    step("install npm packages", ensurePackages, { noticedAfterMs: NOTICED_MS }).then(buildSdk),
    step("install Rust", ensureRust, { noticedAfterMs: NOTICED_MS }).then(buildStack),
    needsRedis && step("install Redis", ensureRedis, { noticedAfterMs: NOTICED_MS }),
  ]);
  if (isOldNode()) return rerun();

  const { startStack } = await import("./stack.mjs");
  const { exportAll, everyMinute } = await import("./cron.mjs");
  const { startProgress, summary } = await import("./progress.mjs");

  const isSimulated = vars.NOTION_TOKEN === undefined && vars.NOTION_BASE_URL === undefined;
  if (isSimulated) vars.WEBHOOK_TOKENS ??= "secret_demo";
  const begun = Date.now();
  const stack = await startStack({
    data: resolve(data),
    fresh,
    sim,
    vars,
    port: () => (port.exact === undefined ? portFrom(port.preferred) : exactPort(port.exact)),
  });
  stop = async () => {
    await stack.stop();
    await stopAll();
  };
  const died = stack.ended.then(({ name, outcome }) => {
    const log = `${stack.logs}/${name}.log`;
    throw new Problem(`${name} died (${outcome}): its last words are in ${log}; the next start goes on from here`);
  });
  died.catch(() => {}); // Between two races nobody listens.

  const { url } = stack.worker;
  const isElsewhere = port.preferred !== undefined && Number(new URL(url).port) !== port.preferred;
  say(`${isElsewhere ? `port ${port.preferred} is taken: ` : ""}the Worker runs at ${bold(url)}`);
  const progress = startProgress();
  const status = await Promise.race([exportAll(stack.worker, progress.update), died]).finally(progress.end);
  say(summary(status, Date.now() - begun));
  if (once) return;

  const page = await stack.worker.examplePage();
  if (stack.sim) await subscribe(stack.sim.address, `${url}/v1/webhook`, vars.WEBHOOK_TOKENS?.split(",")[0] ?? "");
  say(`
  ${bold("status")}   ${url}/v1/status
  ${bold("pages")}    ${url}/v1/pages
  ${bold("a page")}   ${url}/v1/pages/${page ?? "{id}"}${stack.sim ? simulated(stack.sim.address, page) : ""}

${dim("The export is brought up to date every minute. Ctrl-C ends everything.")}`);
  await Promise.race([everyMinute(stack.worker, (problem) => say(`${red("✗")} ${problem}`)), died]);
}

/** Has the simulated Notion tell the Worker of changes, as the real one does with a webhook. @param {string} sim @param {string} url @param {string} token */
async function subscribe(sim, url, token) {
  const response = await fetch(`${sim}/_sim/webhook`, { method: "POST", body: JSON.stringify({ url, token }) });
  if (!response.ok) throw new Problem(`the simulated Notion takes no webhook: ${await response.text()}`);
}

/** What can be done with it. @param {string} address @param {string} [page] */
function simulated(address, page = "…") {
  const change = JSON.stringify({ type: "set_title", page, title: "Edited" });
  return `
  ${bold("Notion")}   ${address} ${dim("(simulated)")}
  ${bold("an edit")}  curl -d '${change}' ${address}/_sim/changes
           ${dim("the webhook tells the Worker, and readers have it within 5 seconds")}`;
}

/**
 * Ends everything on a signal, and when npm, or the older Node that reran this, is gone.
 * The scripts of package.json begin with `exec`, so that npm and not a shell is the parent: signals arrive, its end is seen.
 */
function watchForTheEnd() {
  /** @param {number} code */
  const end = (code) => {
    ending ??= stop().finally(() => process.exit(code));
  };
  process.on("SIGINT", () => end(130));
  process.on("SIGTERM", () => end(143));
  process.on("SIGHUP", () => end(129));

  const parent = process.ppid;
  const isChild = process.env.npm_lifecycle_event !== undefined || process.env.NOTION_EDGE_RERUN !== undefined;
  if (isChild) setInterval(() => process.ppid !== parent && end(1), 1000).unref();
}
