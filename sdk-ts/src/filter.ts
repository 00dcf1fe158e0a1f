/**
 * Filters and sorts as Notion's API has them, typed.
 * The Worker knows the same operators; what its summaries cannot tell is in the README.
 */

/** Operators on text. Case makes no difference. */
export interface TextCondition {
  equals?: string;
  does_not_equal?: string;
  contains?: string;
  does_not_contain?: string;
  starts_with?: string;
  ends_with?: string;
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on numbers. */
export interface NumberCondition {
  equals?: number;
  does_not_equal?: number;
  greater_than?: number;
  less_than?: number;
  greater_than_or_equal_to?: number;
  less_than_or_equal_to?: number;
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on a checkbox. */
export interface CheckboxCondition {
  equals?: boolean;
  does_not_equal?: boolean;
}

/** Operators on a select or a status; of several names any will do. */
export interface OptionCondition<Name extends string = string> {
  equals?: Name | readonly Name[];
  does_not_equal?: Name | readonly Name[];
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on a multi-select; of several names any will do. */
export interface OptionsCondition<Name extends string = string> {
  contains?: Name | readonly Name[];
  does_not_contain?: Name | readonly Name[];
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on dates and times, which are days or instants in ISO 8601. */
export interface DateCondition {
  equals?: string;
  before?: string;
  after?: string;
  on_or_before?: string;
  on_or_after?: string;
  this_week?: Record<string, never>;
  past_week?: Record<string, never>;
  past_month?: Record<string, never>;
  past_year?: Record<string, never>;
  next_week?: Record<string, never>;
  next_month?: Record<string, never>;
  next_year?: Record<string, never>;
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on people and relations, by ids. */
export interface IdsCondition {
  contains?: string;
  does_not_contain?: string;
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on files. */
export interface FilesCondition {
  is_empty?: true;
  is_not_empty?: true;
}

/** Operators on the verification of a wiki's page. */
export interface VerificationCondition {
  status?: "verified" | "expired" | "none";
}

/** Operators on what a formula makes, by the type that it has. */
export interface FormulaCondition {
  string?: TextCondition;
  number?: NumberCondition;
  checkbox?: CheckboxCondition;
  date?: DateCondition;
}

/** Operators on the values of a rollup. */
export interface RolledUpCondition {
  rich_text?: TextCondition;
  number?: NumberCondition;
  checkbox?: CheckboxCondition;
  select?: OptionCondition;
  status?: OptionCondition;
  multi_select?: OptionsCondition;
  relation?: IdsCondition;
  date?: DateCondition;
  people?: IdsCondition;
  files?: FilesCondition;
}

/** Operators on a rollup: on its result, or on its values. */
export interface RollupCondition {
  number?: NumberCondition;
  date?: DateCondition;
  any?: RolledUpCondition;
  every?: RolledUpCondition;
  none?: RolledUpCondition;
}

/** The operators by the type of a property. */
export interface Conditions {
  title: TextCondition;
  rich_text: TextCondition;
  url: TextCondition;
  email: TextCondition;
  phone_number: TextCondition;
  number: NumberCondition;
  unique_id: NumberCondition;
  checkbox: CheckboxCondition;
  select: OptionCondition;
  status: OptionCondition;
  multi_select: OptionsCondition;
  date: DateCondition;
  created_time: DateCondition;
  last_edited_time: DateCondition;
  people: IdsCondition;
  created_by: IdsCondition;
  last_edited_by: IdsCondition;
  relation: IdsCondition;
  files: FilesCondition;
  verification: VerificationCondition;
  formula: FormulaCondition;
  rollup: RollupCondition;
}

/** A filter on one property: its name, and a condition under the type of the property. */
export type PropertyFilter = {
  [Type in keyof Conditions]: { property: string } & { [Key in Type]: Conditions[Type] };
}[keyof Conditions];

/** A filter on when a page was made or last edited. */
export type TimestampFilter =
  | { timestamp: "created_time"; created_time: DateCondition }
  | { timestamp: "last_edited_time"; last_edited_time: DateCondition };

/** A filter as Notion's API takes it; groups go two levels deep. */
export type Filter = { and: Filter[] } | { or: Filter[] } | PropertyFilter | TimestampFilter;

/** Whether what meets it changes as days go by, of which no event tells. */
export function isRelative(filter: object = {}): boolean {
  return /"(this|past|next)_(week|month|year)":/.test(JSON.stringify(filter));
}

/** What a list is ordered by; the first counts most. */
export type Sort<Name extends string = string> =
  | { property: Name; direction: "ascending" | "descending" }
  | { timestamp: "created_time" | "last_edited_time"; direction: "ascending" | "descending" };
