/** The real browser of the tests: the system's Chromium without a window, with nothing in it but the test's pages. */
import { chromium } from "playwright-core";
import { ensureChromium } from "../local/chromium.mjs";

const ARGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"];

/**
 * A new page, closed with the test.
 * @param {import("node:test").TestContext} t
 */
export async function pageFor(t) {
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const args = [...ARGS, "--disable-background-networking", ...sandbox];
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args });
  t.after(() => browser.close());
  return browser.newPage();
}
