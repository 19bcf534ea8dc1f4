// The inputs of one part, as the cells of a row.

import type { FieldDef, ProblemItem } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { type Part, useObjects } from "../../object/objects.ts";
import { useProblemText } from "../../ui/errorText.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import { fieldsOfPart, type PartDraft, suggest } from "./draft.ts";
import classes from "./part.module.css";

interface PartInputsProps {
  part: Part;
  /** The columns of the table; one that only a process writes stays blank. */
  columns?: readonly FieldDef[];
  draft: PartDraft;
  problems: readonly ProblemItem[];
  autoFocus?: boolean;
  onChange: (draft: PartDraft) => void;
}

export function PartInputs(props: PartInputsProps) {
  const { part, draft, problems, autoFocus = false, onChange } = props;
  const { label } = useWords();
  const problemText = useProblemText();
  const objects = useObjects();
  const writable = fieldsOfPart(part);
  return (props.columns ?? writable).map((field, index) => {
    if (!writable.includes(field)) return <td key={field.name} />;
    const problem = problems.find((one) => one.field === field.name);
    return (
      <td key={field.name} data-type={field.type} data-label={label(field.label)}>
        <FieldInput
          field={field}
          aria-label={label(field.label)}
          required={field.required === true}
          autoFocus={autoFocus && index === 0}
          error={problem === undefined ? null : problemText(problem, field)}
          value={draft.fields[field.name]}
          reference={draft.references[field.name]}
          onChange={(value, chosen) => {
            const references = { ...draft.references };
            delete references[field.name];
            const next: PartDraft = {
              ...draft,
              fields: { ...draft.fields, [field.name]: value },
              references,
            };
            if (chosen === undefined) return onChange(next);
            references[field.name] = {
              object: chosen.object,
              key: chosen.key,
              title: chosen.title,
            };
            const object = objects.find((one) => one.name === chosen.object);
            onChange(object === undefined ? next : suggest(part, next, { object, row: chosen }));
          }}
        />
      </td>
    );
  });
}

export function PartHeadings({
  part,
  columns,
}: {
  part: Part;
  columns?: readonly { name: string }[];
}) {
  const { label } = useWords();
  const shown = columns ?? fieldsOfPart(part);
  return part.object.fields
    .filter((field) => shown.some((one) => one.name === field.name))
    .map((field) => (
      <th key={field.name} scope="col" data-type={field.type} className={classes.heading}>
        {label(field.label)}
        {field.required === true && columns === undefined ? (
          <span className={classes.required} aria-hidden="true">
            {" *"}
          </span>
        ) : null}
      </th>
    ));
}
