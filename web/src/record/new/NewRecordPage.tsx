// Entering a new record, its parts with it. Where the object has stages one chooses by the button how
// far it goes at once (an order: keep as draft, or submit); the process then takes it from there.

import { Button, Group, Kbd } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { Choice, FieldDef, Fields, ObjectDef, RecordRef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { ObjectIcon } from "../../object/ObjectIcon.tsx";
import { fieldOf, partsOf, useObject, useObjects } from "../../object/objects.ts";
import { commandKey } from "../../shell/platform.ts";
import { useProblemText } from "../../ui/errorText.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Refusal } from "../../ui/states.tsx";
import { Panel } from "../page/Panel.tsx";
import { isEmpty, newDraft, type PartDraft } from "../part/draft.ts";
import { recordQuery, useCreateRecord } from "../records.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import { isWritable, openOptions } from "../value/FieldText.tsx";
import classes from "./new.module.css";
import { PartsEntry } from "./PartsEntry.tsx";

const route = getRouteApi("/shell/records/$object/new");

export function NewRecordPage() {
  const { object: name } = route.useParams();
  const given = route.useSearch();
  return <NewRecordForm key={name} object={useObject(name)} given={given} />;
}

function NewRecordForm({ object, given }: { object: ObjectDef; given: Record<string, string> }) {
  const { t, label } = useWords();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const parts = partsOf(useObjects(), object);
  const create = useCreateRecord(object.name);
  const [fields, setFields] = useState<Fields>(() => startingFields(object, given));
  const [chosen, setChosen] = useState<Record<string, RecordRef>>({});
  const [drafts, setDrafts] = useState<Record<string, PartDraft[]>>(() =>
    Object.fromEntries(parts.map((part) => [part.collection, [newDraft()]])),
  );
  const form = useRef<HTMLFormElement>(null);
  const stage = stageField(object);
  const problems = create.error instanceof RequestError ? create.error.problems : [];
  const shownFields = object.fields.filter((field) => isWritable(field) && field !== stage);
  const shownProblems = new Set(shownFields.map((field) => field.name));
  const placed = (field: string | undefined) =>
    field !== undefined &&
    (shownProblems.has(field) || parts.some((part) => field.startsWith(part.collection)));

  const save = (stageValue: string | undefined) => {
    if (form.current?.reportValidity() === false) return;
    const all =
      stage === undefined || stageValue === undefined
        ? fields
        : { ...fields, [stage.name]: stageValue };
    create.mutate(
      {
        fields: withoutBlanks(all),
        ...(parts.length === 0
          ? {}
          : {
              parts: Object.fromEntries(
                parts.map((part) => [
                  part.collection,
                  (drafts[part.collection] ?? [])
                    .filter((draft) => !isEmpty(draft))
                    .map((draft) => ({ fields: withoutBlanks(draft.fields) })),
                ]),
              ),
            }),
      },
      {
        onSuccess: (record) =>
          void navigate({
            to: "/records/$object/$key",
            params: { object: object.name, key: record.key },
            replace: true,
          }),
      },
    );
  };
  const ways = waysToSave(stage);
  const main = ways.at(-1);
  useHotkeys([["mod+Enter", () => save(main?.value)]], []);

  return (
    <form
      ref={form}
      className={classes.page}
      onSubmit={(event) => event.preventDefault()}
      autoComplete="off"
    >
      <PageHeader
        title={t("record.new", { object: label(object.label) })}
        icon={<ObjectIcon name={object.icon} size={22} />}
        parent={{
          label: label(object.plural),
          link: { to: "/records/$object", params: { object: object.name } },
        }}
      />
      <div className={classes.body}>
        <Panel title={t("record.details")}>
          <div className={classes.fields}>
            {shownFields.map((field, index) => {
              const problem = problems.find((one) => one.field === field.name);
              return (
                <div key={field.name} data-wide={field.type === "long_text"}>
                  <FieldInput
                    field={field}
                    label={label(field.label)}
                    description={field.help ? label(field.help) : undefined}
                    required={field.required === true}
                    autoFocus={index === 0}
                    value={fields[field.name]}
                    reference={chosen[field.name]}
                    error={problem === undefined ? null : problemText(problem)}
                    onChange={(value, row) => {
                      setFields((before) => ({ ...before, [field.name]: value }));
                      setChosen((before) => withReference(before, field.name, row));
                    }}
                  />
                  <GivenReference
                    field={field}
                    value={fields[field.name]}
                    known={chosen[field.name] !== undefined}
                    onKnown={(reference) =>
                      setChosen((before) => ({ ...before, [field.name]: reference }))
                    }
                  />
                </div>
              );
            })}
          </div>
        </Panel>
        {parts.map((part) => (
          <PartsEntry
            key={part.collection}
            part={part}
            drafts={drafts[part.collection] ?? []}
            problems={problems}
            onChange={(rows) => setDrafts((before) => ({ ...before, [part.collection]: rows }))}
          />
        ))}
        {create.error !== null && !problems.some((problem) => placed(problem.field)) ? (
          <Refusal error={create.error} onClose={create.reset} />
        ) : null}
        {problems
          .filter((problem) => !placed(problem.field))
          .map((problem) => (
            <p key={`${problem.field}${problem.message}`} className={classes.problem} role="alert">
              {problemText(problem)}
            </p>
          ))}
      </div>
      <footer className={classes.footer}>
        <Button
          variant="default"
          onClick={() => void navigate({ to: "/records/$object", params: { object: object.name } })}
        >
          {t("action.cancel")}
        </Button>
        <Group gap="xs">
          {ways.map((way) => (
            <Button
              key={way.value ?? ""}
              variant={way === main ? "filled" : "default"}
              loading={create.isPending && way === main}
              disabled={create.isPending}
              rightSection={
                way === main ? (
                  <Kbd size="xs" className={classes.hint ?? ""}>
                    {commandKey} ↵
                  </Kbd>
                ) : null
              }
              onClick={() => save(way.value)}
            >
              {way.option === undefined
                ? t("action.save")
                : t("record.save_as", { stage: label(way.option.label) })}
            </Button>
          ))}
        </Group>
      </footer>
    </form>
  );
}

/** The title of a record that the address named, so that its input does not show a bare key. */
function GivenReference(props: {
  field: FieldDef;
  value: unknown;
  known: boolean;
  onKnown: (reference: RecordRef) => void;
}) {
  const { field, value, known, onKnown } = props;
  const wanted = field.type === "reference" && typeof value === "string" && !known;
  const { data } = useQuery({
    ...recordQuery(field.object ?? "", String(value)),
    enabled: wanted,
  });
  const tell = useEffectEvent(onKnown);
  useEffect(() => {
    if (wanted && data !== undefined)
      tell({ object: data.object, key: data.key, title: data.title });
  }, [wanted, data]);
  return null;
}

const MOST_WAYS = 3;

interface Way {
  value: string | undefined;
  option: Choice | undefined;
}

/** One way for each stage that a person may put a record into; the others belong to the process. */
function waysToSave(stage: FieldDef | undefined): Way[] {
  const open = stage === undefined ? [] : openOptions(stage);
  if (open.length < 2) return [{ value: undefined, option: undefined }];
  return open.map((option) => ({ value: option.value, option }));
}

function stageField(object: ObjectDef): FieldDef | undefined {
  const field = object.stages ? fieldOf(object, object.stages.field) : undefined;
  if (field === undefined || field.type !== "choice" || !isWritable(field)) return undefined;
  // With many stages a button for each would be a crowd; then it is an ordinary choice.
  return openOptions(field).length <= MOST_WAYS ? field : undefined;
}

function startingFields(object: ObjectDef, given: Record<string, string>): Fields {
  const fields: Fields = {};
  for (const field of object.fields) {
    if (!isWritable(field)) continue;
    const value = given[field.name] ?? field.default ?? null;
    if (value !== null) fields[field.name] = value;
  }
  return fields;
}

function withoutBlanks(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== ""),
  );
}

function withReference(
  before: Record<string, RecordRef>,
  field: string,
  row: { object: string; key: string; title: string } | undefined,
): Record<string, RecordRef> {
  const after = { ...before };
  if (row === undefined) delete after[field];
  else after[field] = { object: row.object, key: row.key, title: row.title };
  return after;
}
