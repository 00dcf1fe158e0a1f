/**
 * What a person or another program sees of a command. Results go to the standard output; progress and problems to the standard error,
 * so that a pipe gets results only.
 */
import { styleText } from "node:util";

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
  result<T>(value: T, text: (value: T) => string): void;
  /** Prints one of many results, as a line of JSON or for a person. */
  line<T>(value: T, text: (value: T) => string): void;
  /** Prints something beside the result. */
  note(text: string): void;
  /** Shows how far it is, on a line that the next call replaces, and takes it away without a text. */
  progress(text: string | undefined): void;
  /** Colours for results, where they can be seen. */
  readonly style: Style;
}

/** A word for what a text is. */
export type Look = "bold" | "dim" | "green" | "red" | "yellow" | "cyan";

/** Gives a text the look, where the output shows it. */
export type Style = (look: Look, text: string) => string;

/** A screen over two streams. `NO_COLOR` and `FORCE_COLOR` are minded. */
export function screenOver(out: Output, err: Output, { isJson, isCi }: { isJson: boolean; isCi: boolean }): Screen {
  const isLive = err.isTTY === true && !isCi;
  let isShown = false;
  const clear = () => {
    if (isShown) err.write("\r\x1b[K");
    isShown = false;
  };
  const print = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  return {
    isJson,
    isLive,
    result: (value, text) => print(isJson ? JSON.stringify(value, null, 2) : text(value)),
    line: (value, text) => print(isJson ? JSON.stringify(value) : text(value)),
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    progress(text) {
      if (!isLive) return;
      clear();
      if (text === undefined) return;
      err.write(text.slice(0, (err.columns ?? 80) - 1));
      isShown = true;
    },
    style: (look, text) => styleText(look, text, { stream: out }),
  };
}
