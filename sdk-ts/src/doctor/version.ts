/** Whether Worker, store and this package are of one version. */
import { exportLine } from "./command.ts";
import type { Facts } from "./facts.ts";
import { ok, problem, skipped, warning, type Found } from "./finding.ts";
import { giveMore } from "./settings.ts";

const REBUILD =
  "install the newest one with `npm install notion-edge@latest`; in a checkout `git pull` and `npm run build`";
const DEPLOY = "deploy the Worker of this package with `npx wrangler deploy`";

/** Whether they are of one version. */
export async function checkVersion(facts: Facts): Promise<Found[]> {
  const about = await facts.about().catch(() => null);
  if (about === null) return [problem("the core of this package cannot be loaded", REBUILD)];
  if (about === undefined)
    return [problem("the core of this package, pkg/ and core/, is older than the package", REBUILD)];
  const told = await facts.status();
  const worker = told?.status.worker;
  if (told === undefined || !worker) {
    const isRead = told?.by === "worker" && told.status.counts !== undefined && worker === undefined;
    if (isRead) return [problem("the Worker is of an older version than this package", DEPLOY)];
    return [skipped("the version of the Worker is not known", giveMore(facts.settings))];
  }
  const found: Found[] = [];
  const of = (builder: string) => builder.split("-")[0] ?? "";
  if (told.by === "worker" && worker.version !== about.version) {
    found.push(
      problem(
        `the Worker is of version ${worker.version} and this package of ${about.version}`,
        `${DEPLOY}, or install the package of the Worker's version: \`npm install notion-edge@${worker.version}\``,
      ),
    );
  }
  if (of(worker.builder) !== about.builder) {
    found.push(
      problem(
        `the Worker makes documents of schema ${of(worker.builder)} and the core of this package of ${about.builder}: exports from Node and from the Worker undo each other`,
        Number(of(worker.builder)) > Number(about.builder) ? REBUILD : DEPLOY,
      ),
    );
  }
  const stored = worker.stored_builder;
  if (stored !== null && of(stored) !== of(worker.builder)) {
    const { state, export: it } = told.status;
    const isUnderWay = state === "exporting" && it?.job === "all";
    const words = `what is stored was made by schema ${of(stored)}, and ${told.by === "worker" ? "the Worker" : "this package"} makes ${of(worker.builder)}`;
    const isOlder = Number(of(stored)) > Number(of(worker.builder));
    if (isOlder) found.push(problem(`${words}, which is older`, told.by === "worker" ? DEPLOY : REBUILD));
    else if (isUnderWay) found.push(ok(`${words}: the export that is under way makes it anew`));
    else {
      const remedy = `${exportLine(facts.settings)} does so now, the cron trigger with one of its next ticks`;
      found.push(warning(`${words}: the next export makes it anew`, remedy));
    }
  }
  if (found.length > 0) return found;
  return [ok(`Worker, store and package are of one version, ${about.version} with schema ${about.builder}`)];
}
