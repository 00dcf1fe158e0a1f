/** Every command that the official client has, in each of the ways in which it can send it. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { calls, commandOf, notAutoPipelined, reasons } from "./calls/index.mjs";
import { startGateway } from "./harness.mjs";

const gateway = await startGateway();
after(() => gateway.stop());

const known = new Set((await gateway.ask("COMMAND", "LIST")).split("\r\n").filter((line) => !/^[*$]\d/.test(line)));

/** @type {Record<string, Partial<import("@upstash/redis").RedisConfigNodejs>>} */
const ways = {
  "with auto-pipelining": { enableAutoPipelining: true },
  "one request each": { enableAutoPipelining: false },
  "as text instead of base64": { enableAutoPipelining: false, responseEncoding: false },
};

for (const [way, options] of Object.entries(ways)) {
  describe(way, () => {
    for (const [method, call] of Object.entries(calls)) {
      test(method, async (t) => {
        if (options.enableAutoPipelining && notAutoPipelined.includes(method))
          return t.skip("the client itself can not");
        if (lacks(method)) return t.skip(`this Redis has no ${commandOf(method)}`);
        await gateway.ask("FLUSHALL");
        /** @type {Set<string>} */
        const used = new Set();
        await call(spy(gateway.client(options), used));
        assert.ok(used.has(method), `the call for ${method} does not call it`);
      });
    }
  });
}

test("no method of the client is forgotten", () => {
  const redis = gateway.client();
  const methods = new Set([
    ...methodsOf(redis),
    ...methodsOf(redis.pipeline()).filter((name) => !/^(chain|length|pipeline)$/.test(name)),
    ...Object.keys(redis.multi().json).map((name) => `json.${name}`),
    ...Object.keys(redis.multi().functions).map((name) => `functions.${name}`),
  ]);
  assert.ok(methods.size > 200, "the client is not made as it was: its methods are elsewhere now");
  const isForgotten = (/** @type {string} */ method) =>
    !(method in calls) && !reasons.some(([pattern]) => pattern.test(method));
  assert.deepEqual([...methods].filter(isForgotten), []);
  assert.deepEqual(
    Object.keys(calls).filter((method) => !methods.has(method)),
    [],
    "the client has no such method",
  );
});

/** Redis itself says so. @param {string} method */
function lacks(method) {
  return method !== "exec" && method !== "createScript" && !known.has(commandOf(method));
}

/** The names of what can be called on it, or of what is called without being a function. @param {object} it */
function methodsOf(it) {
  const names = new Set();
  for (let at = it; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  const not = /^(constructor|json|functions|client|commands|commandOptions|multiExec|opts|autoPipelineExecutor)$/;
  return [...names].filter((name) => !not.test(name) && !/^(enable|readYourWrites)/.test(name));
}

/**
 * Notes which methods are used, those of a namespace as `json.get`.
 * @template {object} T @param {T} it @param {Set<string>} used @param {string} [prefix] @returns {T}
 */
function spy(it, used, prefix = "") {
  return new Proxy(it, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value === "function") used.add(prefix + String(name));
      const isNamespace = name === "json" || name === "functions";
      return isNamespace ? spy(/** @type {object} */ (value), used, `${name}.`) : value;
    },
  });
}
