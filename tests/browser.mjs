/** The real browser of the tests: the system's Chromium without a window, with nothing in it but the test's pages. */
import { chromium } from "playwright-core";
import { ensureChromium } from "../local/chromium.mjs";
import { anyPort } from "../local/ports.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-component-update",
  "--disable-sync",
  "--disable-background-networking",
];

/** A new page, closed with the test. @param {TestContext} t */
export async function pageFor(t) {
  const browser = await start(t, []);
  return browser.newPage();
}

/** The port of a browser's own for who drives it by Chrome's protocol. It is closed with the test. @param {TestContext} t */
export async function debuggingPortFor(t) {
  const port = await anyPort();
  await start(t, [`--remote-debugging-port=${port}`]);
  return port;
}

/** @param {TestContext} t @param {string[]} args */
async function start(t, args) {
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...ARGS, ...sandbox, ...args],
  });
  t.after(() => browser.close());
  return browser;
}
