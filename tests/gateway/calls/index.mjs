/**
 * One call, or a few, for each command of the official client, and what it must return.
 * Each begins with an empty Redis. What a method name does not tell about Redis's command is told in `commandOf`.
 */
import { hashes } from "./hashes.mjs";
import { keys } from "./keys.mjs";
import { lists } from "./lists.mjs";
import { scripts } from "./scripts.mjs";
import { server } from "./server.mjs";
import { sets } from "./sets.mjs";
import { sortedSets } from "./sorted-sets.mjs";
import { streams } from "./streams.mjs";
import { strings } from "./strings.mjs";

/** @typedef {Record<string, (redis: import("@upstash/redis").Redis) => Promise<void>>} Calls */

/** @type {Calls} */
export const calls = {
  ...hashes,
  ...keys,
  ...lists,
  ...scripts,
  ...server,
  ...sets,
  ...sortedSets,
  ...streams,
  ...strings,
};

/** Why there is no call for these methods of the client. @type {[RegExp, string][]} */
export const reasons = [
  [/^(use|addTelemetry|autoPipeline)$/, "it is about the client itself"],
  [/^(pipeline|multi)$/, "pipelines and transactions have tests of their own"],
  [/^p?subscribe$/, "subscriptions have tests of their own"],
  [/^(search|vector)$/, "SEARCH.* and VECTOR.* are commands of Upstash's own"],
  [/^ar[a-z]+$/, "arrays are commands of Upstash's own"],
  [/^json\./, "JSON.* is a module, and not the gateway's to know: to it these are commands like any other"],
];

/** Methods that the client's proxy for auto-pipelining does not know how to pass on. */
export const notAutoPipelined = ["bitfield"];

/** The name of Redis's command in its own list, for a method of the client. @param {string} method */
export function commandOf(method) {
  const group = /^(functions|script|client)\.?(.+)$/.exec(method);
  if (group === null) return method.replace(/Ro$/, "_ro").toLowerCase();
  const [, prefix = "", verb = ""] = group;
  if (/^call/.test(verb)) return `fcall${verb.slice("call".length).replace("Ro", "_ro")}`;
  return `${prefix.replace("functions", "function")}|${verb.toLowerCase()}`;
}
