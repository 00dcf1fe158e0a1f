/**
 * Programs that the system has to provide: found on PATH, or installed from its packages where that is allowed.
 * Allowed means: this process is root and apt-get is there. Otherwise the person gets one line to type.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Problem } from "./problem.mjs";
import { run } from "./launch.mjs";

/** @param {string[]} names the first that is on PATH is taken @returns {string | undefined} its full path */
export function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** The last installation: apt-get lets one at a time at its lock. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Installs a package of the system, or says how to. Waits for other installations, of this process and of the system.
 * @param {string} what what is missing, for a person: `Redis (redis-server or valkey-server)`
 * @param {{ apt: string, brew: string }} packages
 */
export async function install(what, packages) {
  if (onPath("apt-get") === undefined || process.getuid?.() !== 0) {
    const command = onPath("brew") ? `brew install ${packages.brew}` : `sudo apt-get install ${packages.apt}`;
    throw new Problem(`${what} is missing: install it with \`${command}\``);
  }
  const failed = `${what} is missing and could not be installed`;
  // Without a runlevel Debian installs a service but does not start it: we start our own.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const args = ["-o", "DPkg::Lock::Timeout=120", "install", "--yes", "--no-install-recommends", packages.apt];
  const attempt = () => run(failed, "apt-get", args, { env });
  const before = last.catch(() => {});
  last = before.then(attempt).catch(async () => {
    await run(failed, "apt-get", ["update"], { env });
    await attempt();
  });
  await last;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
