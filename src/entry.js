/**
 * The Worker's main module: hands events to its two halves, each a wasm, and replaces an instance that has trapped.
 * A trap (a panic, memory that ran out) ends every request that the instance had in flight; the next one finds a new instance.
 * It decides nothing about requests; that is Rust's.
 */
import * as reader from "./reader.js";

const halves = new Set([reader]);
const seen = new WeakSet();

/** The exporter is loaded by the first run: an isolate that only serves does without it. */
async function exporter() {
  const loaded = await import("./exporter.js");
  halves.add(loaded);
  return loaded;
}

/**
 * Replaced at once, not at the next event: a timer or a promise of the dead instance may fire before that,
 * and the glue would run it with the old instance's pointers in the new instance's memory.
 */
function replaceAfterTrap(error, trapped) {
  if (!(error instanceof WebAssembly.RuntimeError) || seen.has(error)) return;
  seen.add(error);
  console.error("a wasm instance trapped and was replaced:", error.message);
  for (const half of trapped) half.__wbg_reset_state();
}

// What nobody waits for does not tell whose it was.
addEventListener("error", (event) => replaceAfterTrap(event.error, halves));
addEventListener("unhandledrejection", (event) => replaceAfterTrap(event.reason, halves));

let known;
let bound;

/** Names and values of the variables, and the names of all else that is bound. */
function bindings(env) {
  const pairs = Object.entries(env).map(([name, value]) => [name, typeof value === "string" ? value : typeof value]);
  return JSON.stringify(pairs);
}

/**
 * Where only bindings are deployed, as a secret that is replaced, isolates go on with the new ones: a token that is no longer
 * valid must open nothing.
 */
function notice(env) {
  if (env === known) return;
  const before = bound;
  [known, bound] = [env, bindings(env)];
  if (before !== undefined && before !== bound) for (const half of halves) half.forget();
}

const HEADERS = ["accept", "if-none-match", "last-event-id", "origin", "authorization"];

/** What of a request counts, as Rust takes it. */
function describe({ method, url, headers }) {
  let asked = `${method}\n${url}`;
  for (const name of HEADERS) asked += `\n${headers.get(name) ?? ""}`;
  return asked;
}

/** Answers from memory where that has the whole answer: nothing is awaited then, and hardly anything done. */
function fetch(request, env, context) {
  const asked = describe(request);
  let begun;
  try {
    notice(env);
    begun = reader.begin(asked);
  } catch (error) {
    replaceAfterTrap(error, [reader]);
    throw error;
  }
  if (begun instanceof reader.Question) return enter(reader, () => drive(begun));
  if (begun !== undefined) return new Response(begun.body, begun);
  const begin = () => context.waitUntil(run(env, context, true));
  return enter(reader, async (half) => {
    const given = await half.answer(request, asked, env, context.cache, begin);
    return given instanceof half.Question ? drive(given) : given;
  });
}

/** Awaits what Redis says to a question, as often as that takes, until there is the response. */
async function drive(question) {
  let next = question.begin();
  while (next instanceof Promise) next = question.take(await next);
  question.free();
  return next;
}

async function enter(half, act) {
  try {
    return await act(half);
  } catch (error) {
    replaceAfterTrap(error, [half]);
    throw error;
  }
}

async function run(env, { cache }, isAfterAnAnswer) {
  const loaded = await exporter();
  notice(env);
  return enter(loaded, (half) => half.run(env, cache, isAfterAnAnswer));
}

export default { fetch, scheduled: (_event, env, context) => run(env, context, false) };
