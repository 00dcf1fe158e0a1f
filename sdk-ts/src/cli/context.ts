/** What a command is given of the world around it, so that tests can give it another. */
import type { Readable } from "node:stream";
import { Command } from "commander";
import { type Client, createClient } from "../client.ts";
import type { ClientOptions, Fetch } from "../settings.ts";
import { EXIT, type ExitCode, Problem } from "./problem.ts";
import type { Output, Screen } from "./screen.ts";
import { type Target, type TargetOptions, type Variables, targetOf } from "./settings.ts";
import { showing } from "./tokens.ts";

/** The world around a command. */
export interface Context {
  /** The folder that it works in. */
  folder: string;
  /** The variables of the process and of the folder's files. */
  variables: Variables;
  /** Where a person answers. */
  input: Readable & { isTTY?: boolean };
  out: Output;
  /** Where a command shows what it has. */
  screen: Screen;
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
  return new Command(name)
    .description(description)
    .helpOption("-h, --help", "print help")
    .option("--json", "print JSON");
}

/** A command that asks a Worker. */
export function workerCommand(name: string, description: string): Command {
  return commandOf(name, description)
    .option("--url <address>", "the Worker's address (or NOTION_EDGE_URL; http://127.0.0.1:8787 without either)")
    .option("--token <token>", "one of its tokens (or NOTION_EDGE_TOKEN)");
}

/** The client of the Worker that a command asks. */
export function clientFor({ variables }: Context, options: TargetOptions): Client {
  return clientOf(targetOf(options, variables));
}

/** A `fetch` that ends with the command, for what takes no signal. */
export function fetchFor({ signal }: Context): Fetch {
  return (url, init) => fetch(url, { ...init, signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal });
}

/** A client that shows tokens until one is taken. */
export function clientOf({ url, tokens }: Target): Client {
  // The client checks the first, and knows by it what to say where all are refused.
  return checked({ url, token: tokens[0], fetch: showing(tokens), cache: 0 });
}

/** Options that a client refuses were given by a person here. */
function checked(options: ClientOptions): Client {
  try {
    return createClient(options);
  } catch (error) {
    throw new Problem((error as Error).message, EXIT.usage);
  }
}
