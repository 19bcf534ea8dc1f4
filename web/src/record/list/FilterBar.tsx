// Filtering a list: by conditions that one clicks together, or by the FEEL text they stand for.

import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  MantineThemeProvider,
  Popover,
  Select,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconCode, IconFilterPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { FieldDef, FieldValue, ObjectDef, RecordRow } from "../../api/wire.ts";
import { useWords, type Words } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { useErrorText } from "../../ui/errorText.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import { isMoney } from "../value/FieldText.tsx";
import { ReferenceTitle } from "../value/ReferenceTitle.tsx";
import {
  type Condition,
  fromFeel,
  needsValue,
  type Operator,
  operatorsFor,
  toFeel,
} from "./filter.ts";
import classes from "./list.module.css";

interface FilterBarProps {
  object: ObjectDef;
  filter: string;
  /** Why the server did not take the filter. */
  refusal: Error | null;
  onChange: (filter: string) => void;
}

export function FilterBar({ object, filter, refusal, onChange }: FilterBarProps) {
  const { t } = useWords();
  const conditions = fromFeel(object, filter);
  const [asText, setAsText] = useState(conditions === undefined);
  const text = asText || conditions === undefined || refusal !== null;

  return (
    <Group gap={6} flex={1} miw={0} align="flex-start">
      {text ? (
        <FilterText
          filter={filter}
          refusal={refusal}
          onChange={onChange}
          onClose={() => {
            setAsText(false);
            if (conditions === undefined || refusal !== null) onChange("");
          }}
        />
      ) : (
        <>
          {conditions.map((condition, index) => (
            <ConditionPill
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place.
              key={index}
              object={object}
              condition={condition}
              onRemove={() =>
                onChange(
                  toFeel(
                    object,
                    conditions.filter((one) => one !== condition),
                  ),
                )
              }
            />
          ))}
          <AddCondition
            object={object}
            onAdd={(condition) => onChange(toFeel(object, [...conditions, condition]))}
          />
          <Tooltip label={t("filter.as_text")}>
            <ActionIcon size={30} aria-label={t("filter.as_text")} onClick={() => setAsText(true)}>
              <IconCode size={16} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </Group>
  );
}

interface FilterTextProps {
  filter: string;
  refusal: Error | null;
  onChange: (filter: string) => void;
  onClose: () => void;
}

function FilterText({ filter, refusal, onChange, onClose }: FilterTextProps) {
  const { t } = useWords();
  const errorText = useErrorText();
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  return (
    <form
      className={classes.feel}
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <TextInput
        size="xs"
        autoFocus
        aria-label={t("filter.text")}
        placeholder={t("filter.example")}
        leftSection={<IconCode size={15} />}
        rightSection={
          <CloseButton size="sm" aria-label={t("filter.close_text")} onClick={onClose} />
        }
        classNames={{ input: classes.code ?? "" }}
        value={text}
        error={
          refusal === null || text.trim() !== filter ? null : (
            <Group component="span" gap={4} wrap="nowrap" align="flex-start">
              <IconAlertTriangle size={14} style={{ flex: "none" }} aria-hidden="true" />
              {errorText(refusal)}
            </Group>
          )
        }
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={text.trim() === filter}>
        {t("filter.apply")}
      </Button>
    </form>
  );
}

function ConditionPill(props: { object: ObjectDef; condition: Condition; onRemove: () => void }) {
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

function AddCondition({
  object,
  onAdd,
}: {
  object: ObjectDef;
  onAdd: (condition: Condition) => void;
}) {
  const { t } = useWords();
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-start" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilterPlus size={16} />} onClick={toggle}>
          {t("filter.add")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <MantineThemeProvider theme={DROPDOWNS_INSIDE}>
          <ConditionForm
            object={object}
            onAdd={(condition) => {
              onAdd(condition);
              close();
            }}
          />
        </MantineThemeProvider>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A click into a dropdown outside the popover would count as leaving the popover. */
const DROPDOWNS_INSIDE = {
  components: {
    Select: { defaultProps: { size: "sm", comboboxProps: { withinPortal: false } } },
    DateInput: { defaultProps: { size: "sm", popoverProps: { withinPortal: false } } },
    DateTimePicker: { defaultProps: { size: "sm", popoverProps: { withinPortal: false } } },
  },
};

function ConditionForm({
  object,
  onAdd,
}: {
  object: ObjectDef;
  onAdd: (condition: Condition) => void;
}) {
  const words = useWords();
  const { t, label } = words;
  const fields = object.fields.filter((field) => field.type !== "long_text");
  const [name, setName] = useState(fields[0]?.name ?? "");
  const field = fieldOf(object, name);
  const operators = operatorsFor(field?.type ?? "text");
  const [chosen, setChosen] = useState<Operator | null>(null);
  const operator = chosen !== null && operators.includes(chosen) ? chosen : (operators[0] ?? "=");
  const [value, setValue] = useState<FieldValue>(null);
  const [picked, setPicked] = useState<RecordRow | undefined>();
  if (field === undefined) return <Text size="sm">{t("filter.no_fields")}</Text>;
  const text = isMoney(value) ? value.amount : value === null ? "" : String(value);
  const whole = !needsValue(operator) || text !== "" || field.type === "boolean";

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!whole) return;
        onAdd({
          field: field.name,
          operator,
          value: field.type === "boolean" ? String(value === true) : text,
        });
      }}
    >
      <Stack gap="xs">
        <Select
          data-autofocus
          aria-label={t("filter.field")}
          searchable
          allowDeselect={false}
          data={fields.map((one) => ({ value: one.name, label: label(one.label) }))}
          value={name}
          onChange={(next) => {
            setName(next ?? name);
            setValue(null);
            setPicked(undefined);
          }}
        />
        <Select
          aria-label={t("filter.operator")}
          allowDeselect={false}
          data={operators.map((one) => ({ value: one, label: operatorText(words, one) }))}
          value={operator}
          onChange={(next) => setChosen(next as Operator | null)}
        />
        {needsValue(operator) ? (
          <FieldInput
            key={name}
            field={askedFor(field)}
            aria-label={t("filter.value")}
            value={value}
            reference={picked && { object: picked.object, key: picked.key, title: picked.title }}
            onChange={(next, row) => {
              setValue(next);
              setPicked(row);
            }}
          />
        ) : null}
        <Button type="submit" disabled={!whole} style={{ alignSelf: "flex-end" }}>
          {t("filter.apply")}
        </Button>
      </Stack>
    </form>
  );
}

/** One may ask for what only a process writes; an amount is asked for without its currency. */
function askedFor(field: FieldDef): FieldDef {
  if (field.type === "money") return { ...field, type: "number" };
  if (field.options === undefined) return field;
  return { ...field, options: field.options.map((option) => ({ ...option, read_only: false })) };
}

function operatorText({ t }: Words, operator: Operator): string {
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
