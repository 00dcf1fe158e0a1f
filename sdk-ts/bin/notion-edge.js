#!/usr/bin/env node
/** The command. It is no file of `dist`, because npm links in a checkout what is there before anything is built. */
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error("✗ the package is not built yet: run `npm run build` in its checkout");
  process.exitCode = 2;
}
