/** A world for commands, in a folder of its own, that keeps what they print. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { TestContext } from "node:test";
import { run } from "../../src/cli/run.ts";
import type { Variables } from "../../src/cli/settings.ts";

/** What a command came to. */
export interface Ran {
  code: number;
  /** The standard output. */
  out: string;
  /** The standard error. */
  err: string;
}

/** How the world is. */
export interface World {
  variables?: Variables;
  folder?: string;
  signal?: AbortSignal;
  isTerminal?: boolean;
  now?: () => number;
}

/** Runs a command. */
export async function ran(args: string[], world: World = {}): Promise<Ran> {
  const { variables = {}, folder = tmpdir(), signal = new AbortController().signal, isTerminal = false } = world;
  const [out, err] = [kept(isTerminal), kept(isTerminal)];
  const code = await run(args, {
    folder,
    variables,
    input: new PassThrough(),
    out: out.stream,
    err: err.stream,
    signal,
    now: world.now ?? Date.now,
  });
  return { code, out: out.text(), err: err.text() };
}

/** A folder that goes with the test. */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-cli-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A stream that keeps what is written to it. */
export function kept(isTTY = false) {
  const chunks: string[] = [];
  const stream = new PassThrough({ encoding: "utf8" });
  stream.on("data", (chunk: string) => chunks.push(chunk));
  return { stream: Object.assign(stream, { isTTY, columns: 80 }), text: () => chunks.join("") };
}
