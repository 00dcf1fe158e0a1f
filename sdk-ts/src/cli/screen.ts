/**
 * What a person or another program sees of a command. Results go to the standard output; progress and problems to the standard error,
 * so that a pipe gets results only.
 */
import { styleText } from "node:util";
import type { Problem } from "./problem.ts";
import type { Variables } from "./settings.ts";

/** The part of a stream that is used. */
export interface Output extends NodeJS.WritableStream {
  isTTY?: boolean;
  columns?: number;
}

/** Where a command shows what it has. */
export interface Screen {
  /** Whether results are JSON. */
  readonly isJson: boolean;
  /** Whether a line can be replaced while something goes on. */
  readonly isLive: boolean;
  /** Prints a result: `value` as JSON, or for a person what `text` makes of it. */
  result<T>(value: T, text: (value: T, style: Style) => string): void;
  /** Prints one of many results, as a line of JSON or for a person. */
  line<T>(value: T, text: (value: T, style: Style) => string): void;
  /** Prints something beside the result. */
  note(text: string): void;
  /** Prints what ends the command. */
  problem(problem: Problem): void;
  /** Shows how far it is, on a line that the next call replaces, and takes it away without a text. */
  progress(text: string | undefined): void;
}

/** A word for what a text is; those of one meaning look the same on light and dark terminals. */
export type Look = "bold" | "dim" | "green" | "red" | "yellow" | "cyan";

/** Gives a text the look, where the output shows it. */
export type Style = (look: Look, text: string) => string;

const PLAIN: Style = (_, text) => text;

/** How to show things. */
export interface ScreenOptions {
  isJson: boolean;
  /** `NO_COLOR`, `FORCE_COLOR`, `TERM` and `CI` are minded. */
  variables: Variables;
}

/** A screen over two streams. */
export function screenOver(out: Output, err: Output, { isJson, variables }: ScreenOptions): Screen {
  const isLive = err.isTTY === true && !variables.CI && variables.TERM !== "dumb";
  let isShown = false;
  const clear = () => {
    if (isShown) err.write("\r\x1b[K");
    isShown = false;
  };
  const print = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  const style = styleFor(out, variables);
  return {
    isJson,
    isLive,
    result: (value, text) => print(isJson ? JSON.stringify(value, null, 2) : text(value, style)),
    line: (value, text) => print(isJson ? JSON.stringify(value) : text(value, style)),
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    problem({ message, code }) {
      clear();
      const told = `${styleFor(err, variables)("red", "✗")} ${message}`;
      err.write(`${isJson ? JSON.stringify({ error: { message, code } }) : told}\n`);
    },
    progress(text) {
      if (!isLive) return;
      clear();
      if (text === undefined) return;
      err.write(text.slice(0, (err.columns || 80) - 1));
      isShown = true;
    },
  };
}

/** What is no terminal gets no colours, nor does one whose owner says so. */
function styleFor({ isTTY }: Output, { NO_COLOR, FORCE_COLOR, TERM }: Variables): Style {
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const isWanted = isForced || (isTTY === true && !NO_COLOR && FORCE_COLOR !== "0" && TERM !== "dumb");
  return isWanted ? (look, text) => styleText(look, text, { validateStream: false }) : PLAIN;
}
