/**
 * What the commands print about their steps: one line each, with its time, as soon as it has ended.
 * On a terminal the steps that still run are shown on a last line; colours only there, and not with NO_COLOR.
 */
const fancy = process.stdout.isTTY === true;
const coloured = fancy && !process.env.NO_COLOR;

/** What the last line of a terminal shows, by who shows it. @type {Map<unknown, string>} */
const current = new Map();

export const green = colour(32);
export const red = colour(31);
export const dim = colour(2);
export const bold = colour(1);

/** @param {string} text */
export function say(text) {
  clear();
  console.log(text);
  draw();
}

/**
 * Performs a step and prints its line, if it took long enough to be noticed; a failure is for the caller to tell.
 * Where there is no terminal to show that it still runs, its beginning is printed too, once it is noticed.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} perform
 * @param {{ noticedAfterMs?: number }} [options]
 */
export async function step(name, perform, { noticedAfterMs = 0 } = {}) {
  const start = Date.now();
  show(name, `… ${name}`);
  const notice = setTimeout(() => !isTerminal && say(`… ${name}`), noticedAfterMs);
  try {
    const result = await perform();
    const took = Date.now() - start;
    if (took >= noticedAfterMs) say(`${green("✓")} ${name} ${dim(seconds(took))}`);
    return result;
  } finally {
    clearTimeout(notice);
    show(name, undefined);
  }
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Shows `text` on the last line of a terminal until it is replaced or withdrawn. @param {unknown} key @param {string | undefined} text */
export function show(key, text) {
  if (text === undefined) current.delete(key);
  else current.set(key, text);
  draw();
}

export const isTerminal = fancy;

function draw() {
  if (!fancy) return;
  const text = [...current.values()].join("  ");
  process.stdout.write(`\r\x1b[K${text.slice(0, (process.stdout.columns || 80) - 1)}`);
}

function clear() {
  if (fancy) process.stdout.write("\r\x1b[K");
}

/** @param {number} code @returns {(text: string) => string} */
function colour(code) {
  return (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);
}
