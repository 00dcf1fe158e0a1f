/**
 * The Worker's main module: hands events to the wasm and replaces an instance that has trapped.
 * A trap (a panic, memory that ran out) ends every request that the instance had in flight; the next one finds a new instance.
 * It decides nothing about requests; that is Rust's.
 */
import * as worker from "./index.js";

const seen = new WeakSet();

/**
 * Replaced at once, not at the next event: a timer or a promise of the dead instance may fire before that,
 * and the glue would run it with the old instance's pointers in the new instance's memory.
 */
function replaceAfterTrap(error) {
  if (!(error instanceof WebAssembly.RuntimeError) || seen.has(error)) return;
  seen.add(error);
  console.error("the wasm instance trapped and was replaced:", error.message);
  worker.__wbg_reset_state();
}

addEventListener("error", (event) => replaceAfterTrap(event.error));
addEventListener("unhandledrejection", (event) => replaceAfterTrap(event.reason));

async function enter(handler, event, env, context) {
  try {
    return await handler(event, env, context);
  } catch (error) {
    replaceAfterTrap(error);
    throw error;
  }
}

export default {
  fetch: (request, env, context) => enter(worker.fetch, request, env, context),
  scheduled: (event, env, context) => enter(worker.scheduled, event, env, context),
};
