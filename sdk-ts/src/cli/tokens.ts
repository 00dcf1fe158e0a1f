/** A `fetch` that shows one token after the other until the Worker takes one, and then that one only. */
import type { Fetch } from "../settings.ts";

const REFUSED = [401, 403];

/** Shows the tokens in that order; what is asked has no `Authorization` of its own then. */
export function showing(tokens: readonly string[], fetch: Fetch = (...args) => globalThis.fetch(...args)): Fetch {
  let taken = 0;
  return async (url, init) => {
    // Others may be asking meanwhile.
    for (let at = taken; ; at += 1) {
      const token = tokens[at];
      const headers = {
        ...(init.headers as Record<string, string>),
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const response = await fetch(url, { ...init, headers });
      const isRefused = REFUSED.includes(response.status);
      if (!isRefused) taken = at;
      if (!isRefused || at + 1 >= tokens.length) return response;
      await response.body?.cancel();
    }
  };
}
