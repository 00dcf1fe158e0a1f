/** That the Worker in workerd answers as its OpenAPI document says, to requests that are right and to such as are not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import fc from "fast-check";
import { exportAll } from "../local/cron.mjs";
import { root, stackFor } from "./harness.mjs";

/** @typedef {{ $ref: string }} Reference */
/** @typedef {{ name: string, in: string, required?: boolean, schema?: object }} Parameter */
/** @typedef {{ headers?: Record<string, unknown>, content?: Record<string, object> }} Described */
/** @typedef {{ operationId: string, responses: Record<string, Described | Reference> }} Operation */
/** @typedef {Record<string, any> & { parameters?: Reference[] }} Item */

const text = readFileSync(join(root, "src/core/src/read/openapi.json"), "utf8");
const document = /** @type {{ paths: Record<string, Item> }} */ (JSON.parse(text));
const METHODS = ["get", "head", "post", "delete"];
const OTHERS = ["PUT", "PATCH", "OPTIONS"];
const SEED = 7;

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(document, "openapi");

test("the document is valid OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  assert.ok(valid, JSON.stringify(errors));
  const ids = operations().map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
});

test("every address answers as the document says, to what is right, to what is not, and to another method", async (t) => {
  const stack = await stackFor(t, {
    vars: { OBJECT_TYPES: "page+database+block+user+comment", ADMIN_TOKENS: "admin", SITE_URL: "https://site.example" },
  });
  await exportAll(stack.worker, () => {});
  /** @type {Map<string, number>} */
  const met = new Map();
  /** @param {string} path of the document @param {string} address @param {RequestInit} [init] */
  const ask = async (path, address, { method = "GET", headers, ...init } = {}) => {
    const answer = await fetch(stack.worker.url + address, {
      method,
      redirect: "manual",
      headers: { authorization: "Bearer admin", ...headers },
      ...init,
    });
    const body = await answer.text();
    const what = `${method} ${address}: ${answer.status} ${body.slice(0, 300)}`;
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) assertProblem(405, answer, body, what);
    else assertDescribed(path, method.toLowerCase(), answer, body, what);
    met.set(`${path} ${method} ${answer.status}`, answer.status);
    return { status: answer.status, text: body, header: (/** @type {string} */ it) => answer.headers.get(it) ?? "" };
  };

  assert.equal((await ask("/openapi.json", "/openapi.json")).text, text);
  const { results } = JSON.parse((await ask("/v1/pages", "/v1/pages?limit=100")).text);
  const documents = await Promise.all(
    results.map(async (/** @type {{ id: string }} */ { id }) =>
      JSON.parse((await ask("/v1/pages/{id_or_path}", `/v1/pages/${id}`)).text),
    ),
  );
  const row = documents.find((it) => it.data_source_id !== null && it.blocks.length > 0);
  const { key } = documents.flatMap((it) => it.files).find((it) => it.key !== null);
  const { id, path, data_source_id, database_id } = row;
  const page = "/v1/pages/{id_or_path}";

  /** What is right, by its path in the document. @type {Record<string, string[]>} */
  const right = {
    "/healthz": ["/healthz"],
    "/openapi.json": ["/openapi.json"],
    "/metrics": ["/metrics"],
    "/v1/pages": [
      "/v1/pages",
      `/v1/pages?limit=1&data_source_id=${data_source_id}`,
      `/v1/pages?parent_id=${id}`,
      `/v1/pages?filter=${encodeURIComponent('{"property":"title","title":{"is_not_empty":true}}')}`,
      `/v1/pages?sorts=${encodeURIComponent('[{"timestamp":"created_time","direction":"ascending"}]')}`,
    ],
    [page]: [
      `/v1/pages/${id}`,
      `/v1/pages/${id.replaceAll("-", "")}.html`,
      `/v1/pages${path}.md`,
      `/v1/pages/${encodeURIComponent(path.slice(1))}`,
      `/v1/pages${path}?fields=id,title&v=1`,
      `/v1/pages/${id}?fields=-blocks`,
    ],
    "/v1/pages:batch": [`/v1/pages:batch?ids=${id},${data_source_id}`, `/v1/pages:batch?ids=${id}&fields=id,blocks`],
    "/v1/tree": ["/v1/tree", "/v1/tree?rows=true&depth=2", `/v1/tree?root=${database_id}`],
    "/v1/search": ["/v1/search?q=a", "/v1/search?q=tide%20gauge&limit=50"],
    "/v1/databases/{id}": documents.flatMap((it) => it.database_id ?? []).map((it) => `/v1/databases/${it}`),
    "/v1/data-sources/{id}": documents.flatMap((it) => it.data_source_id ?? []).map((it) => `/v1/data-sources/${it}`),
    "/v1/users/{id}": [`/v1/users/${row.created_by.id}`],
    "/v1/blocks/{id}": documents.flatMap((it) => it.blocks).map((it) => `/v1/blocks/${it.id}`),
    "/v1/comments": documents.map((it) => `/v1/comments?page=${it.id}`),
    "/v1/files/{key}": [`/v1/files/${key}`],
    "/sitemap.xml": ["/sitemap.xml"],
    "/feed.xml": ["/feed.xml", "/feed.xml?title=a&limit=1", "/feed.xml?content=full"],
    "/atom.xml": ["/atom.xml", `/atom.xml?data_source_id=${data_source_id}&date=Published`],
    "/feed.json": ["/feed.json"],
    "/v1/events": ["/v1/events", "/v1/events?after=0&limit=1000"],
    "/v1/status": ["/v1/status"],
    "/v1/why/{id_or_path}": [`/v1/why/${id}`, `/v1/why${path}`, `/v1/why/${database_id}`, "/v1/why/no/such/path"],
    "/v1/exports": ["/v1/exports"],
    "/v1/exports/{number}": ["/v1/exports/1"],
    "/v1/webhook": ["/v1/webhook"],
  };
  for (const [path, item] of Object.entries(document.paths)) {
    if (item.get === undefined) continue;
    const addresses = right[path] ?? [];
    assert.ok(addresses.length > 0, `no request for ${path}`);
    for (const address of new Set(addresses)) {
      const answer = await ask(path, address);
      assert.equal(answer.status, 200, `${address}: ${answer.text}`);
      const head = await ask(path, address, { method: "HEAD" });
      assert.deepEqual([head.status, head.text, head.header("etag")], [200, "", answer.header("etag")], address);
      if (item.get.responses[304] === undefined) continue;
      const same = await ask(path, address, { headers: { "if-none-match": answer.header("etag") } });
      assert.deepEqual([same.status, same.text], [304, ""], address);
    }
    for (const method of OTHERS) await ask(path, addresses[0] ?? "", { method });
  }
  for (const accept of ["text/html", "text/markdown", "application/json"]) {
    const answer = await ask(page, `/v1/pages/${id}`, { headers: { accept } });
    assert.ok(answer.header("content-type").startsWith(accept));
  }
  const { text: whole } = await ask(page, `/v1/pages/${id}`);
  assertFits("#/components/schemas/PageDocument", JSON.parse(whole), id);
  assert.equal((await ask("/v1/files/{key}", `/v1/files/${key}`, { headers: { range: "bytes=0-0" } })).status, 206);
  assert.equal(
    (await ask("/v1/files/{key}", `/v1/files/${key}`, { headers: { range: "bytes=999999999-" } })).status,
    416,
  );
  assert.equal((await ask("/v1/files/{key}", `/v1/files/${key}`, { headers: { "if-match": '"x"' } })).status, 412);
  assert.equal((await ask(page, `/v1/pages/${id}?v=9007199254740991`)).status, 503);

  const post = (/** @type {unknown} */ body) =>
    ask("/v1/exports", "/v1/exports", { method: "POST", body: JSON.stringify(body) });
  const ordered = await post({ job: "page", id });
  assert.equal(ordered.status, 202);
  const number = ordered.header("location");
  assert.ok([200, 202, 409].includes((await ask("/v1/exports/{number}", number, { method: "DELETE" })).status));
  const confirm = "/v1/exports/{number}/confirm";
  assert.equal((await ask(confirm, `${number}/confirm`, { method: "POST" })).status, 404);

  // What is not right.
  const word = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.integer().map(String),
    fc.constantFrom("", "true", id),
  );
  const known = Object.values(right).flat();
  const wrong = operations().filter(({ method }) => method === "get" || method === "head");
  const request = fc.record({
    operation: fc.constantFrom(...wrong),
    parts: fc.array(word, { minLength: 2, maxLength: 2 }),
    query: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names()), word), word), { maxLength: 3 }),
    headers: fc.dictionary(fc.constantFrom("accept", "range", "if-none-match", "if-match"), fc.string(), {
      maxKeys: 2,
    }),
  });
  const encode = (/** @type {string} */ it) => encodeURIComponent(it);
  await fc.assert(
    fc.asyncProperty(request, async ({ operation: { path, method }, parts, query, headers }) => {
      let place = 0;
      // Nothing, one dot and two are not parts of a path but ways through it.
      const part = () => encode(parts[place++] ?? "").replace(/^(\.{0,2})$/, "x$1");
      const pairs = query.map(([name, value]) => `${encode(name)}=${encode(value)}`);
      const address = `${path.replace(/\{\w+\}/g, part)}?${pairs.join("&")}`;
      if (known.includes(address)) return;
      const { status } = await ask(path, address, { method: method.toUpperCase(), headers: printable(headers) });
      assert.ok(status < 500 || query.some(([name]) => name === "v"), `${method} ${address}: ${status}`);
    }),
    { numRuns: 400, seed: SEED },
  );
  const order = fc.oneof(
    fc.json(),
    fc.record({ job: fc.oneof(word, fc.constantFrom("all", "page")), id: word }).map((it) => JSON.stringify(it)),
    fc.string({ minLength: 1 }).filter((it) => it.trim() !== ""),
  );
  const fits = ajv.getSchema("openapi#/components/schemas/ExportOrder");
  await fc.assert(
    fc.asyncProperty(order, async (body) => {
      const isRight = fits?.(parsed(body)) === true;
      const { status } = await ask("/v1/exports", "/v1/exports", { method: "POST", body });
      assert.ok(isRight ? [202, 409].includes(status) : status === 400, `${body}: ${status}`);
    }),
    { numRuns: 100, seed: SEED },
  );
  t.diagnostic(`${met.size} kinds of answers: ${[...new Set(met.values())].toSorted().join(", ")}`);
});

