/**
 * Connections by name, so that a resource can be declared in one place and its Redis be named in another.
 * A connection is opened by the first call that needs it; one that could not be opened is tried again by the next.
 */
import { UnsupportedArgumentError } from "./errors.ts";
import { type Layout, keysOf } from "./keys.ts";
import type { Identified, Index } from "./criteria.ts";
import { type Resource, type ResourceOptions, createResource } from "./resource.ts";
import { type Transport, checkTransport } from "./transport.ts";

/** Opens a connection. */
export type Open = () => Transport | Promise<Transport>;

/** Connections by name. */
export interface Connections {
  /** Gives a name to a connection, which is not opened yet. What used the name before goes on with what it has opened. */
  set(name: string, open: Open): void;
  /** Whether there is one of that name. */
  has(name: string): boolean;
  /** Forgets a name; closing the client is the business of whoever made it. */
  delete(name: string): boolean;
  /**
   * The connection of that name, which may be named later: it is looked for by its first call.
   *
   * Its calls throw UnsupportedArgumentError where there is none of that name.
   */
  get(name: string): Transport;
}

/** Connections that are apart from all others. */
export function createConnections(): Connections {
  const known = new Map<string, Open>();
  return {
    set: (name, open) => void known.set(name, once(open)),
    has: (name) => known.has(name),
    delete: (name) => known.delete(name),
    get(name) {
      const opened = async () => {
        const open = known.get(name);
        if (open !== undefined) return open();
        const names = [...known.keys()].join(", ") || "none";
        throw new UnsupportedArgumentError(`there is no connection "${name}": known are ${names}`);
      };
      return {
        get dialect() {
          return opened().then(({ dialect }) => dialect);
        },
        send: async (words, key) => (await opened()).send(words, key),
        nodes: async () => (await opened()).nodes(),
        subscribe: async (channel, listener) => (await opened()).subscribe(channel, listener),
      };
    },
  };
}

/** The connections of this program. */
export const connections: Connections = createConnections();

/** Options of {@link makeResource}. */
export interface MakeResourceOptions<T, I extends readonly Index<T>[] = readonly Index<T>[], In = T>
  extends ResourceOptions<T, I, In>, Layout {}

/**
 * A resource over a named connection: `makeResource("users", "redis-main")`. Nothing is opened before its first call.
 *
 * Throws UnsupportedArgumentError for a name that holds the separator.
 */
export function makeResource<T extends Identified, const I extends readonly Index<T>[] = readonly Index<T>[], In = T>(
  name: string,
  connection: string,
  options: MakeResourceOptions<T, I, In> = {},
): Resource<T, I, In> {
  return createResource(connections.get(connection), keysOf(options), name, options, Date.now);
}

/** Opens once, however many calls begin at the same time. */
function once(open: Open): () => Promise<Transport> {
  let opening: Promise<Transport> | undefined;
  return () => {
    opening ??= Promise.resolve()
      .then(open)
      .then(checkTransport)
      .catch((error) => {
        opening = undefined;
        throw error;
      });
    return opening;
  };
}
