/**
 * Schemathesis asks the Worker in workerd whatever it can think of by the OpenAPI document, right and wrong, for a minute and a half:
 * no answer is a 5xx, or another one than the document says. `SEED` repeats the requests of a run, `SECONDS` gives it another time.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exportAll } from "../../local/cron.mjs";
import { launch } from "../../local/launch.mjs";
import { folder, root, stackFor } from "../harness.mjs";

const VERSION = "4.32.5";
const { SEED = "7", SECONDS = "90" } = process.env;

/** What the document cannot say in a schema: which parameters do not go together, that only JSON has fields, what a filter or a cursor is, which data sources there are, whom a signature is of. */
const CONFIG = `
[auth.openapi.adminToken]
bearer = "admin"

[[operations]]
include-path = "/v1/pages"
checks.positive_data_acceptance.expected-statuses = ["2xx", 304, 400, 404]

[[operations]]
include-path = "/v1/pages/{id_or_path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 304, 308, 400, 404, 410]

[[operations]]
include-path = "/v1/webhook"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 409]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 308, 404, 409, 410]
`;

test("no request that a machine thinks of gets an answer off the contract", async (t) => {
  const schemathesis = await installed();
  if (schemathesis === undefined) return t.skip("there is no Python 3 with venv, or no package index to be reached");
  const stack = await stackFor(t, {
    vars: { OBJECT_TYPES: "page+database+block+user+comment", ADMIN_TOKENS: "admin", SITE_URL: "https://site.example" },
  });
  await exportAll(stack.worker, () => {});
  const data = folder(t);
  const [config, file, report] = ["config.toml", "openapi.json", "report.ndjson"].map((name) => join(data, name));
  writeFileSync(config ?? "", CONFIG);
  writeFileSync(file ?? "", JSON.stringify(await document(stack.worker.url)));
  const running = await launch(
    schemathesis,
    [
      ...["--no-color", "--config-file", config ?? "", "run", file ?? "", "--url", stack.worker.url],
      ...["--phases", "examples,coverage,fuzzing", "--mode", "all", "--checks", "all", "--continue-on-failure"],
      ...["--seed", SEED, "--max-time", SECONDS, "--request-timeout", "20", "--warnings", "off"],
      ...["--report", "ndjson", "--report-ndjson-path", report ?? ""],
    ],
    { cwd: data },
  );
  const alarm = setTimeout(() => void running.kill(), (Number(SECONDS) + 120) * 1_000);
  const outcome = await running.ended;
  clearTimeout(alarm);
  assert.equal(outcome, "exit code 0", running.output());
  t.diagnostic(/^ +\d+ generated.*$/m.exec(running.output())?.[0].trim() ?? running.output());
  t.diagnostic(`statuses: ${statuses(readFileSync(report ?? "", "utf8"))}`);
});

/** Where schemathesis is, in a folder that git does not look at; undefined where it cannot be had. */
async function installed() {
  const place = join(root, ".notion-edge", `schemathesis-${VERSION}`);
  const program = join(place, "bin/schemathesis");
  if (existsSync(program)) return program;
  const steps = [
    ["python3", "-m", "venv", place],
    [join(place, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", `schemathesis==${VERSION}`],
  ];
  for (const [command = "", ...args] of steps) {
    const running = await launch(command, args).catch(() => undefined);
    if ((await running?.ended) === "exit code 0") continue;
    rmSync(place, { recursive: true, force: true });
    return undefined;
  }
  return program;
}

/** The document, with what there is in the copy among the values that it allows: by chance nobody would think of an id. @param {string} url */
async function document(url) {
  /** @returns {Promise<any>} */
  const get = async (/** @type {string} */ address) => (await fetch(url + address)).json();
  const { components, ...rest } = await get("/openapi.json");
  const { results } = await get("/v1/pages?limit=100");
  const pages = await Promise.all(results.map((/** @type {{ id: string }} */ it) => get(`/v1/pages/${it.id}`)));
  const ids = pages.flatMap((it) => [
    ...[it.id, it.data_source_id, it.database_id, it.created_by.id],
    ...it.blocks.map((/** @type {{ id: string }} */ block) => block.id),
  ]);
  const keys = pages.flatMap((it) => it.files.map((/** @type {{ key: string | null }} */ file) => file.key));
  const places = pages.flatMap(({ path }) => [path.slice(1), `${path.slice(1)}.html`, `${path.slice(1)}.md`]);
  const { parameters, schemas } = components;
  const also = (/** @type {(string | null)[]} */ values, /** @type {object} */ schema) => ({
    anyOf: [{ enum: [...new Set(values)].filter((it) => it !== null) }, schema],
  });
  schemas.Id = also(ids, schemas.Id);
  parameters.IdOrPath.schema = also([...places, ...pages.map((it) => it.id)], parameters.IdOrPath.schema);
  parameters.FileKey.schema = also(keys, parameters.FileKey.schema);
  // A version that there is: who names another one is told to come back, by a 503.
  parameters.Version.schema = { const: 1 };
  parameters.ExportNumber.schema = { anyOf: [{ enum: [1, 2, 3, 4, 5] }, parameters.ExportNumber.schema] };
  return { ...rest, components };
}

/** How often each was met. @param {string} report */
function statuses(report) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const [, status = ""] of report.matchAll(/"status_code": ?(\d{3})/g)) counts[status] = (counts[status] ?? 0) + 1;
  return JSON.stringify(counts);
}
