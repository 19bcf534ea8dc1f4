// Adding a condition to a list's filter: the field, how to compare, and with what.

import { Button, MantineThemeProvider, Popover, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilterPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { FieldDef, FieldValue, ObjectDef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { FieldInput } from "../value/FieldInput.tsx";
import { isMoney } from "../value/FieldText.tsx";
import { operatorText } from "./ConditionPill.tsx";
import { type Condition, needsValue, type Operator, operatorsFor } from "./filter.ts";

interface AddConditionProps {
  object: ObjectDef;
  onAdd: (condition: Condition) => void;
}

export function AddCondition({ object, onAdd }: AddConditionProps) {
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

function ConditionForm({ object, onAdd }: AddConditionProps) {
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
      // The beginning of an e-mail address is none, and yet to be found by.
      noValidate
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
