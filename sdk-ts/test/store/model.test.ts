/** Random stories are told to a structure of the store and to a model of it in memory, and both give the same account. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { type Store, type Transport, createStore } from "../../src/store/index.ts";
import { indexModel, kvModel, resourceModel, streamModel } from "./models.ts";
import { ioredisTo, programs, startServer } from "./servers.ts";

type Call = [method: string, ...args: unknown[]];
type Actor = Record<string, (...args: never[]) => unknown>;

/** Some order differently as UTF-16 than as UTF-8, some look like parts of a cursor. */
const id = fc.constantFrom("a", "b", "B", "ä", "\uffff", "𝒂", "a~b", "1~inf");
/** Sums are exact within each, however Redis counts: a float of Redis has 64 bits, one of JavaScript 53. */
const pools = [
  fc.constantFrom<unknown>(0, 1, -7, 2 ** 53 - 1, 2 ** 53, 2n ** 53n, 2n ** 62n, -(2n ** 63n)),
  fc.constantFrom<unknown>(0, 1, -7, 0.5, -0.25, -0, 2 ** 40),
];
const leafOf = (number: fc.Arbitrary<unknown>) =>
  fc.oneof(
    number,
    fc.constantFrom<unknown>("s", "12", null, true, [], [1], {}, { deep: { n: 1 } }).map(structuredClone),
  );
const leaf = leafOf(fc.oneof(...pools));
/** Many are equal, so that their ids order them. */
const score = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1) },
  fc.constantFrom(-0, 0.1 + 0.2, 1e-7, -1e21, 2 ** 53, 1_796_093_041_123, Infinity, -Infinity),
);
const order = fc.constantFrom("newest", "oldest", undefined);
const limit = fc.constantFrom(1, 2, 3, undefined);
const some = <T>(it: fc.Arbitrary<T>) => fc.option(it, { nil: undefined });

let transport: Transport;
let stories = 0;

before(async () => {
  transport = ioredisTo(await startServer(programs[0] ?? "redis-server"));
});

/** What a call gave, or the name of its error. */
async function account(actor: Actor, [method, ...args]: Call): Promise<unknown> {
  try {
    return { gives: await actor[method]?.(...(args as never[])) };
  } catch (error) {
    return { throws: (error as Error).name };
  }
}

async function compare(call: fc.Arbitrary<Call>, real: (store: Store) => Actor, model: () => Actor): Promise<void> {
  const check = async (story: Call[]) => {
    const told = real(createStore({ transport, prefix: `story ${(stories += 1)}` }));
    const known = model();
    for (const [at, call] of story.entries()) {
      const what = fc.stringify(story.slice(0, at + 1));
      assert.deepStrictEqual(await account(told, call), await account(known, call), what);
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 40, size: "max" }), check), {
    numRuns: 150,
  });
}

const call = (method: string, ...args: fc.Arbitrary<unknown>[]): fc.Arbitrary<Call> =>
  fc.tuple(fc.constant(method), ...args) as never;

test("values under keys", async () => {
  for (const number of pools) {
    const calls = fc.oneof(
      call("set", id, leafOf(number)),
      call("get", id),
      call("delete", id),
      call("increment", id, some(number)),
      call("clear", fc.constantFrom("*", "a*", "[ab]", "?", "a~b", undefined)),
    );
    await compare(calls, ({ kv }) => kv as never, kvModel);
  }
});

