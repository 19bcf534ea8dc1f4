// The JSON that the server speaks, as types. Keys are strings; instants are RFC 3339 in UTC. What the
// OpenAPI document says exactly is taken from there; written by hand is only what it says loosely (a
// state is just a string there), and `agreement.ts` holds that to its fields.

import type { components } from "./openapi.d.ts";

type Schemas = components["schemas"];

export type Key = string;
export type Instant = string;

export interface Label {
  en: string;
  zh: string;
}

export type Role = "admin" | "manager" | "sales" | "read_only";

export interface Me {
  user: Key;
  login: string;
  name: string;
  role: Role;
  /** The language in the user's record, where it names one. */
  language?: string;
  permissions: string[];
}

/** RFC 9457 problem details. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  problems?: ProblemItem[];
}

/** One reason of a refusal: of a field of a record, or of a place in a deployed resource. */
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
  default?: FieldValue;
  max?: number;
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
  navigation: boolean;
  part_of?: { field: string; collection: string } | null;
  stages?: { field: string; process: string } | null;
  fields: FieldDef[];
  access: { write: boolean };
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

export interface RecordRow {
  key: Key;
  object: string;
  version: number;
  title: string;
  created_at: Instant;
  created_by: Key | Named | null;
  updated_at: Instant;
  updated_by: Key | Named | null;
  fields: Fields;
  references?: Record<string, RecordRef>;
  /** Its stage keeps people from changing it. */
  locked?: Lock | null;
}

/** What locks a record, and what may be written all the same. */
export interface Lock {
  field: string;
  value: string;
  label: Label;
  open: string[];
}

export interface RecordWithParts extends RecordRow {
  parts?: Record<string, RecordRow[]>;
}

export interface Named {
  key: Key;
  title: string;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Count = Schemas["CountBody"];

export interface RecordPage extends Page<RecordRow> {
  count?: Count;
}

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

export type TimelineKind =
  | "created"
  | "updated"
  | "deleted"
  | "step"
  | "decision"
  | "mail"
  | "incident";

export interface TimelineEntry {
  key: Key;
  at: Instant;
  kind: TimelineKind;
  by?: Named | null;
  cause?: StepRef | null;
  changes?: FieldChange[];
  step?: StepRef & {
    element_type: string;
    state: ElementState;
    started_at: Instant;
    ended_at?: Instant | null;
  };
  decision?: StepRef & { key: Key; decision_id: string; name?: string | null };
  mail?: { key: Key; to: string; subject: string; state: OutboxState };
  incident?: StepRef & { key: Key; error: string; message: string; state: string };
}

/** An element of an instance, as others name it. */
export type StepRef = Schemas["StepRef"];

export type StageState = "done" | "current" | "upcoming" | "failed";

export interface Stages {
  process?: string | null;
  instance?: Key | null;
  state?: InstanceState | null;
  stages: { value: string; label: Label; state: StageState; reached_at?: Instant | null }[];
}

// Processes

export interface ProcessVersion {
  key: Key;
  id: string;
  name?: string | null;
  version: number;
  version_tag?: string | null;
  deployed_at: Instant;
  record_object?: string | null;
  active: number;
  completed: number;
  terminated: number;
  incidents: number;
}

export interface ProcessWithXml extends ProcessVersion {
  xml: string;
}

export type ElementCount = Schemas["ElementCountBody"];

export type FlowCount = Schemas["FlowCountBody"];

export type ProcessCounts = Schemas["Counts"];

export type Deployment = Schemas["Deployment"];

// Instances

export type InstanceState = "active" | "completed" | "terminated";

export type ProcessRef = Schemas["ProcessRef"];

export interface Instance {
  key: Key;
  process: ProcessRef;
  state: InstanceState;
  record?: RecordRef | null;
  started_at: Instant;
  ended_at?: Instant | null;
  incidents: number;
}

export type ElementState = "active" | "completed" | "terminated";

export interface ElementInstance {
  key: Key;
  element_id: string;
  element_name?: string | null;
  element_type: string;
  state: ElementState;
  started_at: Instant;
  ended_at?: Instant | null;
  incident?: Key | null;
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Variable {
  key: Key;
  name: string;
  scope: Key;
  value: Json;
}

export interface Incident {
  key: Key;
  element_id: string;
  kind: string;
  message: string;
  state: "open" | "resolved";
  created_at: Instant;
}

export interface EventBatch {
  version: number;
  at: Instant;
  /** As the engine stores them: an event's name alone, or its name with what it carries. */
  events: Json[];
}

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
  warnings?: { code: string; message: string; start: number; end: number }[];
}

export interface Decision {
  key: Key;
  decision_id: string;
  name?: string | null;
  /** The version of the decision, for `/api/decision-models`. */
  definition: Key;
  at: Instant;
  instance?: Key | null;
  element_id?: string | null;
  trace: { decisions: DecisionTrace[] };
}

export interface DecisionModel {
  key: Key;
  id: string;
  name?: string | null;
  version: number;
  deployed_at: Instant;
  xml?: string | null;
}

// User tasks

export interface UserTask {
  key: Key;
  name?: string | null;
  element_id: string;
  process: ProcessRef;
  instance: Key;
  record?: RecordRef | null;
  assignee?: string | null;
  candidate_groups: string[];
  /** Logins of those who may claim it besides the groups. */
  candidate_users: string[];
  form_id?: string | null;
  due_at?: Instant | null;
  created_at: Instant;
  ended_at?: Instant | null;
  state: "created" | "completed" | "cancelled";
}

export interface UserTaskWithForm extends UserTask {
  form?: Json;
  variables?: { [name: string]: Json };
}

// The rest

export type OutboxState = "waiting" | "sent" | "not_configured" | "failed";

export interface OutboxEntry {
  key: Key;
  kind: string;
  to: string;
  cc?: string | null;
  subject: string;
  body: string;
  state: OutboxState;
  /** Why the last try failed. */
  error?: string | null;
  attempts: number;
  /** When it is tried again, where it waits. */
  next_at?: Instant | null;
  perhaps_sent_twice: boolean;
  at: Instant;
  record?: RecordRef | null;
  instance?: Key | null;
}

export type Token = Schemas["TokenBody"];

/** What a server-sent event says: something changed; fetch it under your own rights. */
export interface Changed {
  kind: "record" | "instance" | "user_task" | "outbox" | "catalogue" | "incident" | "notification";
  object?: string;
  key: Key;
}
