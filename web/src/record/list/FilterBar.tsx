// Filtering a list: by conditions that one clicks together, or by the FEEL text they stand for.

import { ActionIcon, Button, CloseButton, Group, TextInput, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCode } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { ObjectDef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { useErrorText } from "../../ui/errorText.ts";
import { AddCondition } from "./AddCondition.tsx";
import { ConditionPill } from "./ConditionPill.tsx";
import { fromFeel, toFeel } from "./filter.ts";
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
