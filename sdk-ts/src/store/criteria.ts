/** What records are found by, as types: only what is declared compiles. */

/** What every record has. */
export interface Identified {
  id: string;
}

/** What a list can be of. */
type Indexable = string | number | bigint | boolean | null | undefined;

/** The names of the fields that can be indexed; any name where the type does not say what there is. */
export type Field<T> = string extends keyof T
  ? string
  : { [K in keyof T]-?: T[K] extends Indexable ? K : never }[keyof T] & string;

/** A field, several fields together, or either of them with the promise that no two records share the values. */
export type Index<T = Record<string, unknown>> =
  Field<T> | readonly Field<T>[] | { readonly fields: Field<T> | readonly Field<T>[]; readonly unique: true };

/** The fields of one index. */
type FieldsOf<I> = I extends string
  ? I
  : I extends readonly (infer F)[]
    ? F
    : I extends { readonly fields: infer F }
      ? FieldsOf<F>
      : never;

/** Values for exactly these fields. */
type Values<T, F> = { [K in keyof T & F]-?: Exclude<T[K], undefined> } & {
  [K in Exclude<keyof T, F>]?: undefined;
};

/** The values of all fields of one declared index; of some fields where it is not known which are declared. */
export type Found<T, I extends readonly unknown[]> = string extends keyof T
  ? Partial<T>
  : number extends I["length"]
    ? Partial<Pick<T, Field<T> & keyof T>>
    : I[number] extends infer Each
      ? Each extends unknown
        ? Values<T, FieldsOf<Each>>
        : never
      : never;

/** What a list is of: the values of one index, or nothing for all records. */
export type Criteria<T, I extends readonly unknown[]> = Found<T, I> | { [K in keyof T]?: undefined };

/** An id, or the values of all fields of one index. */
export type By<T, I extends readonly unknown[] = readonly Index<T>[]> = string | Found<T, I>;