test("an index, read on by cursors while it changes", async () => {
  const end = fc.option(score, { nil: undefined, freq: 1 });
  const range = { min: end, max: end };
  const callsOf = (number: fc.Arbitrary<unknown>) => {
    const leaf = leafOf(number);
    const deep = fc.oneof(leaf, fc.constantFrom({}, { n: 1 }, { deep: {} }).map(structuredClone));
    const metadata = some(fc.record({ n: leaf, deep, "a.b": leaf }, { requiredKeys: [] }));
    return fc.oneof(
      call("add", id, fc.record({ score, metadata })),
      call("add", id, fc.record({ score, metadata })),
      call("get", id),
      call("update", id, fc.record({ score: some(score), metadata }), fc.constantFrom(0, 0, -1)),
      call("increment", id, fc.constantFrom("n", "deep.n", "deep.deep.n", "a\\.b", "a.b"), some(number)),
      call("delete", id),
      call("count", fc.record(range)),
      call("read", fc.record({ order, limit, ...range, offset: fc.constantFrom(0, 0, 0, 1, 4) })),
      call("next", limit),
      call("next", limit),
    );
  };
  const real = (store: Store): Actor => {
    const index = store.index("posts");
    let going: object | undefined;
    const read = async (options: object) => {
      const { entries, cursor } = await index.read(options);
      going = cursor === undefined ? undefined : { ...options, offset: 0, cursor };
      return { entries, more: cursor !== undefined };
    };
    return {
      ...(index as never as Actor),
      async update(id: string, change: object, off: number) {
        const entry = await index.get(id);
        return index.update(id, { ...change, version: (entry?.version ?? 1) + off });
      },
      read,
      next: (limit: number | undefined) => going && read({ ...going, ...(limit && { limit }) }),
    };
  };
  for (const number of pools) await compare(callsOf(number), real, indexModel);
});

test("records, by id and by their indexes", async () => {
  const kind = fc.constantFrom("x", "y", 1, -0, null, true, undefined, "\ud800", 1.5, [1]);
  const rest = { kind, rank: fc.constantFrom(1, 2, undefined), slug: fc.constantFrom("s", "t", undefined) };
  const fields = fc.record({ ...rest, text: leaf }, { requiredKeys: [] });
  const record = fc.tuple(id, fields).map(([id, fields]) => ({ id, ...fields }));
  const hour = 3_600_000;
  const later = Date.now() + hour;
  const ttl = fc.constantFrom(undefined, {}, { ttl: null }, { ttl: new Date(later) }, { ttl: new Date(later + hour) });
  const by = fc.oneof(
    fc.record({ kind }, { noNullPrototype: true }),
    fc.record({ kind, rank: rest.rank }, { noNullPrototype: true }),
    fc.record({ slug: rest.slug }, { noNullPrototype: true }),
  );
  const calls = fc.oneof(
    call("create", record, ttl),
    call("update", id, fields, ttl),
    call("save", record, ttl),
    call("delete", id),
    call("get", fc.oneof(id, by)),
    call("list", fc.oneof(fc.constant({}), by), fc.record({ page: fc.constantFrom(1, 2, 3), size: limit })),
  );
  const indexes = ["kind", ["kind", "rank"], { fields: "slug", unique: true }] as const;
  const real = (store: Store) => store.resource<never>("docs", { indexes: indexes as never }) as never as Actor;
  await compare(calls, real, resourceModel);
});

test("a stream, read on by cursors while it changes", async () => {
  const type = fc.constantFrom("a", "b", "c");
  const place = some(fc.nat(12));
  const calls = fc.oneof(
    call("append", type, leaf),
    call("append", type, leaf),
    call("delete", fc.nat(12)),
    call(
      "read",
      fc.record({ order, limit, from: place, to: place, types: fc.constantFrom(undefined, [], ["a"], ["a", "b"]) }),
    ),
    call("next", limit),
    call("next", limit),
  );
  const real = (store: Store): Actor => {
    const stream = store.stream("events");
    const ids: string[] = [];
    let going: object | undefined;
    const number = (id: string) => ids.indexOf(id);
    const read = async (options: object) => {
      const { events, cursor, missed } = await stream.read(options);
      going = cursor === undefined ? undefined : { ...options, cursor };
      return {
        events: events.map(({ id, ts: _, ...event }) => ({ ...event, id: number(id) })),
        more: cursor !== undefined,
        missed,
      };
    };
    return {
      append: async (type: string, data: unknown) => ids.push(await stream.append({ type, data })),
      delete: (at: number) => ids[at] !== undefined && stream.delete(ids[at]),
      read: ({ from, to, ...rest }: { from?: number; to?: number }) =>
        read({ ...rest, from: ids[from ?? -1], to: ids[to ?? -1] }),
      next: (limit: number | undefined) => going && read({ ...going, ...(limit && { limit }) }),
    };
  };
  await compare(calls, real, streamModel);
});
