/**
 * Everything that the Worker answers with, and what it is made of.
 * Generated from the Rust types by `npm run generate`: do not edit.
 */
/** A page as it is stored and served. */
export interface PageDocument {
  /** The version of this shape: 1. */
  schema: number;
  /** Always "page". */
  object: DocumentObject;
  /** The page's id, lower case with hyphens. */
  id: string;
  /** The title as plain text; empty where the page has none. */
  title: string;
  /** The page's own part of its path; stays when the title changes. No two pages have the same path. */
  slug: string;
  /** The page's path on the site. */
  path: string;
  /** The language as a tag of BCP 47, where a property `Lang` or `Language` gives one. */
  lang: string | null;
  /** Where the page hangs, as Notion says it. */
  parent: Parent | null;
  /** The data source that the page is a row of. */
  data_source_id: string | null;
  /** The database of that data source. */
  database_id: string | null;
  /** The ids of the pages and databases above, from the root down. */
  ancestors: string[];
  /** What stands before the title; a file by its key. */
  icon: Icon | null;
  /** The picture above the title; a file by its key. */
  cover: FileObject | null;
  /** When the page was made, as Notion says it. */
  created_time: string;
  /** When the page was last edited, floored to the minute by Notion. */
  last_edited_time: string;
  /** Who made it, without address and picture. */
  created_by: User | null;
  /** Who edited it last, without address and picture. */
  last_edited_by: User | null;
  /** The properties in Notion's own shape, complete and scrubbed. */
  properties: Record<string, PropertyValue>;
  /** The properties as plain values, by the same names. */
  values: Record<string, PlainValue>;
  /**
   * The blocks in Notion's own shape, nested by `children` and scrubbed; none where `INCLUDE_BLOCKS` is false.
   * Then `excerpt`, `text`, `toc` and what blocks link to are empty as well, and `errors` says so.
   */
  blocks: Block[];
  /** The beginning of the text, for lists and descriptions. */
  excerpt: string;
  /** All text, a line for each block, for search. */
  text: string;
  /** The headings, in order. */
  toc: TocEntry[];
  /** How many words the text has. */
  words: number;
  /** How long reading takes, in whole minutes. */
  reading_minutes: number;
  /** Where the page links to: pages, databases and addresses, each once, in order. What lies in it is among them. */
  links: DocumentLink[];
  /** The files of the page, each once, in order. */
  files: FileReference[];
  /** Whether everything of the page is in here. */
  complete: boolean;
  /** Whether something was left out because of its size or depth. */
  truncated: boolean;
  /** Blocks that Notion's API does not give, or that this version does not know. */
  unsupported_blocks: UnsupportedBlockEntry[];
  /** What is missing: it could not be fetched, or was left out. */
  errors: DocumentError[];
}

/** The word of a document's `object`. */
export type DocumentObject = "page";

/** What an object hangs in. */
export type Parent =
  PageIdParent | BlockIdParent | DatabaseIdParent | DataSourceIdParent | WorkspaceParent | AgentIdParent;

/** A page. */
export interface PageIdParent {
  type: "page_id";
  page_id: string;
}

/** A block, such as a column or a toggle. */
export interface BlockIdParent {
  type: "block_id";
  block_id: string;
}

/** A database. */
export interface DatabaseIdParent {
  type: "database_id";
  database_id: string;
}

/** A data source: the object is one of its rows, or a source which it mirrors. */
export interface DataSourceIdParent {
  type: "data_source_id";
  data_source_id: string;
  /** The database of the data source. */
  database_id?: string;
}

/** The workspace itself; the payload is `true`. */
export interface WorkspaceParent {
  type: "workspace";
  workspace: boolean;
}

/** A custom agent. */
export interface AgentIdParent {
  type: "agent_id";
  agent_id: string;
}

/** What an icon is. */
export type Icon = EmojiIcon | ExternalIcon | FileIcon | FileUploadIcon | CustomEmojiIcon | IconIcon;

/** One emoji, of one or more code points. */
export interface EmojiIcon {
  type: "emoji";
  emoji: string;
}

/** A picture somewhere else. */
export interface ExternalIcon {
  type: "external";
  external: ExternalFile;
}

/** A file somewhere else. */
export interface ExternalFile {
  /** Where it is, for as long as its host likes. */
  url: string;
}

/** An uploaded picture. */
export interface FileIcon {
  type: "file";
  file: HostedFile;
}

/** A file that was uploaded to Notion. */
export interface HostedFile {
  /** Where it is: signed on Notion's side, stable in the stored document. */
  url: string;
  /** When the signed URL ends; not stored. */
  expiry_time?: string;
  /** Names the file in the stored document, whatever its URL. */
  key?: string;
}

/** An upload that is not attached yet; only in requests. */
export interface FileUploadIcon {
  type: "file_upload";
  file_upload: UploadReference;
}

/** An upload. */
export interface UploadReference {
  /** The id of the upload. */
  id: string;
}

/** An emoji of the workspace. */
export interface CustomEmojiIcon {
  type: "custom_emoji";
  custom_emoji: CustomEmoji;
}

/** An emoji of the workspace. */
export interface CustomEmoji {
  /** The emoji's id. */
  id: string;
  /** The emoji's name, without colons. */
  name?: string;
  /** Its picture. */
  url?: string;
}

/** One of Notion's own icons. */
export interface IconIcon {
  type: "icon";
  icon: NativeIcon;
}

/** One of Notion's own icons. */
export interface NativeIcon {
  /** Names the picture. */
  name: string;
  /** The colour it is drawn in. */
  color?: Color;
}

export type Color =
  | "default"
  | "gray"
  | "brown"
  | "orange"
  | "yellow"
  | "green"
  | "blue"
  | "purple"
  | "pink"
  | "red"
  | "default_background"
  | "gray_background"
  | "brown_background"
  | "orange_background"
  | "yellow_background"
  | "green_background"
  | "blue_background"
  | "purple_background"
  | "pink_background"
  | "red_background";

/** Where a file is. */
export type FileObject = ExternalFileObject | FileFileObject | FileUploadFileObject;

/** Somewhere else. */
export interface ExternalFileObject {
  type: "external";
  external: ExternalFile;
  /** On media blocks. */
  caption?: RichText[];
  /** In files properties and on file blocks. */
  name?: string;
}

/** What an item of rich text is. */
export type RichText = TextRichText | MentionRichText | EquationRichText;

/** What every RichText has. */
export interface RichTextFields {
  /** How the item looks. */
  annotations: Annotations;
  /** The item without any formatting; "Untitled" for a mentioned page that cannot be read. */
  plain_text: string;
  /** Where the item links to. */
  href: string | null;
}

/** How an item of rich text looks. */
export interface Annotations {
  /** Bold text. */
  bold: boolean;
  /** Italic text. */
  italic: boolean;
  /** Struck through. */
  strikethrough: boolean;
  /** Underlined. */
  underline: boolean;
  /** Inline code. */
  code: boolean;
  /** Colour of the text or of its background. */
  color: Color;
}

/** A run of text. */
export interface TextRichText extends RichTextFields {
  type: "text";
  text: Text;
}

/** A run of text. */
export interface Text {
  /** The text itself. */
  content: string;
  /** A link on the text. */
  link: Link | null;
}

/** A link on a run of text. */
export interface Link {
  /** Absolute, or a path such as `/<page id>` inside of Notion. */
  url: string;
}

/** A mention of something in or outside of Notion. */
export interface MentionRichText extends RichTextFields {
  type: "mention";
  mention: Mention;
}

/** What is mentioned. */
export type Mention =
  | UserMention
  | PageMention
  | DatabaseMention
  | DateMention
  | LinkPreviewMention
  | LinkMentionMention
  | TemplateMentionMention
  | CustomEmojiMention;

