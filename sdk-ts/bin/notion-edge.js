#!/usr/bin/env node
/** The command. It is no file of `dist`, because npm links in a checkout what is there before anything is built. */
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  // npm only warns of what `engines` says.
  console.error(`✗ this is Node ${process.versions.node}: notion-edge needs Node 22.12 or newer`);
  process.exitCode = 2;
} else if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("✗ the package is not built yet: run `npm run build` in its checkout");
  process.exitCode = 2;
}
