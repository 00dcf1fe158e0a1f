/** Answers in XML. */

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** What XML cannot have at all. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text for an element or an attribute. */
export function escape(text: string): string {
  return text.replaceAll(IMPOSSIBLE, "").replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
}

export function xml(body: string, type = "application/xml"): Response {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
  return new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } });
}
