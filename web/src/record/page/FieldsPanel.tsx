// The fields of a record, each edited where it stands.

import type { ObjectDef, RecordWithParts } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { isWritable } from "../value/FieldText.tsx";
import { EditableField } from "./EditableField.tsx";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";

export function FieldsPanel({ object, record }: { object: ObjectDef; record: RecordWithParts }) {
  const { t, label } = useWords();
  const open = (name: string) => !record.locked || record.locked.open.includes(name);
  return (
    <Panel title={t("record.details")}>
      <dl className={classes.fields}>
        {object.fields.map((field) => (
          <div key={field.name} className={classes.field} data-wide={field.type === "long_text"}>
            <dt title={field.help ? label(field.help) : undefined}>{label(field.label)}</dt>
            <dd>
              <EditableField
                object={object}
                record={record}
                field={field}
                writable={object.access.write && isWritable(field) && open(field.name)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
