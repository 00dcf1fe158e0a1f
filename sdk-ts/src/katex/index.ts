/**
 * `notion-edge/katex`: the equations of a document as MathML, which browsers draw themselves: no fonts, no stylesheet, no script.
 */
import katex from "katex";
import type { Block } from "../generated.ts";
import type { Equations } from "../render/index.ts";

/**
 * All equations by their TeX: the `equations` of a context for the components.
 *
 * What KaTeX cannot read is left out, and so stays as its source.
 */
export function renderEquations(blocks: readonly Block[]): Equations {
  const equations = { block: {} as Record<string, string>, inline: {} as Record<string, string> };
  for (const block of blocks) collect(block, equations);
  return equations;
}

/** Everything that a block holds, whatever is in it: texts stand in captions, cells and titles as well. */
function collect(value: unknown, equations: { block: Record<string, string>; inline: Record<string, string> }): void {
  if (typeof value !== "object" || value === null) return;
  const { object, type, equation } = value as { object?: unknown; type?: unknown; equation?: { expression?: unknown } };
  if (type === "equation" && typeof equation?.expression === "string") {
    const isBlock = object === "block";
    const html = mathOf(equation.expression, isBlock);
    if (html !== undefined) equations[isBlock ? "block" : "inline"][equation.expression] = html;
  }
  for (const inner of Object.values(value)) collect(inner, equations);
}

function mathOf(tex: string, displayMode: boolean): string | undefined {
  try {
    return katex.renderToString(tex, { displayMode, output: "mathml", strict: "ignore", trust: false });
  } catch {
    return undefined;
  }
}
