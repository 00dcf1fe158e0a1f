/** What records and metadata have to be: any Standard Schema validator, or a type alone. */
import { MisshapedRecord } from "./errors.ts";

/**
 * Part of the Standard Schema interface (standardschema.dev), which validators have in common.
 * `In` is what is given to it, `Out` what it makes of that; what it makes has to be good enough to be given to it again.
 */
export interface Schema<Out, In = Out> {
  readonly "~standard": {
    readonly validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>;
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
  };
}

type SchemaResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** A schema that says what something is and checks nothing: `{ schema: typed<User>(), indexes: ["team"] }`. */
export function typed<T>(): Schema<T> {
  return TYPED as Schema<T>;
}

const TYPED: Schema<unknown> = { "~standard": { validate: (value) => ({ value }) } };

/**
 * What the schema makes of an object; without one it is taken for what it should be.
 *
 * Throws MisshapedRecord for what is no object, or not what the schema asks for.
 * @param subject what it is about, for errors
 */
export function validate<Out>(
  value: object,
  schema: Schema<Out, never> | undefined,
  subject: string,
): Out | Promise<Out> {
  if (schema === undefined || (schema as unknown) === TYPED) return value as Out;
  const told = (result: SchemaResult<Out>) => {
    if (result.issues === undefined) return result.value;
    const issues = result.issues.map(({ message, path = [] }) => {
      const at = path.map((it) => (typeof it === "object" && it !== null && "key" in it ? it.key : it));
      return at.length > 0 ? `${at.join(".")}: ${message}` : message;
    });
    throw new MisshapedRecord(`${subject} is not what its schema asks for: ${issues.join("; ")}`, issues);
  };
  const result = schema["~standard"].validate(value);
  return "then" in result ? result.then(told) : told(result);
}
