/** Which client it is: whose answers a store holds that outlives the program. */
import type { Client } from "./client.ts";
import { digestOf } from "./digest.ts";

const identities = new WeakMap<object, string>();

/** Notes what a client reads, and as whom. */
export function identify(client: object, { url, token }: { url: string; token: string | undefined }): void {
  identities.set(client, `${url} ${token ?? ""}`);
}

/** A name for what a client reads, and as whom: the same for the same address and token, which it does not tell. */
export async function identityOf(client: Client<never> | Client): Promise<string> {
  return digestOf(`notion-edge ${identities.get(client) ?? ""}`);
}
