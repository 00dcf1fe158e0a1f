/** What HTML says, without what it looks like: elements with their classes and texts, a line each. */
import { parseFragment } from "parse5";

interface Node {
  nodeName: string;
  value?: string;
  attrs?: { name: string; value: string }[];
  childNodes?: Node[];
}

/** Where the core puts a frame, the components put a link: no other site is asked before the reader wants it. */
const FRAMED = new Set(["figure.ne-embed", "figure.ne-video"]);
/** The text of these comes before their children, in a paragraph that is no block. */
const LED = new Set(["ne-quote", "ne-callout-body", "ne-template"]);

/** Attributes that say something beside the classes. */
const TOLD = /^(?:id|href|src|datetime|aria-label|data-(?!astro-).*)$/;

/** The lines of a piece of HTML; depth is indentation. */
export function outline(html: string, { withAttributes = false } = {}): string[] {
  return linesOf(parseFragment(html) as unknown as Node, { around: "", indent: "", withAttributes });
}

interface Place {
  around: string;
  indent: string;
  withAttributes: boolean;
}

function linesOf(node: Node, { around, indent, withAttributes }: Place): string[] {
  return (node.childNodes ?? []).flatMap((child, index) => {
    if (child.nodeName === "#comment") return [];
    if (child.nodeName === "#text") {
      const text = (child.value ?? "").replaceAll(/\s+/g, " ").trim();
      return text === "" ? [] : [indent + JSON.stringify(text)];
    }
    const name = nameOf(child, around, index);
    if (name === "frame or link") return [indent + name];
    const line = indent + name + (withAttributes ? attributesOf(child) : "");
    return [line, ...linesOf(child, { around: name, indent: `${indent}  `, withAttributes })];
  });
}

function nameOf({ nodeName, attrs = [] }: Node, around: string, index: number): string {
  const classes = (attrs.find(({ name }) => name === "class")?.value ?? "").split(" ").filter(Boolean);
  const isLead = index === 0 && nodeName === "p" && around.split(".").some((name) => LED.has(name));
  if (FRAMED.has(around) && (nodeName === "iframe" || classes.includes("ne-url"))) return "frame or link";
  return [nodeName, ...classes.filter((name) => !(isLead && name === "ne-paragraph")).sort()].join(".");
}

function attributesOf({ attrs = [] }: Node): string {
  const told = attrs
    .filter(({ name }) => TOLD.test(name))
    .map(({ name, value }) => `[${name}=${JSON.stringify(value)}]`);
  return told.sort().join("");
}
