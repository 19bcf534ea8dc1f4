// The JSON that the server speaks, as types. Keys are strings; instants are RFC 3339 in UTC. They are taken
// from the server's OpenAPI document; written by hand is only what is free in form there: the definitions
// of objects, the values of fields, what FEEL evaluates to.

import type { components } from "./openapi.d.ts";

type Schemas = components["schemas"];

/** A schema whose loose properties are said more exactly. */
type Exact<Loose, Properties extends Partial<Record<keyof Loose, unknown>>> = Omit<
  Loose,
  keyof Properties
> &
  Properties;

export type Key = string;
export type Instant = string;

export type Label = Schemas["Label"];

export type Role = Schemas["Role"];

export type Me = Schemas["Me"];

/** RFC 9457 problem details; a proxy's answer may hold less of them. */
export type Problem = Partial<Schemas["Problem"]>;

/** One reason of a refusal: of a field of a record, of a row of a file, of a place in a model. */
export type ProblemItem = Schemas["ProblemDetail"];

// Objects

export type FieldType =
  | "text"
  | "auto_number"
  | "long_text"
  | "number"
  | "money"
  | "percent"
  | "date"
  | "date_time"
  | "boolean"
  | "choice"
  | "email"
  | "phone"
  | "url"
  | "reference";

export interface Choice {
  value: string;
  label: Label;
  color?: string | null;
  /** Only a process sets it. */
  read_only?: boolean;
}

export interface FieldDef {
  name: string;
  label: Label;
  type: FieldType;
  required?: boolean;
  unique?: boolean;
  read_only?: boolean;
  help?: Label | null;
  /** A value; `"me"` where the field refers to a user: whoever creates the record. */
  default?: FieldValue;
  /** The least value of a number, a percentage or an amount; text where a double does not hold it. */
  min?: number | string;
  /** The greatest such value, or the length of a text. */
  max?: number | string;
  scale?: number;
  currency?: string | null;
  options?: Choice[];
  /** The object that a reference points to. */
  object?: string;
}

export interface ObjectDef {
  name: string;
  label: Label;
  plural: Label;
  icon?: string | null;
  /** The field shown as a record's name. */
  title: string;
  list: string[];
  /** The fields that tell a record from others, beside its title. */
  summary?: string[];
  navigation: boolean;
  part_of?: { field: string; collection: string } | null;
  stages?: {
    field: string;
    process: string;
    /** The stages that lock a record only while a process runs on it. */
    locked_while_running?: { value: string }[];
    ends?: StageEnd[];
  } | null;
  fields: FieldDef[];
  access: { write: boolean };
}

/** An option of the stage field at which the way may end. */
export interface StageEnd {
  value: string;
  outcome: Schemas["Outcome"];
}

export interface Objects {
  objects: ObjectDef[];
}

// Records

export interface Money {
  amount: string;
  currency: string;
}

export type FieldValue = string | number | boolean | Money | null;

export type Fields = Record<string, FieldValue>;

export type RecordRef = Schemas["RecordTitle"];

/** What locks a record, and what may be written all the same. */
export type Lock = Schemas["RecordLock"];

export type RecordRow = Exact<Omit<Schemas["RecordBody"], "parts">, { fields: Fields }>;

export type RecordWithParts = RecordRow & { parts?: Record<string, RecordRow[]> };

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Count = Schemas["CountBody"];

export type RecordPage = Page<RecordRow> & { count: Count };

export interface NewRecord {
  fields: Fields;
  parts?: Record<string, { fields: Fields }[]>;
}

export interface FieldChange {
  field: string;
  old: FieldValue;
  new: FieldValue;
  old_title?: string;
  new_title?: string;
}

type WithChanges<Entry> = Entry extends { changes: unknown }
  ? Omit<Entry, "changes"> & { changes: FieldChange[] }
  : Entry;

export type TimelineEntry = WithChanges<Schemas["Entry"]>;

/** An element of an instance, as others name it. */
export type StepRef = Schemas["StepRef"];

export type Stages = Schemas["StageBar"];

// Processes

export type ProcessVersion = Schemas["ProcessBody"];

export type ProcessWithXml = Exact<ProcessVersion, { xml: string }>;

export type ElementCount = Schemas["ElementCountBody"];

export type FlowCount = Schemas["FlowCountBody"];

export type ProcessCounts = Schemas["Counts"];

export type Deployment = Schemas["Deployment"];

// Instances

export type InstanceState = Schemas["InstanceState"];

export type ProcessRef = Schemas["ProcessRef"];

export type Instance = Schemas["InstanceBody"];

export type ElementInstance = Schemas["ElementBody"];

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export type Variable = Exact<Schemas["VariableBody"], { value: Json }>;

export type Incident = Schemas["IncidentBody"];

/** Events as the engine stores them: a name alone, or a name with what it carries. */
export type EventBatch = Exact<Schemas["Batch"], { events: Json[] }>;

// Decisions

export interface DecisionTrace {
  decision_id: string;
  name?: string | null;
  kind: string;
  inputs: { id: string; name?: string | null; expression?: string | null; value: Json }[];
  matched: {
    index: number;
    id?: string | null;
    outputs: { id: string; name?: string | null; value: Json }[];
  }[];
  output: Json;
  warnings?: {
    code: string;
    message: string;
    start: number;
    end: number;
    source?: { element: string; text: string } | null;
  }[];
}

export type Decision = Exact<Schemas["DecisionBody"], { trace: { decisions: DecisionTrace[] } }>;

export type DecisionModel = Schemas["DecisionModel"];

export type Tree = Schemas["TreeBody"];

export type TreeNode = Schemas["TreeNode"];

export type TreeQuestion = Schemas["TreeQuestion"];

// User tasks

export type RecordSummary = Exact<Schemas["RecordSummary"], { fields: Fields }>;

export type UserTask = Omit<Schemas["UserTaskBody"], "form" | "variables" | "record"> & {
  record?: RecordSummary | null;
};

export type UserTaskWithForm = UserTask & { form?: Json; variables?: { [name: string]: Json } };

// The rest

export type OutboxState = Schemas["OutboxState"];

export type OutboxEntry = Schemas["OutboxBody"];

export type Token = Schemas["TokenBody"];

/** What a server-sent event says: something changed; fetch it under your own rights. */
export interface Changed {
  kind: "record" | "instance" | "user_task" | "outbox" | "catalogue" | "incident" | "notification";
  object?: string;
  key: Key;
}
