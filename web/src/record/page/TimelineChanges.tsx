// What a change wrote: each field, its old and its new value, and the step of a process that did it.

import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { FieldChange, FieldValue, ObjectDef, StepRef, TimelineEntry } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { useStepName } from "../../process/translated.ts";
import { TextLink } from "../../ui/links.tsx";
import { FieldText } from "../value/FieldText.tsx";
import { ReferenceTitle } from "../value/ReferenceTitle.tsx";
import classes from "./page.module.css";

interface TimelineChangesProps {
  object: ObjectDef;
  entry: Extract<TimelineEntry, { changes: FieldChange[] }>;
}

export function TimelineChanges({ object, entry }: TimelineChangesProps) {
  const { changes, cause, after } = entry;
  return (
    <>
      {changes.length === 0 ? null : (
        <ul className={classes.changes}>
          {changes.map((change) => (
            <Change
              key={change.field}
              object={object}
              change={change}
              created={entry.kind === "created"}
            />
          ))}
        </ul>
      )}
      {cause ? <Cause step={cause} after={after?.title} /> : null}
    </>
  );
}

function Cause({ step, after }: { step: StepRef; after: string | undefined }) {
  const { t } = useWords();
  const stepName = useStepName();
  return (
    <Text size="xs" c="dimmed">
      {t("timeline.because")}{" "}
      <TextLink
        to="/instances/$key"
        params={{ key: step.instance }}
        search={{ element: step.element_id }}
        inherit
        // Beside few words colour alone does not tell it from them.
        underline="always"
      >
        {stepName(step)}
      </TextLink>
      {after === undefined ? null : ` ${t("timeline.after", { name: after })}`}
    </Text>
  );
}

function Change({
  object,
  change,
  created,
}: {
  object: ObjectDef;
  change: FieldChange;
  created: boolean;
}) {
  const { label, t } = useWords();
  const field = fieldOf(object, change.field);
  if (created && change.new === null) return null;
  const show = (value: FieldValue, title: string | undefined): ReactNode => {
    if (value === null || value === "")
      return <span className={classes.none}>{t("value.none")}</span>;
    if (field === undefined) return String(value);
    if (field.type === "reference" && title === undefined) {
      return <ReferenceTitle object={field.object ?? ""} recordKey={String(value)} />;
    }
    const reference =
      title === undefined ? undefined : { object: field.object ?? "", key: String(value), title };
    return <FieldText field={field} value={value} reference={reference} place="list" />;
  };
  return (
    <li>
      <span className={classes.changeName}>
        {field === undefined ? change.field : label(field.label)}
      </span>
      {created ? null : (
        <>
          <s className={classes.old}>{show(change.old, change.old_title)}</s>
          <span aria-hidden="true">→</span>
        </>
      )}
      <span>{show(change.new, change.new_title)}</span>
    </li>
  );
}
