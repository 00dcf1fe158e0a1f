/**
 * Preview: whoever opens the site with `?preview=` and the secret sees drafts from then on, until `?preview=off`.
 * The cookie holds the secret's digest: who reads it off a screen or a log has not the secret.
 */

import { digestOf } from "../digest.ts";

/** The name of the parameter and of the cookie. */
const NAME = "preview";
const COOKIE = "notion-edge-preview";
const OFF = "off";

/** What a request says of the preview. */
export type Preview =
  | { kind: "off" }
  | { kind: "on" }
  /** It begins or ends: go there with that cookie. */
  | { kind: "change"; location: string; cookie: string };

/** Refuses a secret that anyone could give, or that ends the preview. */
export function checkSecret(secret: string): void {
  if (secret !== "" && secret !== OFF) return;
  throw new TypeError(
    `preview.secret is ${secret === "" ? "empty" : `"${OFF}"`}: pass a long random text, or no preview`,
  );
}

/** What a request says. */
export async function previewOf(request: Request, url: URL, secret: string): Promise<Preview> {
  const digest = await signOf(secret);
  const asked = url.searchParams.get(NAME);
  if (asked !== null) {
    const isRight = isSame(await signOf(asked), digest);
    if (isRight || asked === OFF) {
      const rest = new URL(url);
      rest.searchParams.delete(NAME);
      const parts = [`${COOKIE}=${isRight ? digest : ""}`, "Path=/", "HttpOnly", "SameSite=Lax"];
      // A browser takes no secure cookie from the http of a machine in the local network.
      if (url.protocol === "https:") parts.push("Secure");
      if (!isRight) parts.push("Max-Age=0");
      const cookie = parts.join("; ");
      // Two slashes at the beginning would lead to another site.
      return { kind: "change", location: rest.pathname.replace(/^\/+/, "/") + rest.search, cookie };
    }
  }
  const held = new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f]+)`).exec(request.headers.get("cookie") ?? "")?.[1];
  return { kind: held !== undefined && isSame(held, digest) ? "on" : "off" };
}

/** Of nothing else that the secret may be used for. */
function signOf(secret: string): Promise<string> {
  return digestOf(`notion-edge preview ${secret}`);
}

/** How long it takes tells nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < b.length; at += 1) difference |= a.charCodeAt(at % (a.length || 1)) ^ b.charCodeAt(at);
  return difference === 0;
}
