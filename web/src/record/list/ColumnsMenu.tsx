// Which fields a list shows as columns.

import { ActionIcon, Checkbox, Popover, Stack, Text, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import type { FieldDef, ObjectDef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import classes from "./list.module.css";

interface ColumnsMenuProps {
  object: ObjectDef;
  columns: readonly FieldDef[];
  onChange: (names: string[]) => void;
}

export function ColumnsMenu({ object, columns, onChange }: ColumnsMenuProps) {
  const { t, label } = useWords();
  const shown = columns.map((field) => field.name);
  return (
    <Popover position="bottom-end">
      <Popover.Target>
        <Tooltip label={t("list.columns")}>
          <ActionIcon variant="default" size={30} aria-label={t("list.columns")}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="xs" c="dimmed" mb={6}>
          {t("list.columns")}
        </Text>
        <Stack gap={8} className={classes.columns ?? ""}>
          {object.fields.map((field) => {
            const checked = shown.includes(field.name);
            return (
              <Checkbox
                key={field.name}
                size="xs"
                label={label(field.label)}
                checked={checked}
                disabled={checked && shown.length === 1}
                onChange={() =>
                  onChange(
                    checked
                      ? shown.filter((name) => name !== field.name)
                      : inOrder(object, [...shown, field.name]),
                  )
                }
              />
            );
          })}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Listed columns keep their order; added ones follow in the order of the fields. */
function inOrder(object: ObjectDef, names: string[]): string[] {
  const rest = object.fields
    .map((field) => field.name)
    .filter((name) => !object.list.includes(name));
  return [...object.list, ...rest].filter((name) => names.includes(name));
}
