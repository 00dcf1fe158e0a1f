/**
 * A server in front of the simulated Notion, or of the gateway, that spoils some of the answers on their way: what a proxy, a
 * cache or a bad line may make of them. Which ones is decided by a seed, and after so many it is over.
 */
import { Agent, createServer, request } from "node:http";
import { gzipSync } from "node:zlib";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ status: number, headers: import("node:http").IncomingHttpHeaders, body: Buffer }} Answer */
/** @typedef {import("node:http").ServerResponse} Response */
/** @typedef {(answer: Answer, response: Response) => void | Promise<void>} Spoil */

const MAX_HEADER_BYTES = 1 << 20;

/** @param {Response} response @param {number} status @param {string | Buffer} body @param {Record<string, string>} [headers] */
function send(response, status, body, headers) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}

/** What may become of an answer of Notion's, by what it is called. @type {Record<string, Spoil>} */
export const NOTION = {
  "a page of HTML": (_, response) => send(response, 200, "<html>maintenance</html>", { "content-type": "text/html" }),
  "no body": (_, response) => send(response, 200, ""),
  204: (_, response) => send(response, 204, ""),
  "an error with a 200": (_, response) => send(response, 200, '{"object":"error","status":503,"code":"x"}'),
  "an empty object": (_, response) => send(response, 200, "{}"),
  "cut within a character": ({ body }, response) =>
    send(response, 200, Buffer.concat([body.subarray(0, body.length / 2), Buffer.from([0xe2, 0x82])])),
  "sent on to itself": (_, response) => send(response, 301, "", { location: response.req.url ?? "/" }),
  "sent on to nowhere": (_, response) => send(response, 308, "", { location: "http://127.0.0.1:1/" }),
  "429 without a body": (_, response) => send(response, 429, ""),
  "429 until a date": (_, response) => send(response, 429, "", { "retry-after": "Fri, 20 Nov 2026 12:00:00 GMT" }),
  "gzip that is broken": ({ body }, response) =>
    send(response, 200, gzipSync(body).subarray(0, -9), { "content-encoding": "gzip" }),
  "a header of 64 kB": ({ body }, response) => send(response, 200, body, { "x-large": "x".repeat(64 * 1024) }),
  "shorter than said": ({ body }, { socket }) => {
    socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length + 100}\r\n\r\n${body}`);
  },
  "longer than said": ({ body }, { socket }) => {
    socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length - 10}\r\n\r\n${body}`);
  },
  "cut off behind its head": (_, { socket }) => {
    socket?.write("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{", () => socket.resetAndDestroy());
  },
  "no HTTP": (_, { socket }) => {
    socket?.end("nothing of the kind\r\n\r\n");
  },
  "in many pieces": async ({ status, body }, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    for (let at = 0; at < body.length; at += 200) {
      response.write(body.subarray(at, at + 200));
      await new Promise(setImmediate);
    }
    response.end();
  },
};

/** @param {(replies: { result?: unknown, error?: string }[]) => unknown} change @returns {Spoil} */
function replies(change) {
  return ({ status, body }, response) => {
    const given = JSON.parse(body.toString());
    const changed = change([given].flat());
    send(response, status, JSON.stringify(Array.isArray(given) ? changed : [changed].flat()[0]));
  };
}

/** @param {string} error @returns {Spoil} */
function refusal(error) {
  return ({ body }, response) => {
    const isAlone = !Array.isArray(JSON.parse(body.toString()));
    send(response, isAlone ? 400 : 200, JSON.stringify(isAlone ? { error } : [{ error }]));
  };
}

/** What may become of an answer of the gateway's; each command was done. @type {Record<string, Spoil>} */
export const GATEWAY = {
  "a reply that is lost": (_, { socket }) => {
    socket?.destroy();
  },
  "502 in HTML": (_, response) => send(response, 502, "<html>bad gateway</html>"),
  "429 for a day": (_, response) => send(response, 429, "", { "retry-after": "86400" }),
  "a reply that is cut": ({ status, body }, response) => send(response, status, body.subarray(0, body.length / 2)),
  "one reply too few": replies((given) => given.slice(1)),
  "one reply too many": replies((given) => [...given, { result: 1 }]),
  "no results": replies((given) => given.map(() => ({}))),
  "nothing but null": replies((given) => given.map(() => ({ result: null }))),
  loading: refusal("LOADING Redis is loading the dataset in memory"),
  busy: refusal("BUSY Redis is busy running a script"),
};

/**
 * The address of a server in front of `target` which spoils every fourth answer or so, until it has done that `times` for
 * each of the ways. `spoilt` tells how often it did.
 * @param {TestContext} t @param {string} target @param {{ ways: Record<string, Spoil>, times: number, seed: number }} options
 */
export async function spoiling(t, target, { ways, times, seed }) {
  const all = Object.values(ways);
  const state = { address: "", spoilt: 0, requests: 0 };
  const agent = new Agent({ keepAlive: true });
  let draw = seed;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, async (asked, response) => {
    /** @type {Buffer[]} */
    const sent = [];
    for await (const chunk of asked) sent.push(chunk);
    state.requests += 1;
    const answer = await forward(agent, new URL(asked.url ?? "/", target), asked, Buffer.concat(sent));
    draw = (Math.imul(draw, 1_664_525) + 1_013_904_223) >>> 0;
    const spoil = all[state.spoilt % all.length];
    const isJson = answer.headers["content-type"]?.startsWith("application/json");
    if (draw / 2 ** 32 < 0.25 && isJson && spoil !== undefined && state.spoilt < times * all.length) {
      state.spoilt += 1;
      await spoil(answer, response);
    } else {
      send(response, answer.status, answer.body, { "content-type": answer.headers["content-type"] ?? "" });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  state.address = `http://127.0.0.1:${address.port}`;
  t.after(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return state;
}

/** @param {Agent} agent @param {URL} url @param {import("node:http").IncomingMessage} asked @param {Buffer} body @returns {Promise<Answer>} */
function forward(agent, url, { method, headers }, body) {
  const { "accept-encoding": _, ...others } = headers;
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, agent, headers: { ...others, host: url.host } }, async (answer) => {
      /** @type {Buffer[]} */
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
    });
    sending.on("error", reject).end(body);
  });
}
