/** How a page is named to the Worker: by its id, with or without hyphens, or by its path on the site. */
import { BadRequestError } from "./errors.ts";
import { isPageId, parseId } from "./id.ts";

/** The part of an address that names a page. */
export function pageAddress(idOrPath: string): string {
  // What JavaScript gives, such as a parameter of a route that is not there.
  const isText = typeof idOrPath === "string";
  if (isText && isPageId(idOrPath)) return parseId(idOrPath, "page");
  const address = isText && idOrPath.startsWith("/") ? pathAddress(idOrPath) : undefined;
  if (address !== undefined) return address;
  const given = JSON.stringify(idOrPath);
  throw new BadRequestError(
    `page is ${given}, which is neither an id nor a path: pass 32 hexadecimal digits, or a path such as "/blog/tides"`,
  );
}

/** A path as a part of an address, without a slash at its ends; nothing where it has no parts, or would lead elsewhere. */
export function pathAddress(path: string): string | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (parts.length === 0 || parts.includes(".") || parts.includes("..")) return undefined;
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}

/** Sites have paths as they stand in an address, documents as people write them. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
