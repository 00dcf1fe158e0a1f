/**
 * Speaks with a Worker that runs in Miniflare: its cron trigger, its status, and what it serves.
 */

/** @typedef {import("../sdk-ts/src/generated.ts").Status} Status what `GET /v1/status` tells */

/** @typedef {{ id: string, title: string, ancestors: string[] }} Summary a page in a list, as far as it is used here */

/** @typedef {ReturnType<typeof workerAt>} Worker */

/** @param {string} url @param {string} [token] one that may read, where not everybody may */
export function workerAt(url, token) {
  /** @type {Record<string, string>} */
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    url,
    /** Fires the cron trigger and waits for the run's end. Throws when the Worker threw, or died. */
    async scheduled() {
      const response = await fetch(new URL("/cdn-cgi/local/scheduled?cron=*+*+*+*+*", url));
      const outcome = await response.text();
      if (!response.ok) throw new Error(`the run ended with ${outcome.split("\n")[0]}`);
    },
    /** @returns {Promise<Status>} */
    async status() {
      const response = await fetch(new URL("/v1/status", url), { headers });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      throw new StatusError(response.status, text);
    },
    /** The id of a page to look at: the top of a tree where there is one. @returns {Promise<string | undefined>} */
    async examplePage() {
      const response = await fetch(new URL("/v1/pages?limit=100", url), { headers });
      if (!response.ok) return undefined;
      const { results } = /** @type {{ results: Summary[] }} */ (await response.json());
      const titled = results.filter(({ title }) => title !== "");
      return (titled.find(({ ancestors }) => ancestors.length === 0) ?? titled[0])?.id;
    },
  };
}

/** The Worker does not tell its status. */
export class StatusError extends Error {
  /** @param {number} status @param {string} body */
  constructor(status, body) {
    super(detail(body) ?? `GET /v1/status answered ${status}`);
    this.name = "StatusError";
    /** Whether asking again can help: Redis may come back, a configuration does not mend itself. */
    this.isPassing = status === 503;
  }
}

/** What a problem document says. @param {string} body @returns {string | undefined} */
function detail(body) {
  try {
    return JSON.parse(body).detail;
  } catch {
    return undefined;
  }
}
