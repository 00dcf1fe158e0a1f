/** What a command is given of the world around it, so that tests can give it another. */
import { Command } from "commander";
import { type Client, createClient } from "../client.ts";
import type { Variables } from "./settings.ts";
import { type TargetOptions, targetOf } from "./settings.ts";
import { type ExitCode } from "./problem.ts";
import { type Output, type Screen, screenOver } from "./screen.ts";

/** The world around a command. */
export interface Context {
  /** The folder that it works in. */
  folder: string;
  /** The variables of the process and of the folder's files. */
  variables: Variables;
  out: Output;
  err: Output;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** What the command ends with; `good` unless it says something else. */
  exit(code: ExitCode): void;
}

/** Options of every command. */
export interface CommonOptions {
  json?: boolean;
}

/** A command with the option that all have. */
export function commandOf(name: string, description: string): Command {
  return new Command(name).description(description).option("--json", "print JSON");
}

/** A command that asks a Worker. */
export function workerCommand(name: string, description: string): Command {
  return commandOf(name, description)
    .option("--url <address>", "the Worker's address (or NOTION_EDGE_URL; http://127.0.0.1:8787 without either)")
    .option("--token <token>", "one of its tokens (or NOTION_EDGE_TOKEN)");
}

/** Where a command shows what it has. */
export function screenFor({ out, err, variables }: Context, { json = false }: CommonOptions): Screen {
  return screenOver(out, err, { isJson: json, isCi: Boolean(variables.CI) });
}

/** The client of the Worker that a command asks. */
export function clientFor({ variables }: Context, options: TargetOptions): Client {
  return createClient({ ...targetOf(options, variables), cache: 0 });
}
