/**
 * Data sources of a workspace as the compiler knows them: `npx notion-edge types` writes what they are, and here is what can be asked
 * of them. A property that does not exist, an operator that its type does not have, an option that nobody made do not compile.
 */
import type { Conditions, Filter, OptionCondition, OptionsCondition, Sort } from "./filter.ts";
import type {
  PageDocument,
  PageSummary,
  PlainDate,
  PlainFile,
  PlainPerson,
  PlainPlace,
  PlainValue,
  PropertySchema,
  RelatedPage,
} from "./generated.ts";

/** What is known of a property: its type, and of a select, status or multi-select its options. */
export interface PropertyDeclaration {
  readonly type: PropertySchema["type"] | (string & {});
  readonly options?: readonly string[];
}

/** What is known of a data source. */
export interface DataSourceDeclaration {
  /** The data source's id, which is not that of its database. */
  readonly id: string;
  /** Its properties, by name. */
  readonly properties: Readonly<Record<string, PropertyDeclaration>>;
}

/** Data sources by name, as `npx notion-edge types` writes them. */
export type DataSourceDeclarations = Readonly<Record<string, DataSourceDeclaration>>;

type OptionOf<P extends PropertyDeclaration> = P extends { options: readonly (infer Name extends string)[] }
  ? Name
  : string;

/** What the types of properties are as plain values. */
interface PlainValues {
  title: string;
  rich_text: string;
  number: number | null;
  date: PlainDate | null;
  people: PlainPerson[];
  files: PlainFile[];
  checkbox: boolean;
  url: string | null;
  email: string | null;
  phone_number: string | null;
  relation: RelatedPage[];
  created_time: string;
  last_edited_time: string;
  last_visited_time: string | null;
  created_by: PlainPerson | null;
  last_edited_by: PlainPerson | null;
  unique_id: string | null;
  verification: "verified" | "expired" | "unverified" | null;
  place: PlainPlace | null;
  button: null;
  location: null;
}

/** The plain value of a property. */
export type ValueOf<P extends PropertyDeclaration> = P["type"] extends "select" | "status"
  ? OptionOf<P> | null
  : P["type"] extends "multi_select"
    ? OptionOf<P>[]
    : P["type"] extends keyof PlainValues
      ? PlainValues[P["type"]]
      : PlainValue;

/** The plain values of a row, by the names of the properties. */
export type ValuesOf<D extends DataSourceDeclaration> = {
  -readonly [Name in keyof D["properties"]]: ValueOf<D["properties"][Name]>;
};

/** A row as lists have it. */
export type RowOf<D extends DataSourceDeclaration> = Omit<PageSummary, "values"> & { values: ValuesOf<D> };

/** A row as a document. */
export type DocumentOf<D extends DataSourceDeclaration> = Omit<PageDocument, "values"> & { values: ValuesOf<D> };

/** The operators that a property has. */
export type ConditionOf<P extends PropertyDeclaration> = P["type"] extends "select" | "status"
  ? OptionCondition<OptionOf<P>>
  : P["type"] extends "multi_select"
    ? OptionsCondition<OptionOf<P>>
    : P["type"] extends keyof Conditions
      ? Conditions[P["type"]]
      : never;

/** What is undefined is not asked for. */
type Asked<Condition> = { [Operator in keyof Condition]?: Condition[Operator] | undefined } | undefined;

/**
 * A filter on rows: conditions by the names of properties, all of which hold, and groups.
 * What Notion's API nests two levels deep goes two levels deep.
 */
export type RowFilter<D extends DataSourceDeclaration> = {
  [Name in keyof D["properties"]]?: Asked<ConditionOf<D["properties"][Name]>>;
} & {
  /** All of these hold. */
  and?: RowFilter<D>[] | undefined;
  /** Any of these holds. */
  or?: RowFilter<D>[] | undefined;
};

type NameOf<D extends DataSourceDeclaration> = keyof D["properties"] & string;

/** Options of {@link DataSourceClient.iterate}. */
export interface RowOptions<D extends DataSourceDeclaration> {
  filter?: RowFilter<D> | undefined;
  /** The first counts most; newest first without any. */
  sorts?: Sort<NameOf<D>>[] | undefined;
  /** Of a store that is at least of that version, as an event told it. */
  version?: number | undefined;
  /** Ends the call; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of {@link DataSourceClient.list}. */
export interface RowListOptions<D extends DataSourceDeclaration> extends RowOptions<D> {
  /** How many to give, from 1 to 1,000; 20 by default. */
  limit?: number | undefined;
  /** Where to go on: the `next_cursor` of the part before. */
  cursor?: string | null | undefined;
}

/** A part of a list of rows. */
export interface RowList<D extends DataSourceDeclaration> {
  /** The rows, in order. */
  results: RowOf<D>[];
  /** Pass it as `cursor` for the next part; null after the last one. */
  next_cursor: string | null;
  /** How many rows the whole list has. */
  total: number;
}

/** Reads a data source whose properties are known. */
export interface DataSourceClient<D extends DataSourceDeclaration> {
  /** The data source's id. */
  readonly id: string;
  /** A part of its rows. */
  list(options?: RowListOptions<D>): Promise<RowList<D>>;
  /** All its rows, one after the other; a hundred cost one request. */
  iterate(options?: RowOptions<D>): AsyncGenerator<RowOf<D>, void, undefined>;
  /** The document of a row by its id or path, or null where it has none. */
  get(
    idOrPath: string,
    options?: { version?: number | undefined; signal?: AbortSignal | undefined },
  ): Promise<DocumentOf<D> | null>;
}

/** The same filter as Notion's API takes it; nothing where it asks for nothing. */
export function notionFilter({ properties }: DataSourceDeclaration, filter: object): Filter | undefined {
  const parts: Filter[] = [];
  for (const [name, given] of Object.entries(filter)) {
    // A property may have the name of a group, but no property is a list.
    if ((name === "and" || name === "or") && Array.isArray(given)) {
      const group = given
        .map((it: object) => notionFilter({ id: "", properties }, it))
        .filter((it) => it !== undefined);
      if (name === "and") parts.push(...group);
      // Of no conditions none holds, while one that asks for nothing is left out.
      else if (group.length > 0 || given.length === 0) parts.push({ or: group });
      continue;
    }
    const property = properties[name];
    if (given === undefined) continue;
    if (property === undefined) {
      throw new TypeError(
        `the filter names ${JSON.stringify(name)}, which no property is called; \`npx notion-edge types\` writes them anew`,
      );
    }
    parts.push(...conditions(name, property.type, given as object));
  }
  const [only, ...others] = parts;
  return others.length === 0 ? only : { and: parts };
}

/** Notion takes one operator in a condition, and this any number, all of which hold. */
function conditions(property: string, type: string, given: object): Filter[] {
  const operators = TYPED.includes(type)
    ? entriesOf(given).flatMap(([word, operand]) => {
        if (QUANTIFIERS.includes(word)) return { [word]: operand };
        return entriesOf(operand as object).map(([operator, value]) => ({ [word]: { [operator]: value } }));
      })
    : entriesOf(given).map(([operator, value]) => ({ [operator]: value }));
  return operators.map((condition) => ({ property, [type]: condition }) as unknown as Filter);
}

function entriesOf(given: object): [string, unknown][] {
  return Object.entries(given).filter(([, value]) => value !== undefined);
}

/** Their operators stand behind a type. */
const TYPED = ["formula", "rollup"];

/** Whether a value meets several operators says nothing of whether one of several values meets them all: Notion takes one of these. */
const QUANTIFIERS = ["any", "every", "none"];
