// Entering a new record, its parts with it. Where the object has stages one chooses by the button how
// far it goes at once (an order: keep as draft, or submit); the process then takes it from there.

import { Alert, Button, Group, Kbd, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { Fields, ObjectDef, ProblemItem, RecordRef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { ObjectIcon } from "../../object/ObjectIcon.tsx";
import { partsOf, useObject, useObjects } from "../../object/objects.ts";
import { useMe } from "../../session/session.ts";
import { commandKey } from "../../shell/platform.ts";
import { useProblemText } from "../../ui/errorText.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Failed, Refusal } from "../../ui/states.tsx";
import { useUnsaved } from "../../ui/unsaved.tsx";
import { Panel } from "../page/Panel.tsx";
import { useCreateRecord } from "../records.ts";
import { isWritable } from "../value/FieldText.tsx";
import {
  isFilledIn,
  type PartDrafts,
  stageField,
  startingFields,
  startingParts,
  toNewRecord,
  type Way,
  waysToSave,
} from "./entry.ts";
import { FieldsEntry } from "./FieldsEntry.tsx";
import classes from "./new.module.css";
import { PartsEntry } from "./PartsEntry.tsx";

const route = getRouteApi("/shell/records/$object/new");

export function NewRecordPage() {
  const { object: name } = route.useParams();
  const given = route.useSearch();
  const object = useObject(name);
  if (!object.access.write) {
    return <Failed error={new RequestError(403, { code: "denied" })} />;
  }
  return <NewRecordForm key={name} object={object} given={given} />;
}

function NewRecordForm({ object, given }: { object: ObjectDef; given: Record<string, string> }) {
  const { t, label } = useWords();
  const navigate = useNavigate();
  const parts = partsOf(useObjects(), object);
  const me = useMe();
  const create = useCreateRecord(object.name);
  const [values, setValues] = useState<Fields>(() => startingFields(object, given, me));
  const [references, setReferences] = useState<Record<string, RecordRef>>({});
  const [drafts, setDrafts] = useState<PartDrafts>(() => startingParts(parts));
  useUnsaved(isFilledIn(object, given, me, { fields: values, parts: drafts }));
  const form = useRef<HTMLFormElement>(null);
  const stage = stageField(object);
  const fields = object.fields.filter((field) => isWritable(field) && field !== stage);
  // What was changed since it was refused may be right now.
  const [mended, setMended] = useState<ReadonlySet<string>>(new Set());
  const refused = create.error instanceof RequestError ? create.error.problems : [];
  const problems = refused.filter(({ field }) => !mended.has(field ?? ""));
  // One goes on where the first of what is wrong stands, or sees what was said below a long form.
  useEffect(() => {
    if (create.error === null) return;
    const wrong = firstWrong(form.current);
    if (wrong !== null) wrong.focus();
    else form.current?.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  }, [create.error]);
  const shownBeside = (problem: ProblemItem) =>
    fields.some((field) => field.name === problem.field) ||
    parts.some((part) => problem.field?.startsWith(part.collection) === true);

  const [earlier, setEarlier] = useState<Earlier>();

  const save = (way: Way) => {
    const staged = stage && way.stage ? { ...values, [stage.name]: way.stage.value } : values;
    setMended(new Set());
    setEarlier(undefined);
    create.mutate(toNewRecord(object, staged, parts, drafts), {
      onSuccess: ({ record, as }) => {
        if (as === "sent before") return setEarlier({ record, way });
        void navigate({
          to: "/records/$object/$key",
          params: { object: object.name, key: record.key },
          replace: true,
          ignoreBlocker: true,
        });
      },
    });
  };

  return (
    <form
      ref={form}
      className={classes.page}
      autoComplete="off"
      // The server says what is wrong with which field, and all of it at once.
      noValidate
      onSubmit={(event) => event.preventDefault()}
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
          <FieldsEntry
            fields={fields}
            values={values}
            references={references}
            problems={problems}
            onChange={(field, value, reference) => {
              setMended((before) => new Set(before).add(field));
              setValues((before) => ({ ...before, [field]: value }));
              setReferences((before) => withReference(before, field, reference));
            }}
          />
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
        <OtherProblems
          error={create.error}
          problems={problems.filter((problem) => !shownBeside(problem))}
          shown={refused.some(shownBeside)}
        />
        {earlier === undefined ? null : (
          <SavedBefore
            object={object}
            record={earlier.record}
            onSaveAnother={() => save(earlier.way)}
          />
        )}
      </div>
      <SaveBar
        ways={waysToSave(stage)}
        saving={create.isPending}
        // What is saved beside an earlier one is saved by a button that says so.
        closed={earlier !== undefined}
        onSave={save}
        onCancel={() => void navigate({ to: "/records/$object", params: { object: object.name } })}
      />
    </form>
  );
}

function firstWrong(form: HTMLFormElement | null): HTMLElement | null {
  return form?.querySelector<HTMLElement>("[aria-invalid=true]") ?? null;
}

interface OtherProblemsProps {
  error: Error | null;
  /** Those that no input shows. */
  problems: readonly ProblemItem[];
  /** Whether some input shows one. */
  shown: boolean;
}

function OtherProblems({ error, problems, shown }: OtherProblemsProps) {
  const { t } = useWords();
  const problemText = useProblemText();
  return (
    <>
      {shown ? null : <Refusal error={error} />}
      {error instanceof RequestError && error.status === 0 ? (
        <Text size="sm" c="dimmed">
          {t("record.unanswered")}
        </Text>
      ) : null}
      {problems.map((problem) => (
        <p key={`${problem.field}${problem.message}`} className={classes.problem} role="alert">
          {problemText(problem)}
        </p>
      ))}
    </>
  );
}

/** What an earlier try has saved, and how far it was to go this time. */
interface Earlier {
  record: RecordRow;
  way: Way;
}

interface SavedBeforeProps {
  object: ObjectDef;
  record: RecordRow;
  onSaveAnother: () => void;
}

/** That an earlier try was done though its answer was lost, and so what was changed since was not. */
function SavedBefore({ object, record, onSaveAnother }: SavedBeforeProps) {
  const { t, label } = useWords();
  const open = useRef<HTMLAnchorElement>(null);
  useEffect(() => open.current?.focus(), []);
  // A record that one may not read has no title.
  const title = record.title || label(object.label);
  return (
    <Alert
      role="alert"
      color="yellow"
      variant="light"
      icon={<IconInfoCircle size={16} />}
      title={t("record.saved_before", { title })}
    >
      <Text size="sm">{t("record.saved_before_hint")}</Text>
      <Group gap="xs" mt="sm">
        <ButtonLink
          ref={open}
          to="/records/$object/$key"
          params={{ object: object.name, key: record.key }}
        >
          {t("record.open", { title })}
        </ButtonLink>
        <Button variant="default" onClick={onSaveAnother}>
          {t("record.save_another", { object: label(object.label) })}
        </Button>
      </Group>
    </Alert>
  );
}

interface SaveBarProps {
  ways: readonly Way[];
  saving: boolean;
  closed: boolean;
  onSave: (way: Way) => void;
  onCancel: () => void;
}

/** The last way goes furthest and is the main one. */
function SaveBar({ ways, saving, closed, onSave, onCancel }: SaveBarProps) {
  const { t, label } = useWords();
  const main = ways.at(-1);
  useHotkeys([["mod+Enter", () => main && !saving && !closed && onSave(main)]], []);
  return (
    <footer className={classes.footer}>
      <Button variant="default" onClick={onCancel}>
        {t("action.cancel")}
      </Button>
      <Group gap="xs">
        {ways.map((way) => (
          <Button
            key={way.stage?.value ?? ""}
            variant={way === main ? "filled" : "default"}
            loading={saving && way === main}
            disabled={saving || closed}
            rightSection={
              way === main ? (
                <Kbd size="xs" className={classes.hint ?? ""}>
                  {commandKey} ↵
                </Kbd>
              ) : null
            }
            onClick={() => onSave(way)}
          >
            {way.stage === undefined
              ? t("action.save")
              : t("record.save_as", { stage: label(way.stage.label) })}
          </Button>
        ))}
      </Group>
    </footer>
  );
}

function withReference(
  before: Record<string, RecordRef>,
  field: string,
  reference: RecordRef | undefined,
): Record<string, RecordRef> {
  const { [field]: _former, ...others } = before;
  return reference === undefined ? others : { ...others, [field]: reference };
}
