/** What compiles and what does not: each line that must not is one that the compiler is told to refuse. */
import { test } from "node:test";
import { type Schema, type Store, makeResource, typed } from "../../src/store/index.ts";

interface User {
  id: string;
  email: string;
  team?: "red" | "blue";
  role: string | null;
  born: Date;
  tags: string[];
}

interface Post {
  title: string;
  likes?: { total: number };
}

/** A validator with a default: less is asked for than is given. */
const defaulting = {} as Schema<User & { level: number }, User & { level?: number }>;

/** Never called: the compiler checks it. */
export function compiles(store: Store) {
  const users = store.resource("users", {
    schema: typed<User>(),
    indexes: ["email", ["team", "role"], { fields: "id", unique: true }],
  });
  void users.list();
  void users.list({});
  void users.list({ email: "a" });
  void users.list({ team: "red", role: null });
  void users.load({ email: "a" });
  void users.get("1");
  void users.pick("1", "email", "tags").then((user): Pick<User, "email" | "tags"> => user);
  void users.create({ email: "a", role: "b", born: new Date(), tags: [] });

  // @ts-expect-error a field that no type has
  void users.list({ mail: "a" });
  // @ts-expect-error a field that no index has
  void users.list({ born: new Date() });
  // @ts-expect-error one of two fields of an index
  void users.list({ team: "red" });
  // @ts-expect-error fields of two indexes
  void users.list({ email: "a", team: "red", role: null });
  // @ts-expect-error a value of another type
  void users.list({ email: 1 });
  // @ts-expect-error a value that no record has
  void users.list({ team: "green", role: null });
  // @ts-expect-error nothing to find a record by
  void users.load({});
  // @ts-expect-error a field that no type has
  void users.load({ mail: "a" });
  // @ts-expect-error a field that no type has
  void users.pick("1", "mail");
  // @ts-expect-error a record without what it must have
  void users.create({ email: "a" });
  // @ts-expect-error a record without an id, in place of another
  void users.save({ email: "a", role: "b", born: new Date(), tags: [] });
  // @ts-expect-error a change to another type
  void users.update("1", { email: 1 });

  // @ts-expect-error an index of a field that no type has
  store.resource("users", { schema: typed<User>(), indexes: ["mail"] });
  // @ts-expect-error an index of what cannot be compared
  store.resource("users", { schema: typed<User>(), indexes: ["tags"] });
  // @ts-expect-error the same with the type alone
  store.resource<User>("users", { indexes: [["email", "mail"]] });

  // With the type alone it is not known what is declared, but what there is.
  const known = makeResource<User>("users", "redis", { indexes: ["email"] });
  void known.list({ email: "a" });
  // @ts-expect-error a field that no type has
  void known.list({ mail: "a" });
  // @ts-expect-error what cannot be compared
  void known.list({ tags: [] });

  const levels = store.resource("levels", { schema: defaulting });
  void levels.create({ email: "a", role: "b", born: new Date(), tags: [] }).then(({ level }): number => level);

  const posts = store.index("posts", { schema: typed<Post>() });
  void posts.add("a", { metadata: { title: "A" } });
  void posts.get("a").then((entry): string | undefined => entry?.metadata.title);
  void posts.updateWithRetry("a", ({ metadata }) => ({ metadata: { ...metadata, title: "B" } }));
  // @ts-expect-error metadata that lack what they must have
  void posts.add("a");
  // @ts-expect-error the same
  void posts.add("a", { metadata: {} });
  // @ts-expect-error a type that is not theirs
  void posts.update("a", { version: 1, metadata: { title: 1 } });
  // @ts-expect-error a field that no type has
  void posts.get("a").then((entry) => entry?.metadata.body);

  const any = store.index("any");
  void any.add("a");
  void any.add("a", { metadata: {} as Post });
  void store.index<Post>("posts").add("a", { metadata: { title: "A" } });
}

test("types are checked by the compiler", () => {});
