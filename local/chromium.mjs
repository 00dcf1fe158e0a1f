/** The browser of the tests: the system's own Chromium or Chrome, installed only for them. */
import { install, onPath } from "./system.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Makes sure that there is one, and returns its program. CHROMIUM names another. */
export async function ensureChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  if (onPath(...NAMES) === undefined) {
    await install("Chromium, which the browser tests need,", { apt: "chromium", brew: "--cask chromium" });
  }
  return onPath(...NAMES);
}
