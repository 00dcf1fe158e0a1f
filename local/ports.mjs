/**
 * Finds ports on the loopback address that can be listened on.
 * A port found here can be taken by another process before it is used: `withPort` then looks for another one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { Problem } from "./problem.mjs";

const TRIED = 100;
const TIMES = 5;

/**
 * Starts something at a port that `find` finds; again, if somebody else was faster.
 * @template T
 * @param {() => Promise<number>} find
 * @param {(port: number) => Promise<T>} start
 * @returns {Promise<T>}
 */
export async function withPort(find, start) {
  for (let time = 1; ; time += 1) {
    try {
      return await start(await find());
    } catch (error) {
      if (time === TIMES || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

/** Any free port. */
export async function anyPort() {
  return /** @type {number} */ (await listen(0));
}

/**
 * The port that `file` keeps, if it is free, or else any, which the file keeps from then on.
 * @param {string} file
 */
export async function keptPort(file) {
  const port = (await listen(readPort(file))) ?? (await anyPort());
  writeFileSync(file, String(port));
  return port;
}

/** @param {string} file @returns {number} 0 where there is none yet */
function readPort(file) {
  try {
    const port = Number(readFileSync(file, "utf8"));
    return Number.isInteger(port) && port > 0 && port < 65536 ? port : 0;
  } catch {
    return 0;
  }
}

/** The first free port from `first` on. @param {number} first */
export async function portFrom(first) {
  for (let port = first; port < first + TRIED; port += 1) {
    if ((await listen(port)) !== undefined) return port;
  }
  throw new Problem(`no port from ${first} to ${first + TRIED - 1} is free: name one with --port`);
}

/** Exactly `port`. @param {number} port */
export async function exactPort(port) {
  if ((await listen(port)) === undefined) {
    throw new Problem(`port ${port} cannot be used: something else listens there, or it needs more rights`);
  }
  return port;
}

/** @param {number} port @returns {Promise<number | undefined>} */
function listen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });
}
