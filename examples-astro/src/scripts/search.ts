/** The search page: what stands in the field, or in the address, is looked for in the index, which is fetched with the first word. */
import { type Found, search } from "../lib/search";

const form = document.querySelector<HTMLFormElement>("form[role=search]");
const field = form?.querySelector("input");
const told = document.querySelector<HTMLElement>("#told");
const list = document.querySelector<HTMLElement>("#found");
const entry = document.querySelector<HTMLTemplateElement>("#entry");

let index: Promise<Found[]> | undefined;

async function show(): Promise<void> {
  if (!field || !told || !list || !entry) return;
  const query = field.value.trim();
  const address = new URL(location.href);
  if (query === "") address.searchParams.delete("q");
  else address.searchParams.set("q", query);
  history.replaceState(null, "", address);

  let found: Found[] = [];
  try {
    if (query !== "") found = search(await (index ??= fetchIndex()), query);
  } catch {
    index = undefined;
    told.textContent = "The search cannot be reached now.";
    return;
  }
  // Another word may have been typed meanwhile.
  if (field.value.trim() !== query) return;
  told.textContent = query === "" ? "" : resultOf(query, found.length);
  list.replaceChildren(...found.map((page) => entryOf(entry, page)));
}

function resultOf(query: string, found: number): string {
  if (found === 0) return `Nothing was found for “${query}”.`;
  return `${found === 1 ? "1 page" : `${found} pages`} found`;
}

async function fetchIndex(): Promise<Found[]> {
  const response = await fetch("/search.json");
  if (!response.ok) throw new Error(`the index answered ${response.status}`);
  return response.json();
}

function entryOf(template: HTMLTemplateElement, { title, path, excerpt }: Found): Node {
  const copy = document.importNode(template.content, true);
  const link = copy.querySelector("a");
  const text = copy.querySelector("p");
  if (link) [link.href, link.textContent] = [path, title];
  if (text) text.textContent = excerpt;
  return copy;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void show();
});
field?.addEventListener("input", () => void show());
if (field) field.value = new URLSearchParams(location.search).get("q") ?? "";
void show();