/** A person or a bot. */
export interface UserMention {
  type: "user";
  user: User;
}

/** What a user is. */
export type User = PersonUser | BotUser | AgentUser | PartialUser;

/** What every User has. */
export interface UserFields {
  /** "group" in a list of people that holds one. */
  object: "user" | "group";
  /** The user's id. */
  id: string;
  /** The user's picture, as a signed URL; never stored. */
  avatar_url?: string | null;
  /** The user's display name. */
  name?: string | null;
}

/** A person. */
export interface PersonUser extends UserFields {
  type: "person";
  person: Person;
}

/** A person. */
export interface Person {
  /** Only where the connection may read addresses; stored only where the configuration asks. */
  email?: string | null;
}

/** A connection. */
export interface BotUser extends UserFields {
  type: "bot";
  bot: Bot;
}

/** A connection; empty where it is not the one that asks. */
export interface Bot {
  /** Who installed it. */
  owner?: BotOwner;
  /** The workspace's id. */
  workspace_id?: string;
  /** What the workspace's plan allows. */
  workspace_limits?: WorkspaceLimits;
  /** The workspace's name. */
  workspace_name?: string | null;
}

/** What a connection belongs to. */
export type BotOwner = WorkspaceBotOwner | UserBotOwner;

/** The workspace; the payload is `true`. */
export interface WorkspaceBotOwner {
  type: "workspace";
  workspace: boolean;
}

/** A person. */
export interface UserBotOwner {
  type: "user";
  user: User;
}

/** What a workspace's plan allows. */
export interface WorkspaceLimits {
  /** The largest file that can be uploaded. */
  max_file_upload_size_in_bytes: number;
}

/** A custom agent. */
export interface AgentUser extends UserFields {
  type: "agent";
  agent: Empty;
}

/** An object of which nothing is known beside its type. */
export type Empty = Record<string, never>;

/** As Notion sends it where it tells little more than the id: without a type. */
export interface PartialUser extends UserFields {
  type?: undefined;
}

/** A page. */
export interface PageMention {
  type: "page";
  page: Reference;
}

/** The id of another object. */
export interface Reference {
  /** Its id. */
  id: string;
}

/** A database, or a data source. */
export interface DatabaseMention {
  type: "database";
  database: Reference;
}

/** A date or a range of dates. */
export interface DateMention {
  type: "date";
  date: DateRange;
}

/** A date, or a range of dates. */
export interface DateRange {
  /** A day, `2026-06-27`, or an instant. */
  start: string;
  /** The last day or instant of a range. */
  end: string | null;
  /** The name of a time zone, where `start` and `end` have none of their own. */
  time_zone: string | null;
}

/** A link that an integration previews. */
export interface LinkPreviewMention {
  type: "link_preview";
  link_preview: LinkPreview;
}

/** A link that an integration previews, inline or as a block. */
export interface LinkPreview {
  /** Where the link goes. */
  url: string;
}

/** A link that Notion unfurls. */
export interface LinkMentionMention {
  type: "link_mention";
  link_mention: LinkMention;
}

/** A link that Notion unfurls. */
export interface LinkMention {
  /** Where the link goes. */
  href: string;
  /** What the page behind the link says about itself. */
  description?: string | null;
  /** Height of the frame in pixels. */
  height?: number | null;
  /** The site's icon. */
  icon_url?: string | null;
  /** What to show in a frame. */
  iframe_url?: string | null;
  /** Who wrote the page behind the link. */
  link_author?: string | null;
  /** Name of the site. */
  link_provider?: string | null;
  /** Left padding of the frame. */
  padding?: number | null;
  /** Top padding of the frame. */
  padding_top?: number | null;
  /** A picture of the page behind the link. */
  thumbnail_url?: string | null;
  /** Title of the page behind the link. */
  title?: string | null;
}

/** A placeholder inside of a template. */
export interface TemplateMentionMention {
  type: "template_mention";
  template_mention: TemplateMention;
}

/** What the placeholder becomes. */
export type TemplateMention = TemplateMentionDateTemplateMention | TemplateMentionUserTemplateMention;

/** "today" or "now". */
export interface TemplateMentionDateTemplateMention {
  type: "template_mention_date";
  template_mention_date: string;
}

/** "me". */
export interface TemplateMentionUserTemplateMention {
  type: "template_mention_user";
  template_mention_user: string;
}

/** An emoji of the workspace. */
export interface CustomEmojiMention {
  type: "custom_emoji";
  custom_emoji: CustomEmoji;
}

/** An inline equation. */
export interface EquationRichText extends RichTextFields {
  type: "equation";
  equation: Equation;
}

/** An equation, inline or as a block. */
export interface Equation {
  /** KaTeX source. */
  expression: string;
}

/** Uploaded to Notion. */
export interface FileFileObject {
  type: "file";
  file: HostedFile;
  /** On media blocks. */
  caption?: RichText[];
  /** In files properties and on file blocks. */
  name?: string;
}

/** An upload that is not attached yet; only in requests. */
export interface FileUploadFileObject {
  type: "file_upload";
  file_upload: UploadReference;
  /** On media blocks. */
  caption?: RichText[];
  /** In files properties and on file blocks. */
  name?: string;
}

/** What a value is. */
export type PropertyValue =
  | TitlePropertyValue
  | RichTextPropertyValue
  | NumberPropertyValue
  | SelectPropertyValue
  | MultiSelectPropertyValue
  | StatusPropertyValue
  | DatePropertyValue
  | PeoplePropertyValue
  | FilesPropertyValue
  | CheckboxPropertyValue
  | UrlPropertyValue
  | EmailPropertyValue
  | PhoneNumberPropertyValue
  | FormulaPropertyValue
  | RelationPropertyValue
  | RollupPropertyValue
  | CreatedTimePropertyValue
  | LastEditedTimePropertyValue
  | CreatedByPropertyValue
  | LastEditedByPropertyValue
  | LastVisitedTimePropertyValue
  | ButtonPropertyValue
  | UniqueIdPropertyValue
  | VerificationPropertyValue
  | PlacePropertyValue
  | LocationPropertyValue;

