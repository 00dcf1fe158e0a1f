/** How a page is named to the Worker: by its id, with or without hyphens, or by its path on the site. */
import { BadRequestError } from "./errors.ts";
import { isPageId, parseId } from "./id.ts";

/** The part of an address that names a page. */
export function pageAddress(idOrPath: string): string {
  if (isPageId(idOrPath)) return parseId(idOrPath, "page");
  const parts = idOrPath
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const isPath = idOrPath.startsWith("/") && parts.length > 0 && parts.every((part) => part !== "." && part !== "..");
  if (isPath) return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/");
  const given = JSON.stringify(idOrPath);
  throw new BadRequestError(
    `page is ${given}, which is neither an id nor a path: pass 32 hexadecimal digits, or a path such as "/blog/tides"`,
  );
}

/** Sites have paths as they stand in an address, documents as people write them. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
