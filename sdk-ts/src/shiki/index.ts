/**
 * `notion-edge/shiki`: the code of a document, highlighted by Shiki where the site is rendered.
 * Colours are CSS variables that blocks.css chooses from by light and dark: no script reaches the reader.
 * Patterns run on the engine's own regular expressions, so that there is no WebAssembly to fetch.
 */
import { createHighlighterCore, type HighlighterCore, type ThemedToken } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { type BundledLanguage, bundledLanguages } from "shiki/langs";
import type { Block } from "../generated.ts";
import { plainText } from "../render/index.ts";

/** What Notion calls a language that Shiki calls otherwise; all other names are Shiki's own, or plain text. */
const LANGUAGES: Record<string, BundledLanguage> = {
  arduino: "cpp",
  assembly: "asm",
  "c#": "csharp",
  "c++": "cpp",
  "f#": "fsharp",
  flow: "javascript",
  fortran: "fortran-free-form",
  "java/c/c++/c#": "java",
  "llvm ir": "llvm",
  markup: "html",
  mathematica: "wolfram",
  "vb.net": "vb",
  "visual basic": "vb",
  webassembly: "wasm",
};

const THEMES = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } as const;

let highlighter: Promise<HighlighterCore> | undefined;

/**
 * The code of all blocks as HTML, by their ids: the `code` of a context for the components.
 *
 * Each language is loaded when it first occurs. Code in none that Shiki knows, and diagrams, are left out, and so stay plain.
 */
export async function highlightCode(blocks: readonly Block[]): Promise<Record<string, string>> {
  const found = codeIn(blocks);
  const html: Record<string, string> = {};
  if (found.length === 0) return html;
  highlighter ??= start();
  const shiki = await highlighter;
  for (const { id, lang, text } of found) {
    await shiki.loadLanguage(bundledLanguages[lang]);
    const { tokens } = shiki.codeToTokens(text, { lang, themes: THEMES, defaultColor: false });
    html[id] = tokens.map((line) => line.map(spanOf).join("")).join("\n");
  }
  return html;
}

/** Shiki's name for a language of Notion's; undefined for plain text and for what Shiki does not know. */
export function shikiLanguage(language: string): BundledLanguage | undefined {
  const name = language.toLowerCase();
  if (name === "mermaid") return undefined;
  const known = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : name;
  return known !== undefined && Object.hasOwn(bundledLanguages, known) ? (known as BundledLanguage) : undefined;
}

function start(): Promise<HighlighterCore> {
  return createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    themes: [
      import("shiki/themes/github-light-high-contrast.mjs"),
      import("shiki/themes/github-dark-high-contrast.mjs"),
    ],
  });
}

function codeIn(blocks: readonly Block[]): { id: string; lang: BundledLanguage; text: string }[] {
  return blocks.flatMap((block) => {
    const within = codeIn(block.children ?? []);
    const lang = block.type === "code" ? shikiLanguage(block.code.language) : undefined;
    if (block.type !== "code" || lang === undefined) return within;
    return [{ id: block.id, lang, text: plainText(block.code.rich_text) }, ...within];
  });
}

function spanOf({ content, htmlStyle }: ThemedToken): string {
  const text = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const style = Object.entries(htmlStyle ?? {})
    .map(([name, value]) => `${name}:${value}`)
    .join(";");
  return style === "" ? text : `<span style="${style}">${text}</span>`;
}