/** The page's title; each page has one. */
export interface TitlePropertyValue {
  type: "title";
  title: RichText[];
  /** The title as HTML, in a page document. */
  html?: string;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Text. */
export interface RichTextPropertyValue {
  type: "rich_text";
  rich_text: RichText[];
  /** The text as HTML, in a page document. */
  html?: string;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A number. */
export interface NumberPropertyValue {
  type: "number";
  number: number | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** One of several options. */
export interface SelectPropertyValue {
  type: "select";
  select: SelectOption | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** An option of a select, multi-select or status property. */
export interface SelectOption {
  /** What it is called. */
  name: string;
  /** Its colour. */
  color?: Color;
  /** In schemas only: what it means. */
  description?: string | null;
  /** The option's id, kept when it is renamed. */
  id?: string;
}

/** Some of several options. */
export interface MultiSelectPropertyValue {
  type: "multi_select";
  multi_select: SelectOption[];
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** One of several options, which are in groups. */
export interface StatusPropertyValue {
  type: "status";
  status: SelectOption | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A date or a range of dates. */
export interface DatePropertyValue {
  type: "date";
  date: DateRange | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Users and groups. */
export interface PeoplePropertyValue {
  type: "people";
  people: User[];
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Files. */
export interface FilesPropertyValue {
  type: "files";
  files: FileObject[];
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Checked or not. */
export interface CheckboxPropertyValue {
  type: "checkbox";
  checkbox: boolean;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A URL. */
export interface UrlPropertyValue {
  type: "url";
  url: string | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** An address of e-mail. */
export interface EmailPropertyValue {
  type: "email";
  email: string | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A phone number. */
export interface PhoneNumberPropertyValue {
  type: "phone_number";
  phone_number: string | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** The result of a formula. */
export interface FormulaPropertyValue {
  type: "formula";
  formula: Formula;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** What a formula gives. */
export type Formula = StringFormula | NumberFormula | BooleanFormula | DateFormula | UnsupportedFormula;

/** Text. */
export interface StringFormula {
  type: "string";
  string: string | null;
}

/** A number. */
export interface NumberFormula {
  type: "number";
  number: number | null;
}

/** True or false. */
export interface BooleanFormula {
  type: "boolean";
  boolean: boolean | null;
}

/** A date. */
export interface DateFormula {
  type: "date";
  date: DateRange | null;
}

/** A formula too deep for the API. */
export interface UnsupportedFormula {
  type: "unsupported";
  unsupported?: unknown;
}

/** Pages of a data source. */
export interface RelationPropertyValue {
  type: "relation";
  relation: Reference[];
  /** There are more than the 25 shown. */
  has_more?: boolean;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** What the pages of a relation amount to. */
export interface RollupPropertyValue {
  type: "rollup";
  rollup: Rollup;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** What a rollup gives. */
export type Rollup = NumberRollup | DateRollup | ArrayRollup | IncompleteRollup | UnsupportedRollup;

/** A number. */
export interface NumberRollup {
  /** How the values are taken together, such as "sum" or "show_original". */
  function: string;
  type: "number";
  number: number | null;
}

/** A date. */
export interface DateRollup {
  /** How the values are taken together, such as "sum" or "show_original". */
  function: string;
  type: "date";
  date: DateRange | null;
}

/** The values themselves, without ids. */
export interface ArrayRollup {
  /** How the values are taken together, such as "sum" or "show_original". */
  function: string;
  type: "array";
  array: PropertyValue[];
}

/** A rollup that the property's endpoint has not taken together yet. */
export interface IncompleteRollup {
  /** How the values are taken together, such as "sum" or "show_original". */
  function: string;
  type: "incomplete";
  incomplete?: unknown;
}

/** A rollup too deep for the API. */
export interface UnsupportedRollup {
  /** How the values are taken together, such as "sum" or "show_original". */
  function: string;
  type: "unsupported";
  unsupported?: unknown;
}

/** When the page was made. */
export interface CreatedTimePropertyValue {
  type: "created_time";
  created_time: string;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** When the page was last edited. */
export interface LastEditedTimePropertyValue {
  type: "last_edited_time";
  last_edited_time: string;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Who made the page. */
export interface CreatedByPropertyValue {
  type: "created_by";
  created_by: User;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Who edited the page last. */
export interface LastEditedByPropertyValue {
  type: "last_edited_by";
  last_edited_by: User;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** When the page was last visited. */
export interface LastVisitedTimePropertyValue {
  type: "last_visited_time";
  last_visited_time: string | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A button. */
export interface ButtonPropertyValue {
  type: "button";
  button: Empty;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A number that no other page of the data source has. */
export interface UniqueIdPropertyValue {
  type: "unique_id";
  unique_id: UniqueId | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A number that no other page of the data source has. */
export interface UniqueId {
  /** Stands before the number, with a hyphen between. */
  prefix: string | null;
  /** The number. */
  number: number | null;
}

/** Whether the page, in a wiki, can be trusted. */
export interface VerificationPropertyValue {
  type: "verification";
  verification: Verification | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** Whether a page can be trusted. */
export interface Verification {
  /** Whether it was verified, and still is. */
  state: "verified" | "expired" | "unverified";
  /** From when to when that holds. */
  date?: DateRange | null;
  /** Who verified it. */
  verified_by?: User | null;
}

/** A place on earth. */
export interface PlacePropertyValue {
  type: "place";
  place: Place | null;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A place on earth. */
export interface Place {
  /** Degrees north. */
  lat: number;
  /** Degrees east. */
  lon: number;
  /** Its postal address. */
  address?: string | null;
  /** Its id at Amazon. */
  aws_place_id?: string | null;
  /** Its id at Google. */
  google_place_id?: string | null;
  /** What it is called. */
  name?: string | null;
}

/** A place, in a shape that Notion does not document. */
export interface LocationPropertyValue {
  type: "location";
  location: unknown;
  /** The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none. */
  id?: string;
}

/** A property as a plain value. */
export type PlainValue =
  null | boolean | number | string | PlainValue[] | RelatedPage | PlainDate | PlainFile | PlainPerson | PlainPlace;

/** A page that a relation names. */
export interface RelatedPage {
  /** Its id. */
  id: string;
  /** Its title, where it has been exported. */
  title: string | null;
  /** Its path on the site, where it has been exported. */
  path: string | null;
}

/** A date or a span of time. */
export interface PlainDate {
  /** A day or an instant, in ISO 8601. */
  start: string;
  /** The end of a span. */
  end: string | null;
  /** The IANA name of the time zone, where the author chose one. */
  time_zone: string | null;
}

/** A file in a property. */
export interface PlainFile {
  /** Its name. */
  name: string | null;
  /** Its address, which does not expire. */
  url: string;
}

/** A person, bot or group. */
export interface PlainPerson {
  /** The id. */
  id: string;
  /** The name, where Notion tells it. */
  name: string | null;
  /** `person`, `bot`, `group` ..., where Notion tells it. */
  kind: string | null;
}

/** A place. */
export interface PlainPlace {
  /** Its name. */
  name: string | null;
  /** Its address. */
  address: string | null;
  /** Latitude in degrees. */
  lat: number | null;
  /** Longitude in degrees. */
  lon: number | null;
}

/** What a block is. */
export type Block =
  | ParagraphBlock
  | Heading1Block
  | Heading2Block
  | Heading3Block
  | Heading4Block
  | BulletedListItemBlock
  | NumberedListItemBlock
  | QuoteBlock
  | ToggleBlock
  | ToDoBlock
  | CalloutBlock
  | CodeBlock
  | EquationBlock
  | DividerBlock
  | BreadcrumbBlock
  | TableOfContentsBlock
  | ColumnListBlock
  | ColumnBlock
  | TableBlock
  | TableRowBlock
  | TabBlock
  | SyncedBlockBlock
  | ChildPageBlock
  | ChildDatabaseBlock
  | LinkToPageBlock
  | BookmarkBlock
  | EmbedBlock
  | LinkPreviewBlock
  | ImageBlock
  | VideoBlock
  | PdfBlock
  | AudioBlock
  | FileBlock
  | TemplateBlock
  | MeetingNotesBlock
  | TranscriptionBlock
  | UnsupportedBlock;

/** What every Block has. */
export interface BlockFields {
  /** Always "block". */
  object: "block";
  /** The block's id; the page's own, for a block of type `child_page`. */
  id: string;
  /** The page or the block around. */
  parent: Parent;
  /** When it was made, floored to the minute. */
  created_time: string;
  /** When it was last edited, floored to the minute. */
  last_edited_time: string;
  /** Who made it. */
  created_by: User;
  /** Who edited it last. */
  last_edited_by: User;
  /** There are blocks inside; always false for child databases. */
  has_children: boolean;
  /** The block is in the trash. */
  in_trash: boolean;
  /** The blocks inside; never sent by Notion, only in the stored document. */
  children?: Block[];
}

/** A paragraph. */
export interface ParagraphBlock extends BlockFields {
  type: "paragraph";
  paragraph: Paragraph;
}

/** A paragraph. */
export interface Paragraph {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
  /** The icon of the tab that the paragraph labels. */
  icon?: Icon | null;
}

/** A heading of the first level. */
export interface Heading1Block extends BlockFields {
  type: "heading_1";
  heading_1: Heading;
}

/** A heading of any level. */
export interface Heading {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
  /** The heading folds its children away. */
  is_toggleable: boolean;
}

/** A heading of the second level. */
export interface Heading2Block extends BlockFields {
  type: "heading_2";
  heading_2: Heading;
}

/** A heading of the third level. */
export interface Heading3Block extends BlockFields {
  type: "heading_3";
  heading_3: Heading;
}

/** A heading of the fourth level. */
export interface Heading4Block extends BlockFields {
  type: "heading_4";
  heading_4: Heading;
}

/** An item of a bulleted list. */
export interface BulletedListItemBlock extends BlockFields {
  type: "bulleted_list_item";
  bulleted_list_item: TextBlock;
}

/** Text, and nothing special about it: an item of a bulleted list, a quote, a toggle. */
export interface TextBlock {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
}

/** An item of a numbered list. */
export interface NumberedListItemBlock extends BlockFields {
  type: "numbered_list_item";
  numbered_list_item: NumberedListItem;
}

/** An item of a numbered list. */
export interface NumberedListItem {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
  /** On the first item: how the list counts. */
  list_format?: "numbers" | "letters" | "roman" | null;
  /** On the first item: the number to start with. */
  list_start_index?: number | null;
}

/** A quotation. */
export interface QuoteBlock extends BlockFields {
  type: "quote";
  quote: TextBlock;
}

/** Text that folds its children away. */
export interface ToggleBlock extends BlockFields {
  type: "toggle";
  toggle: TextBlock;
}

/** A task. */
export interface ToDoBlock extends BlockFields {
  type: "to_do";
  to_do: ToDo;
}

/** A task. */
export interface ToDo {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
  /** The task is done. */
  checked: boolean;
}

/** Text in a box with an icon. */
export interface CalloutBlock extends BlockFields {
  type: "callout";
  callout: Callout;
}

/** Text in a box. */
export interface Callout {
  /** The text. */
  rich_text: RichText[];
  /** The block's colour. */
  color: Color;
  /** What stands before the text. */
  icon: Icon | null;
}

/** Code. */
export interface CodeBlock extends BlockFields {
  type: "code";
  code: Code;
}

/** Code. */
export interface Code {
  /** The code. */
  rich_text: RichText[];
  /** Stands below the code. */
  caption: RichText[];
  /** One of Notion's names of languages, such as "plain text". */
  language: string;
}

/** An equation on a line of its own. */
export interface EquationBlock extends BlockFields {
  type: "equation";
  equation: Equation;
}

/** A line. */
export interface DividerBlock extends BlockFields {
  type: "divider";
  divider: Empty;
}

/** The path to the page. */
export interface BreadcrumbBlock extends BlockFields {
  type: "breadcrumb";
  breadcrumb: Empty;
}

/** The headings of the page. */
export interface TableOfContentsBlock extends BlockFields {
  type: "table_of_contents";
  table_of_contents: TableOfContents;
}

/** A table of contents. */
export interface TableOfContents {
  /** The block's colour. */
  color: Color;
}

/** Columns, each a child. */
export interface ColumnListBlock extends BlockFields {
  type: "column_list";
  column_list: Empty;
}

/** One column. */
export interface ColumnBlock extends BlockFields {
  type: "column";
  column: Column;
}

/** One column of a list of columns. */
export interface Column {
  /** Its share of the width; all the same, where no column has any. */
  width_ratio?: number;
}

/** A table, whose rows are its children. */
export interface TableBlock extends BlockFields {
  type: "table";
  table: Table;
}

/** A table. */
export interface Table {
  /** How many cells each row has. */
  table_width: number;
  /** The first row is a heading. */
  has_column_header: boolean;
  /** The first column is a heading. */
  has_row_header: boolean;
}

/** A row of a table. */
export interface TableRowBlock extends BlockFields {
  type: "table_row";
  table_row: TableRow;
}

/** A row of a table. */
export interface TableRow {
  /** One text per cell. */
  cells: RichText[][];
}

/** Tabs: each child is a paragraph, whose text is the label and whose children are the body. */
export interface TabBlock extends BlockFields {
  type: "tab";
  tab: Empty;
}

/** Blocks that are shown in several places. */
export interface SyncedBlockBlock extends BlockFields {
  type: "synced_block";
  synced_block: SyncedBlock;
}

/** A synced block. */
export interface SyncedBlock {
  /** The block this is a copy of; null for the original. */
  synced_from: SyncedFrom | null;
}

/** The original of a synced block. */
export type SyncedFrom = BlockIdSyncedFrom;

/** The original block. */
export interface BlockIdSyncedFrom {
  type: "block_id";
  block_id: string;
}

/** A page inside of the page. */
export interface ChildPageBlock extends BlockFields {
  type: "child_page";
  child_page: Child;
}

/** A page or a database inside of a page. */
export interface Child {
  /** Its title, in plain text. */
  title: string;
}

/** A database inside of the page, or a view of one. */
export interface ChildDatabaseBlock extends BlockFields {
  type: "child_database";
  child_database: Child;
}

/** A link to a page, a database or a comment. */
export interface LinkToPageBlock extends BlockFields {
  type: "link_to_page";
  link_to_page: LinkToPage;
}

/** The object that is linked to. */
export type LinkToPage = PageIdLinkToPage | DatabaseIdLinkToPage | CommentIdLinkToPage;

/** A page. */
export interface PageIdLinkToPage {
  type: "page_id";
  page_id: string;
}

/** A database. */
export interface DatabaseIdLinkToPage {
  type: "database_id";
  database_id: string;
}

/** A comment. */
export interface CommentIdLinkToPage {
  type: "comment_id";
  comment_id: string;
}

/** A link with a preview. */
export interface BookmarkBlock extends BlockFields {
  type: "bookmark";
  bookmark: Bookmark;
}

/** A bookmark or an embed. */
export interface Bookmark {
  /** What it shows. */
  url: string;
  /** Stands below it. */
  caption: RichText[];
}

/** Something from another site, in a frame. */
export interface EmbedBlock extends BlockFields {
  type: "embed";
  embed: Bookmark;
}

/** A link that an integration previews. */
export interface LinkPreviewBlock extends BlockFields {
  type: "link_preview";
  link_preview: LinkPreview;
}

/** A picture. */
export interface ImageBlock extends BlockFields {
  type: "image";
  image: FileObject;
}

/** A film. */
export interface VideoBlock extends BlockFields {
  type: "video";
  video: FileObject;
}

/** A PDF. */
export interface PdfBlock extends BlockFields {
  type: "pdf";
  pdf: FileObject;
}

/** A sound. */
export interface AudioBlock extends BlockFields {
  type: "audio";
  audio: FileObject;
}

/** A file of any kind. */
export interface FileBlock extends BlockFields {
  type: "file";
  file: FileObject;
}

/** A button that makes blocks; Notion no longer makes them. */
export interface TemplateBlock extends BlockFields {
  type: "template";
  template: Template;
}

/** A button that makes blocks. */
export interface Template {
  /** What stands on the button. */
  rich_text: RichText[];
}

/** Notes of a meeting. */
export interface MeetingNotesBlock extends BlockFields {
  type: "meeting_notes";
  meeting_notes: MeetingNotes;
}

/** Notes of a meeting, of which the parts are blocks to be fetched one by one. */
export interface MeetingNotes {
  /** When the meeting was to be, and with whom. */
  calendar_event?: CalendarEvent | null;
  /** The blocks that hold the parts. */
  children?: MeetingNotesParts | null;
  /** When it was recorded. */
  recording?: Recording | null;
  /** How far the notes are, such as "notes_ready". */
  status?: string | null;
  /** What the meeting was called. */
  title?: RichText[];
}

/** An entry of a calendar. */
export interface CalendarEvent {
  /** Ids of users. */
  attendees?: string[] | null;
  /** When it was to end. */
  end_time?: string | null;
  /** When it was to begin. */
  start_time?: string | null;
}

/** The blocks that hold the parts of meeting notes. */
export interface MeetingNotesParts {
  /** Holds the notes. */
  notes_block_id?: string | null;
  /** Holds the summary. */
  summary_block_id?: string | null;
  /** Holds the transcript. */
  transcript_block_id?: string | null;
}

/** When a meeting was recorded. */
export interface Recording {
  /** When it ended. */
  end_time?: string | null;
  /** When it began. */
  start_time?: string | null;
}

/** Notes of a meeting, before API version 2026-03-11. */
export interface TranscriptionBlock extends BlockFields {
  type: "transcription";
  transcription: MeetingNotes;
}

/** A block that Notion's API does not give. */
export interface UnsupportedBlock extends BlockFields {
  type: "unsupported";
  unsupported: Unsupported;
}

/** A block that Notion's API does not give. */
export interface Unsupported {
  /** What it is, such as "button", "form" or "ai_block". */
  block_type?: string;
}

/** An entry of the table of contents. */
export interface TocEntry {
  /** The block's id. */
  id: string;
  /** 1 to 4. */
  level: number;
  /** The heading as plain text. */
  text: string;
}

/** Where a page links to. */
export type DocumentLink = PageLink | DatabaseLink | UrlLink;

/** A page of the workspace. */
export interface PageLink {
  type: "page";
  /** Its id. */
  id: string;
  /** Its title, where it has been exported. */
  title: string | null;
  /** Its path on the site, where it has been exported. */
  path: string | null;
}

/** A database of the workspace. */
export interface DatabaseLink {
  type: "database";
  /** Its id. */
  id: string;
  /** Its title, where it has been exported. */
  title: string | null;
}

/** An address. */
export interface UrlLink {
  type: "url";
  /** The address, as it stands in Notion. */
  url: string;
}

/** A file of a page. */
export interface FileReference {
  /** Names the file for good, whatever address Notion signs for it. */
  key: string;
  /** `icon`, `cover`, `image`, `video`, `audio`, `pdf`, `file` or `property`. */
  kind: string;
  /** The file's name. */
  name: string;
  /** The page or block that has it. */
  owner: string;
  /** Its media type, where the bytes have been seen. */
  content_type: string | null;
  /** Its size in bytes, where they have been seen. */
  size: number | null;
  /** Its width in pixels, where the bytes have been seen. */
  width: number | null;
  /** Its height in pixels, where the bytes have been seen. */
  height: number | null;
}

/** A block that is in the document only by its type. */
export interface UnsupportedBlockEntry {
  /** The block's id. */
  id: string;
  /** What it is in Notion: `button`, `form` ..., or a type newer than this version. */
  type: string;
}

/** Something of the page that is missing. */
export interface DocumentError {
  /** The block that it is, that it is in, or from which on it is missing; none for a property, or for all blocks together. */
  block_id: string | null;
  /** Why. */
  message: string;
}

/** What lists show of a page. */
export interface PageSummary {
  /** Always "page". */
  object: DocumentObject;
  /** The page's id. */
  id: string;
  /** The title as plain text. */
  title: string;
  /** The page's own part of its path. */
  slug: string;
  /** The page's path on the site. */
  path: string;
  /** The language, where it is known. */
  lang: string | null;
  /** The data source that the page is a row of. */
  data_source_id: string | null;
  /** The database of that data source. */
  database_id: string | null;
  /** The ids of the pages and databases above, from the root down. */
  ancestors: string[];
  /** What stands before the title. */
  icon: Icon | null;
  /** The picture above the title. */
  cover: FileObject | null;
  /** When the page was made. */
  created_time: string;
  /** When the page was last edited. */
  last_edited_time: string;
  /** The properties as plain values. */
  values: Record<string, PlainValue>;
  /** The beginning of the text. */
  excerpt: string;
  /** The texts of the first headings, as many as are 1,000 bytes together. */
  headings: string[];
  /** How long reading takes, in whole minutes. */
  reading_minutes: number;
  /** Whether everything of the page is in its document. */
  complete: boolean;
  /** What it lies in, where `ACCESS` is `rule`; only for readers with a preview token. */
  lineage?: Lineage | null;
  /** Their slugs, and the page's own; where `PATH_PATTERN` has `{parents}`. */
  slugs?: string[];
  /** Whether anyone may read the page, where `ACCESS` is `rule`; only for readers with a preview token. */
  visibility?: Visibility | null;
}

/** What an object lies in, from the root down: all of it, and what of that anyone may read. */
export interface Lineage {
  /** The ids of all of it. */
  all: string[];
  /** The ids of the pages among them that are public, and of the databases. */
  public: string[];
}

/** Whether anyone may read an object. */
export type Visibility =
  /** Anyone may. */
  | "public"
  /** It becomes public at a time that its properties name. */
  | "scheduled"
  /** Nobody without a preview token. */
  | "draft";

/** How the export is doing. */
export interface Status {
  /** Where the export stands. */
  state: Progress;
  /** The export that is under way, or the last one. */
  export: ExportStatus | null;
  /** What that export did so far. */
  counts: Counts;
  /** How far it is, and how long it will take; nothing before the first run. */
  work: WorkStatus | null;
  /** Objects that wait to be fetched or built again. */
  frontier: number;
  /** Pages in the store, also those that have expired and are to be fetched again. */
  pages: number;
  /** When Notion may be asked again. */
  not_before: string | null;
  /** How the last run ended. */
  last_run: LastRunStatus | null;
  /** Pages that stay although Notion does not show them any more, because too many would go within a day. */
  held: Held | null;
  /** The last objects that could not be exported, each until it is; newest last. */
  errors: ErrorStatus[];
  /** Raised by each commit that changes content. */
  version: number;
  /** What only admins are told. */
  worker: WorkerStatus | null;
}

/** Where the export stands. */
export type Progress =
  /** No run has begun yet. */
  | "empty"
  /** There is more to do. */
  | "exporting"
  /** The last export is over. */
  | "complete"
  /** It stopped at an error, because `CONTINUE_ON_ERROR` is false; the next one begins at `not_before`. */
  | "failed";

/** Which export. */
export interface ExportStatus {
  /** Counts up from 1. */
  number: number;
  /** What it is to look at. */
  job: JobName;
  /** The page, database or data source that it is about. */
  id: string | null;
  /** When it began. */
  started_at: string;
  /** When it was complete. */
  completed_at: string | null;
  /** The runs that it took so far. */
  runs: number;
  /** The most memory that the engine has had in any of them, in bytes; 0 where its surroundings do not tell. */
  peak_memory: number;
}

/** A job without its id. */
export type JobName =
  /** Everything. */
  | "all"
  /** What was edited since the last export. */
  | "changes"
  /** One database or data source, with what lies below it. */
  | "database"
  /** One page, with what lies below it. */
  | "page";

/** What an export did. */
export interface Counts {
  /** Page documents built and committed. */
  pages: number;
  /** Blocks in them. */
  blocks: number;
  /** Databases and data sources committed. */
  containers: number;
  /** Page documents whose content is new, those built again among them. */
  changed: number;
  /** Documents built again because a page they show changed. */
  rebuilt: number;
  /** Objects whose stored version was the current one. */
  unchanged: number;
  /** Requests to Notion. */
  requests: number;
  /** Answers that asked to hold back. */
  throttled: number;
  /** Requests that failed in passing: no answer in time, or a fault of Notion's. */
  failed: number;
  /** Redis commands, counted as they are billed: a script is itself and its inner commands. */
  redis_commands: number;
  /** Objects that could not be exported. */
  errors: number;
}

/** The work of an export. */
export interface WorkStatus {
  /** Pages. */
  pages: KindStatus;
  /** Databases. */
  databases: KindStatus;
  /** Data sources. */
  data_sources: KindStatus;
  /** Documents that are built again from what is stored, because what they show of others changed. */
  rebuilds: KindStatus;
  /** Pages that were done in a minute, on average over the export. */
  pages_per_minute: number;
  /** The share of requests to Notion that failed in passing or asked to hold back, from 0 to 1. */
  error_rate: number;
  /** When the work last got on; null before the first write. */
  progressed_at: string | null;
  /** When it will be complete; null while too little was seen to tell, and while nothing goes on. */
  eta: EtaStatus | null;
}

/** The work of one kind. */
export interface KindStatus {
  /** How many are done. */
  done: number;
  /** How many are known to wait; more may be found. */
  waiting: number;
  /** How long one took on average, while others were worked on as well. */
  mean_seconds: number | null;
}

/** When an export will be complete. */
export interface EtaStatus {
  /** From when on the seconds count: the last write. */
  from: string;
  /** The best guess. */
  seconds: number;
  /** It takes less one time in ten. */
  low: number;
  /** It takes more one time in ten. */
  high: number;
}

/** How a run ended. */
export interface LastRunStatus {
  /** When. */
  at: string;
  /** `complete`, `advanced` or `stopped`. */
  outcome: string;
  /** What was wrong, if it was stopped. */
  problem: string | null;
}

/** A removal that waits until someone confirms it, or until fewer pages would go. */
export interface Held {
  /** The number of the export that holds it, by which it is confirmed. */
  export: number;
  /** How many pages would go, or went, within 24 hours. */
  pages: number;
  /** How many there are, with those that went. */
  of: number;
}

/** An object that could not be exported. */
export interface ErrorStatus {
  /** When. */
  at: string;
  /** `page`, `database` or `data_source`. */
  object: string;
  /** Its id. */
  id: string;
  /** Why. */
  message: string;
  /** What Notion was asked for when it failed; null where it was not Notion's doing. */
  operation: Operation | null;
  /** How often that was asked. */
  attempts: number;
}

/** What a request is for; how often and how patiently it is repeated depends on that. */
export type Operation =
  /** Who we are, and with it whether Notion answers at all. */
  | "probe"
  /** What there is. */
  | "search"
  /** A page, a database, a data source or a block by its id. */
  | "object"
  /** The blocks in a block, the rows of a data source, the users of the workspace, or the comments of a page. */
  | "listing"
  /** A property value that the page object cuts short. */
  | "property"
  /** The bytes of a file: Notion's storage is asked for them, not its API. */
  | "file";

/** What the Worker is, who may read, and when it was woken. */
export interface WorkerStatus {
  /** The version of notion-edge that answers. */
  version: string;
  /** Names the schema of the documents that it makes: another name, and everything is made anew. */
  builder: string;
  /**
   * The schema of what is stored, as of the last complete export of everything; null before the first. Documents without blocks
   * have a hyphen and the fingerprint of their scope behind it.
   */
  stored_builder: string | null;
  /** Who may read. */
  access: AccessKind;
  /** Which pages anyone may read, where a rule says that. */
  publish_rule: string | null;
  /** How many pages that are, where a rule says that. */
  public_pages: number | null;
  /** How many tokens let readers in. */
  read_tokens: number;
  /** How many tokens show what is not public, where a rule says what is. */
  preview_tokens: number;
  /** Whether everything that the connection sees is copied: neither `ROOTS` nor `EXCLUDE` leaves anything out. */
  copies_everything: boolean;
  /** When a cron trigger last woke it and a run could begin; null where none ever did. */
  ticked_at: string | null;
  /** How long after the one before that was, in seconds. */
  tick_interval: number | null;
  /** Until when a run has the lease, where one is at work, or was a moment ago and died. */
  busy_until: string | null;
  /** What time it is by the Worker's clock. */
  now: string;
  /** What time it is by Redis's clock. */
  redis_now: string | null;
}

/** Who may read the copy. */
export type AccessKind =
  /** Who shows one of `READ_TOKENS` or `PREVIEW_TOKENS`. */
  | "private"
  /** Anyone, all of it. */
  | "public"
  /** Anyone what `PUBLISH_RULE` says is public, and who shows one of `PREVIEW_TOKENS` all of it. */
  | "rule";

/** One export. */
export interface ExportReport {
  /** Counts up; a later export has a greater one. */
  number: number;
  /** What it is to look at. */
  job: JobName;
  /** The page, database or data source that it is about. */
  id: string | null;
  /** Where it stands. */
  state: ExportState;
  /** When it was asked for; null for one that began by itself. */
  requested_at: string | null;
  /** When its first run began. */
  started_at: string | null;
  /** When it was over. */
  completed_at: string | null;
  /** The runs that it took so far. */
  runs: number;
  /** The most memory that the engine has had in any of them, in bytes; 0 where its surroundings do not tell. */
  peak_memory: number;
  /** What it did so far. */
  counts: Counts;
  /** The first objects that it could not export. */
  errors: ErrorStatus[];
}

/** Where an export stands. */
export type ExportState =
  /** It waits for its turn. */
  | "queued"
  /** It has begun. */
  | "running"
  /** It is to end, and the next run ends it. */
  | "cancelling"
  /** It looked at everything that it was to look at. */
  | "complete"
  /** Someone ended it; what it wrote stays. */
  | "cancelled"
  /** There was nothing to begin with: its errors say why. */
  | "failed";

/** The last exports. */
export interface ExportReports {
  /** The last exports, newest first; of those for changes only the last one and those that found any. */
  results: ExportReport[];
}

/** Why a page is there for readers, or is not. */
export interface Why {
  /** The id or the path that was asked for. */
  asked: string;
  /** `page`, `database` or `data_source`; null where nothing of that id or path was ever met. */
  object: string | null;
  /** The id of that. */
  id: string | null;
  /** Its title, where the store has one. */
  title: string | null;
  /** The path that the page has on the site. */
  path: string | null;
  /** Whether readers without a preview token get it. */
  there: boolean;
  /** Everyone who gets it. */
  readable_by: WhyReader[];
  /** What decides that. */
  reason: WhyReason;
  /** The same in plain words. */
  detail: string;
  /** What to do about it; null where there is nothing to be done. */
  remedy: string | null;
  /** When it becomes public by itself, where it is scheduled. */
  public_at: string | null;
  /** The page that has the path which this one would have. */
  holder: WhyHolder | null;
  /** That it waits to be fetched or built again; what readers get until then is older. */
  waiting: WhyWaiting | null;
  /** The last failure to export it; what readers get is older. */
  error: WhyError | null;
  /** The version that readers get. */
  version: number | null;
  /** When that was edited last, in Notion's time, whole minutes. */
  last_edited_time: string | null;
  /** When it was copied from Notion. */
  exported_at: string | null;
}

/** Who gets a page. */
export type WhyReader =
  /** Whoever asks. */
  | "anyone"
  /** Who shows one of `READ_TOKENS`. */
  | "read_token"
  /** Who shows one of `PREVIEW_TOKENS`. */
  | "preview_token";

/** Why a page is there for readers, or is not. */
export type WhyReason =
  /** It is there. */
  | "served"
  /** It is stored, and `PUBLISH_RULE` does not say that it is public. */
  | "draft"
  /** It is stored, and becomes public by itself. */
  | "scheduled"
  /** `ROOTS` and `EXCLUDE` leave it out. */
  | "excluded"
  /** It, or what it lies in, is in Notion's trash. */
  | "trashed"
  /** Notion was asked for it and does not show it. */
  | "gone"
  /** It was there, and was taken out because Notion does not show it any more. */
  | "removed"
  /** It is there, at another path than its title or slug says, because another page has that. */
  | "slug_taken"
  /** It is to be fetched. */
  | "waiting"
  /** Three attempts to fetch it came to no end; it is tried again an hour later. */
  | "put_aside"
  /** It could not be exported. */
  | "error"
  /** Notion does not show it any more, and it stays until someone confirms that it goes, because too many pages would go. */
  | "held"
  /** Its `TTL` is over, and it is to be fetched again. */
  | "expired"
  /** It is there, at another path than the one that was asked for. */
  | "moved"
  /** Nothing of that id or path was ever met. */
  | "unknown";

/** A page that has the path which another one would have. */
export interface WhyHolder {
  /** Its id. */
  id: string;
  /** Its title, where it is known. */
  title: string | null;
  /** The path. */
  path: string | null;
}

/** That an object waits. */
export interface WhyWaiting {
  /** Whether it is to be built again from the store, rather than fetched. */
  is_rebuild: boolean;
  /** Not before; null where that is as soon as everything else is fetched. */
  due_at: string | null;
  /** How often it was begun since without an end. */
  takes: number;
}

/** A failure to export an object. */
export interface WhyError {
  /** When; null where it is not among the last errors any more. */
  at: string | null;
  /** What was wrong. */
  message: string;
}

/** A part of a list. */
export interface PageList {
  /** The pages, in order. */
  results: PageSummary[];
  /** What to give as `cursor` for the next part; null after the last one. */
  next_cursor: string | null;
  /** How many pages the whole list has. */
  total: number;
}

/** What lies under what. */
export interface Tree {
  /** What lies under nothing, or the root that is asked for; the oldest first. */
  results: TreeNode[];
}

/** A page or database with what lies under it. */
export interface TreeNode {
  /** Its id. */
  id: string;
  /** What it is. */
  object: TreeObject;
  /** Its title as plain text. */
  title: string;
  /** The path of a page. */
  path: string | null;
  /** What stands before the title. */
  icon: Icon | null;
  /** Whether anything lies under it, given or not. */
  has_children: boolean;
  /** What lies under it, as far as it is asked for. */
  children: TreeNode[];
}

/** What a node of the tree is. */
export type TreeObject = "page" | "database";

/** What a search found. */
export interface SearchResults {
  /** Those with all the words in the title first, and the others; of each those edited last first. */
  results: PageSummary[];
  /** How many pages have the words, given or not. */
  total: number;
}

/** The comments of a page. */
export interface CommentList {
  /** As Notion lists them; those of threads that are still open. */
  results: Comment[];
}

/** The fields of a comment. */
export interface Comment {
  /** Always "comment". */
  object: "comment";
  /** The comment's id. */
  id: string;
  /** The page or the block it is about. */
  parent: Parent;
  /** The thread. */
  discussion_id: string;
  /** When it was written, floored to the minute. */
  created_time: string;
  /** When it was last edited, floored to the minute. */
  last_edited_time: string;
  /** Who wrote it. */
  created_by: User;
  /** The text. */
  rich_text: RichText[];
  /** The files attached to it. */
  attachments?: CommentAttachment[];
  /** Under which name it is shown. */
  display_name?: CommentDisplayName;
}

/** A file attached to a comment. */
export interface CommentAttachment {
  /** "audio", "image", "pdf", "productivity" or "video". */
  category: string;
  /** Where it is. */
  file: HostedFile;
}

/** Under which name a comment is shown. */
export interface CommentDisplayName {
  /** "custom", "user" or "integration". */
  type: string;
  /** The name. */
  resolved_name: string | null;
}

/** A part of the stream of events. */
export interface EventList {
  /** The events, oldest first. */
  results: ContentEvent[];
  /** What to give as `after` the next time. */
  next: string;
  /**
   * Whether events after `after` may be in the stream no more, or `after` is none of its events, as where the store was emptied,
   * restored or replaced: read the pages again.
   */
  missed: boolean;
}

/** Something that happened. */
export type ContentEvent = PageEvent | ExportEvent;

/** Something that happened to a page. */
export interface PageEvent {
  /** Its place in the stream. */
  id: string;
  /** What. */
  type: PageEventType;
  /** When, in milliseconds since 1970. */
  ts: number;
  /** Which page. */
  data: PageVersion;
}

/** What happens to a page. */
export type PageEventType =
  /** It is there; with a publish rule, also that it became public. */
  | "page.created"
  /** It has changed. */
  | "page.updated"
  /** It is gone; with a publish rule, also that it is public no longer. */
  | "page.deleted"
  /** `TTL` has ended it. */
  | "page.expired";

/** A page in one of its versions. */
export interface PageVersion {
  /** The page's id. */
  id: string;
  /** What reads of it name as `v`, so that they get none from before the event. */
  version: number;
}

/** Something that happened to an export. */
export interface ExportEvent {
  /** Its place in the stream. */
  id: string;
  /** What. */
  type: ExportEventType;
  /** When, in milliseconds since 1970. */
  ts: number;
  /** What there is to tell, by names. */
  data: Record<string, unknown>;
}

/** What happens to an export. */
export type ExportEventType =
  /** It begins. */
  | "export.started"
  /** It goes on: how far it is. */
  | "export.progress"
  /** It is over. */
  | "export.completed"
  /** Someone ended it. */
  | "export.cancelled"
  /** It could not go on. */
  | "export.failed";

/** A page, without its blocks. */
export interface Page {
  /** Always "page". */
  object: "page";
  /** The page's id. */
  id: string;
  /** When it was made, floored to the minute. */
  created_time: string;
  /** When it was last edited, floored to the minute. */
  last_edited_time: string;
  /** Who made it. */
  created_by: User;
  /** Who edited it last. */
  last_edited_by: User;
  /** The picture above the title. */
  cover: FileObject | null;
  /** What stands before the title. */
  icon: Icon | null;
  /** Where the page hangs. */
  parent: Parent;
  /** The page is in the trash. */
  in_trash: boolean;
  /** The page was put away, which is not the trash. */
  is_archived: boolean;
  /** Nobody may edit the page. */
  is_locked: boolean;
  /** The values of the page's properties; only a title where it is not in a data source. */
  properties: Record<string, PropertyValue>;
  /** The page inside of Notion; do not take the id from it. */
  url: string;
  /** The page on the web, where it is published. */
  public_url: string | null;
}

/** A database, which holds data sources. */
export interface Database {
  /** Always "database". */
  object: "database";
  /** The database's id, and that of its block. */
  id: string;
  /** Its title. */
  title: RichText[];
  /** What it is for. */
  description: RichText[];
  /** Where it hangs. */
  parent: Parent;
  /** It is shown inside of its page. */
  is_inline: boolean;
  /** It is in the trash. */
  in_trash: boolean;
  /** Nobody may edit it. */
  is_locked: boolean;
  /** When it was made. */
  created_time: string;
  /** When it was last edited; rows do not touch it. */
  last_edited_time: string;
  /** Its data sources; none where they are not shared. */
  data_sources: DataSourceReference[];
  /** What stands before the title. */
  icon: Icon | null;
  /** The picture above the title. */
  cover: FileObject | null;
  /** The database inside of Notion. */
  url: string;
  /** The database on the web, where it is published. */
  public_url: string | null;
  /** What Notion makes of it, such as "tasks". */
  database_type?: string | null;
}

/** A data source, as its database names it. */
export interface DataSourceReference {
  /** The data source's id. */
  id: string;
  /** What it is called. */
  name: string;
}

/** A data source, which holds a schema and rows. */
export interface DataSource {
  /** Always "data_source". */
  object: "data_source";
  /** The data source's id, which is not that of its database. */
  id: string;
  /** Its title. */
  title: RichText[];
  /** What it is for. */
  description: RichText[];
  /** Its database, or the data source that it mirrors. */
  parent: Parent;
  /** Where its database hangs. */
  database_parent: Parent;
  /** Its database is shown inside of a page. */
  is_inline: boolean;
  /** It is in the trash. */
  in_trash: boolean;
  /** When it was made, floored to the minute. */
  created_time: string;
  /** When its schema was last edited, floored to the minute; rows do not touch it. */
  last_edited_time: string;
  /** Who made it. */
  created_by: User;
  /** Who edited it last. */
  last_edited_by: User;
  /** The schema. */
  properties: Record<string, PropertySchema>;
  /** What stands before the title. */
  icon: Icon | null;
  /** The picture above the title. */
  cover: FileObject | null;
  /** The data source inside of Notion. */
  url: string;
  /** The data source on the web, where it is published. */
  public_url: string | null;
  /** What Notion makes of it, such as "tasks". */
  database_type?: string | null;
}

/** What a property is. */
export type PropertySchema =
  | TitlePropertySchema
  | RichTextPropertySchema
  | NumberPropertySchema
  | SelectPropertySchema
  | MultiSelectPropertySchema
  | StatusPropertySchema
  | DatePropertySchema
  | PeoplePropertySchema
  | FilesPropertySchema
  | CheckboxPropertySchema
  | UrlPropertySchema
  | EmailPropertySchema
  | PhoneNumberPropertySchema
  | FormulaPropertySchema
  | RelationPropertySchema
  | RollupPropertySchema
  | CreatedTimePropertySchema
  | LastEditedTimePropertySchema
  | CreatedByPropertySchema
  | LastEditedByPropertySchema
  | LastVisitedTimePropertySchema
  | ButtonPropertySchema
  | UniqueIdPropertySchema
  | VerificationPropertySchema
  | PlacePropertySchema
  | LocationPropertySchema;

/** What every PropertySchema has. */
export interface PropertySchemaFields {
  /** Stays the same when the property is renamed; "title" for the title. */
  id: string;
  /** What it is called. */
  name: string;
  /** What it is for. */
  description?: string | null;
}

/** The title of the pages; each data source has one. */
export interface TitlePropertySchema extends PropertySchemaFields {
  type: "title";
  title: Empty;
}

/** Text. */
export interface RichTextPropertySchema extends PropertySchemaFields {
  type: "rich_text";
  rich_text: Empty;
}

/** A number. */
export interface NumberPropertySchema extends PropertySchemaFields {
  type: "number";
  number: NumberSchema;
}

/** How a number is shown. */
export interface NumberSchema {
  /** Such as "number", "percent" or "euro". */
  format: string;
}

/** One of several options. */
export interface SelectPropertySchema extends PropertySchemaFields {
  type: "select";
  select: SelectSchema;
}

/** The options of a select or multi-select property. */
export interface SelectSchema {
  /** In their order. */
  options: SelectOption[];
}

/** Some of several options. */
export interface MultiSelectPropertySchema extends PropertySchemaFields {
  type: "multi_select";
  multi_select: SelectSchema;
}

/** One of several options, which are in groups. */
export interface StatusPropertySchema extends PropertySchemaFields {
  type: "status";
  status: StatusSchema;
}

/** The options of a status property. */
export interface StatusSchema {
  /** In their order. */
  options: SelectOption[];
  /** To-do, in progress, complete. */
  groups: StatusGroup[];
}

/** A group of options. */
export interface StatusGroup {
  /** The group's id. */
  id: string;
  /** What it is called. */
  name: string;
  /** Its colour. */
  color: Color;
  /** The options in it. */
  option_ids: string[];
}

/** A date or a range of dates. */
export interface DatePropertySchema extends PropertySchemaFields {
  type: "date";
  date: Empty;
}

/** Users and groups. */
export interface PeoplePropertySchema extends PropertySchemaFields {
  type: "people";
  people: Empty;
}

/** Files. */
export interface FilesPropertySchema extends PropertySchemaFields {
  type: "files";
  files: Empty;
}

/** Checked or not. */
export interface CheckboxPropertySchema extends PropertySchemaFields {
  type: "checkbox";
  checkbox: Empty;
}

/** A URL. */
export interface UrlPropertySchema extends PropertySchemaFields {
  type: "url";
  url: Empty;
}

/** An address of e-mail. */
export interface EmailPropertySchema extends PropertySchemaFields {
  type: "email";
  email: Empty;
}

/** A phone number. */
export interface PhoneNumberPropertySchema extends PropertySchemaFields {
  type: "phone_number";
  phone_number: Empty;
}

/** A formula. */
export interface FormulaPropertySchema extends PropertySchemaFields {
  type: "formula";
  formula: FormulaSchema;
}

/** A formula. */
export interface FormulaSchema {
  /** The formula's source. */
  expression: string;
}

/** Pages of another data source, or of this one. */
export interface RelationPropertySchema extends PropertySchemaFields {
  type: "relation";
  relation: RelationSchema;
}

/** Whether the pages point back. */
export type RelationSchema = SinglePropertyRelationSchema | DualPropertyRelationSchema;

/** They do not. */
export interface SinglePropertyRelationSchema {
  /** The database of the pages. */
  database_id: string;
  /** The data source of the pages. */
  data_source_id: string;
  type: "single_property";
  single_property: Empty;
}

/** They do. */
export interface DualPropertyRelationSchema {
  /** The database of the pages. */
  database_id: string;
  /** The data source of the pages. */
  data_source_id: string;
  type: "dual_property";
  dual_property: SyncedProperty;
}

/** The property by which the pages point back. */
export interface SyncedProperty {
  /** Its id. */
  synced_property_id?: string;
  /** What it is called. */
  synced_property_name?: string;
}

/** What the pages of a relation amount to. */
export interface RollupPropertySchema extends PropertySchemaFields {
  type: "rollup";
  rollup: RollupSchema;
}

/** A rollup. */
export interface RollupSchema {
  /** How the values are taken together. */
  function: string;
  /** The property of the pages which is taken. */
  rollup_property_name: string;
  /** Its id. */
  rollup_property_id: string;
  /** The relation that names the pages. */
  relation_property_name: string;
  /** Its id. */
  relation_property_id: string;
}

/** When a page was made. */
export interface CreatedTimePropertySchema extends PropertySchemaFields {
  type: "created_time";
  created_time: Empty;
}

/** When a page was last edited. */
export interface LastEditedTimePropertySchema extends PropertySchemaFields {
  type: "last_edited_time";
  last_edited_time: Empty;
}

/** Who made a page. */
export interface CreatedByPropertySchema extends PropertySchemaFields {
  type: "created_by";
  created_by: Empty;
}

/** Who edited a page last. */
export interface LastEditedByPropertySchema extends PropertySchemaFields {
  type: "last_edited_by";
  last_edited_by: Empty;
}

/** When a page was last visited. */
export interface LastVisitedTimePropertySchema extends PropertySchemaFields {
  type: "last_visited_time";
  last_visited_time: Empty;
}

/** A button. */
export interface ButtonPropertySchema extends PropertySchemaFields {
  type: "button";
  button: Empty;
}

/** A number that no other page has. */
export interface UniqueIdPropertySchema extends PropertySchemaFields {
  type: "unique_id";
  unique_id: UniqueIdSchema;
}

/** A number that no other page has. */
export interface UniqueIdSchema {
  /** Stands before the number. */
  prefix?: string | null;
}

/** Whether a page, in a wiki, can be trusted. */
export interface VerificationPropertySchema extends PropertySchemaFields {
  type: "verification";
  verification: Empty;
}

/** A place on earth. */
export interface PlacePropertySchema extends PropertySchemaFields {
  type: "place";
  place: Empty;
}

/** A place, in a shape that Notion does not document. */
export interface LocationPropertySchema extends PropertySchemaFields {
  type: "location";
  location: Empty;
}
