// One condition of a list's filter, in words, with the way to take it back.

import { CloseButton } from "@mantine/core";
import type { FieldDef, ObjectDef } from "../../api/wire.ts";
import { useWords, type Words } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { ReferenceTitle } from "../value/ReferenceTitle.tsx";
import { type Condition, needsValue, type Operator } from "./filter.ts";
import classes from "./list.module.css";

interface ConditionPillProps {
  object: ObjectDef;
  condition: Condition;
  onRemove: () => void;
}

export function ConditionPill(props: ConditionPillProps) {
  const { object, condition } = props;
  const words = useWords();
  const field = fieldOf(object, condition.field);
  if (field === undefined) return null;
  return (
    <span className={classes.pill}>
      <span className={classes.quiet}>{words.label(field.label)}</span>{" "}
      {operatorText(words, condition.operator)}{" "}
      {needsValue(condition.operator) ? (
        <strong>
          <ConditionValue field={field} value={condition.value} />
        </strong>
      ) : null}
      <CloseButton size="xs" aria-label={words.t("filter.remove")} onClick={props.onRemove} />
    </span>
  );
}

function ConditionValue({ field, value }: { field: FieldDef; value: string }) {
  const { label, format, t } = useWords();
  switch (field.type) {
    case "choice": {
      const option = field.options?.find((one) => one.value === value);
      return <>{option === undefined ? value : label(option.label)}</>;
    }
    case "reference":
      return <ReferenceTitle object={field.object ?? ""} recordKey={value} />;
    case "date":
      return <>{format.date(value)}</>;
    case "date_time":
      return <>{format.dateTime(value)}</>;
    case "number":
    case "money":
      return <>{format.number(value)}</>;
    case "boolean":
      return <>{value === "true" ? t("value.yes") : t("value.no")}</>;
    default:
      return <>{value}</>;
  }
}

export function operatorText({ t }: Words, operator: Operator): string {
  switch (operator) {
    case "=":
      return t("operator.is");
    case "!=":
      return t("operator.is_not");
    case "starts with":
      return t("operator.starts_with");
    case "empty":
      return t("operator.is_empty");
    case "not empty":
      return t("operator.is_not_empty");
    case "<=":
      return "≤";
    case ">=":
      return "≥";
    case "<":
    case ">":
      return operator;
  }
}
