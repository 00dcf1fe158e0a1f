/**
 * Files and icons: where they are and what they are called.
 */
import type { FileObject, Icon } from "../generated.ts";
import { knownFile, type RenderContext } from "./context.ts";
import { plainText, safeUrl } from "./rich-text.ts";

/** A stable address begins its last part with the digest that tells files apart. */
const DIGEST = /^[0-9a-f]{20}-(?=.)/i;

/**
 * The address of a file or of an icon that is a picture, as it stands in the document; null for anything else.
 *
 * Give it to `client.fileUrl`: files of Notion's are relative to the Worker.
 */
export function fileUrlOf(file: FileObject | Icon | null | undefined): string | null {
  if (file?.type === "file") return file.file.url;
  if (file?.type === "external") return safeUrl(file.external.url);
  return file?.type === "custom_emoji" ? (file.custom_emoji.url ?? null) : null;
}

/** What a file is called: at this place, by its author, or by the last part of its address that says anything. */
export function nameOf(file: FileObject, context: RenderContext = {}): string {
  if (file.name?.trim()) return file.name;
  const address = addressOf(file) ?? "";
  const parts = address.split(/[?#]/)[0]?.split("/") ?? [];
  const part = parts.findLast((part) => part !== "") ?? address;
  return knownFile(file, context)?.name ?? decoded(part).replace(DIGEST, "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a picture shows, for those who do not see it: its caption, if it has one. The name of a file says nothing to them. */
export function altOf(file: FileObject): string {
  return plainText(file.caption ?? []);
}

/** What a film or a sound is called for those who do not see its player: by its caption, or else its name. */
export function labelOf(file: FileObject, context: RenderContext = {}): string {
  return plainText(file.caption ?? []).trim() || nameOf(file, context);
}

/** What a film or a sound elsewhere ends in; anything else is a page around it. */
const PLAYED = /\.(mp4|m4v|mov|webm|ogv|mp3|m4a|wav|ogg|oga|opus|flac|aac)$/i;

/** Whether a browser can play a film or a sound, or only follow a link to it. */
export function isPlayed(file: FileObject): boolean {
  const [path = ""] = (addressOf(file) ?? "").split(/[?#]/);
  return file.type === "file" || PLAYED.test(path);
}

/** The address of a file as it stands in the document, safe or not; undefined where it has none. */
export function addressOf(file: FileObject): string | undefined {
  if (file.type === "file") return file.file.url;
  return file.type === "external" ? file.external.url : undefined;
}

/**
 * The HTML of a page with whole addresses of Notion's files, which are relative to the Worker.
 *
 * @param fileUrl as `client.fileUrl`
 */
export function withFileUrls(html: string, fileUrl: (url: string) => string): string {
  return html.replaceAll(/(\b(?:src|href|poster)=")(\/v1\/files\/[^"]*)/g, (_, before, url) => before + fileUrl(url));
}

/** The site behind an address, without `www.`; what is no address stays as it is. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : url;
}
