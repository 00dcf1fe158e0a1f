/**
 * Has every `typescript` be that of the folder in which a program is started. Astro's checker is made of packages that take the one
 * beside themselves, which in this checkout is TypeScript 7, and that has no API yet; in a site of its own there is only one.
 */
import * as modules from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @typedef {{ url: string, shortCircuit?: boolean }} Resolved */
/** @typedef {(specifier: string, context: object) => Resolved} Resolve */
/** The types are of Node 20, which has no such hooks. @typedef {{ registerHooks(hooks: { resolve(...args: [...Parameters<Resolve>, Resolve]): Resolved }): void }} Hooks */

const url = pathToFileURL(modules.createRequire(join(process.cwd(), "package.json")).resolve("typescript")).href;
const { registerHooks } = /** @type {typeof modules & Hooks} */ (modules);

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "typescript" ? { url, shortCircuit: true } : next(specifier, context),
});