/** All of the document. */
function operations() {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) => ({
      path,
      method,
      operation: /** @type {Operation} */ (item[method]),
    })),
  );
}

/** The names of all parameters of queries. */
function names() {
  const parameters = Object.values(document.paths).flatMap((item) => item.parameters ?? []);
  const found = parameters.map((it) => /** @type {Parameter} */ (resolved(it)));
  return [...new Set(found.filter((it) => it.in === "query").map((it) => it.name))];
}

/** @param {unknown} value @returns {unknown} what it is a reference to, or itself */
function resolved(value) {
  const reference = /** @type {Partial<Reference>} */ (value).$ref;
  if (reference === undefined) return value;
  const names = reference.replace("#/", "").split("/");
  return names.reduce(
    (at, name) => /** @type {Record<string, unknown>} */ (at)[name],
    /** @type {unknown} */ (document),
  );
}

/** @param {string} path @param {string} method @param {Response} answer @param {string} body @param {string} what */
function assertDescribed(path, method, answer, body, what) {
  const responses = /** @type {Operation} */ (document.paths[path]?.[method]).responses;
  assert.ok(answer.status in responses, `${what}: that status is not in the document`);
  const { headers = {}, content } = /** @type {Described} */ (resolved(responses[answer.status]));
  for (const [name, header] of Object.entries(headers)) {
    const { required = false } = /** @type {{ required?: boolean }} */ (resolved(header));
    assert.ok(!required || answer.headers.has(name), `${what}: without ${name}`);
  }
  if (method === "head" || content === undefined) return assert.equal(body, "", what);
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  assert.ok(type in content || "*/*" in content, `${what}: it is ${type}`);
  if (answer.status >= 400) return assertProblem(answer.status, answer, body, what);
  if (type !== "application/json" || !(type in content)) return;
  const place = ["paths", path, method, "responses", String(answer.status), "content", type, "schema"];
  const response = responses[answer.status];
  assert.ok(response !== undefined && !("$ref" in response));
  const pointer = place.map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  assertFits(`#/${pointer}`, JSON.parse(body), what);
}

/** @param {number} status @param {Response} answer @param {string} body @param {string} what */
function assertProblem(status, answer, body, what) {
  assert.equal(answer.status, status, what);
  assert.equal(answer.headers.get("content-type"), "application/problem+json", what);
  if (status === 405) assert.match(answer.headers.get("allow") ?? "", /^[A-Z]+(, [A-Z]+)*$/, what);
  const problem = JSON.parse(body);
  assertFits("#/components/schemas/Problem", problem, what);
  assert.equal(problem.status, status, what);
}

/** @param {string} pointer into the document @param {unknown} value @param {string} what */
function assertFits(pointer, value, what) {
  const validate = ajv.getSchema(`openapi${pointer}`);
  assert.ok(validate !== undefined, pointer);
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}`);
}

/** @param {string} body */
function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What a header may hold. @param {Record<string, string>} headers */
function printable(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/[^ -~]/g, "")]));
}
