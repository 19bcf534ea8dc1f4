// Proves at compile time that the wire types name the very fields of the server's OpenAPI document, and
// treat as absent what the server may leave out. The document itself says less than we know (a state
// is just a string there), so the wire types stay our own.

import type { components } from "./openapi.d.ts";
import type * as wire from "./wire.ts";

type Schemas = components["schemas"];

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** `true`, or what is wrong: fields that one side lacks, fields that may be absent unnoticed. */
type Agrees<Ours, Theirs> = [
  Exclude<keyof Theirs, keyof Ours>,
  Exclude<keyof Ours, keyof Theirs>,
  Exclude<OptionalKeys<Theirs>, OptionalKeys<Ours>>,
] extends [never, never, never]
  ? true
  : {
      missing: Exclude<keyof Theirs, keyof Ours>;
      unknown: Exclude<keyof Ours, keyof Theirs>;
      mayBeAbsent: Exclude<OptionalKeys<Theirs>, OptionalKeys<Ours>>;
    };

type All<_Checks extends true[]> = never;

export type Agreement = All<
  [
    Agrees<wire.Me, Schemas["Me"]>,
    Agrees<Required<wire.Problem>, Required<Schemas["Problem"]>>,
    Agrees<wire.RecordWithParts, Schemas["RecordBody"]>,
    Agrees<wire.RecordPage, Schemas["RecordList"]>,
    Agrees<wire.Stages, Schemas["StageBar"]>,
    Agrees<wire.Stages["stages"][number], Schemas["Stage"]>,
    Agrees<NonNullable<wire.TimelineEntry["step"]>, Schemas["Step"]>,
    Agrees<NonNullable<wire.TimelineEntry["decision"]>, Schemas["DecisionMade"]>,
    Agrees<NonNullable<wire.TimelineEntry["incident"]>, Schemas["IncidentRaised"]>,
    Agrees<NonNullable<wire.TimelineEntry["mail"]>, Schemas["Mail"]>,
    Agrees<Partial<wire.ProcessWithXml>, Partial<Schemas["ProcessBody"]>>,
    Agrees<wire.Instance, Schemas["InstanceBody"]>,
    Agrees<wire.ElementInstance, Schemas["ElementBody"]>,
    Agrees<wire.Variable, Schemas["VariableBody"]>,
    Agrees<wire.Incident, Schemas["IncidentBody"]>,
    Agrees<wire.EventBatch, Schemas["Batch"]>,
    Agrees<wire.Decision, Schemas["DecisionBody"]>,
    Agrees<wire.DecisionModel, Schemas["DecisionModel"]>,
    Agrees<wire.UserTaskWithForm, Schemas["UserTaskBody"]>,
    Agrees<wire.OutboxEntry, Schemas["OutboxBody"]>,
  ]
>;
