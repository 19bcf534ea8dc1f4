// Choosing a record by typing part of its title: the best match is marked at once, so that Enter
// takes it.

import { CloseButton, Combobox, InputBase, Loader, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { RecordRef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { useErrorText } from "../../ui/errorText.ts";
import { fewRecordsQuery } from "../records.ts";
import type { InputChrome } from "./FieldInput.tsx";
import { RecordFacts } from "./RecordFacts.tsx";
import classes from "./ReferencePicker.module.css";

interface ReferencePickerProps extends InputChrome {
  object: string;
  value: string | null;
  /** The chosen record, whose title is known although the search may not find it now. */
  reference: RecordRef | undefined;
  onChange: (chosen: RecordRow | null) => void;
}

const SHOWN = 20;
const TYPING_MS = 120;

export function ReferencePicker(props: ReferencePickerProps) {
  const { object, value, reference, onChange, onBlur, onKeyDown, ...chrome } = props;
  const { t } = useWords();
  const title = value === null ? "" : (reference?.title ?? value);
  // While nothing is typed the input shows the title of what is chosen.
  const [typed, setTyped] = useState<string | null>(null);
  const [search] = useDebouncedValue((typed ?? "").trim(), TYPING_MS);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = useQuery({
    ...fewRecordsQuery(object, search === "" ? {} : { search }, SHOWN),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.items ?? [];
  const current = !found.isPlaceholderData && (typed ?? "").trim() === search;
  const keys = rows.map((row) => row.key).join();

  const choose = (row: RecordRow | null) => {
    onChange(row);
    setTyped(null);
    combobox.closeDropdown();
  };

  const waiting = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the rows are others.
  useEffect(() => {
    if (!combobox.dropdownOpened || typed === null || !current) return;
    if (waiting.current) {
      waiting.current = false;
      choose(rows[0] ?? null);
      return;
    }
    // The options are in the document only after this commit.
    const frame = requestAnimationFrame(() => combobox.selectFirstOption());
    return () => cancelAnimationFrame(frame);
  }, [keys, current, combobox.dropdownOpened]);

  /** Enter takes the first match, also one that is still on its way. */
  const takeFirst = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !combobox.dropdownOpened || typed === null) return;
    if (current && combobox.getSelectedOptionIndex() >= 0) return;
    event.preventDefault();
    if (current && rows[0] !== undefined) choose(rows[0]);
    else waiting.current = !current;
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(key) => choose(rows.find((row) => row.key === key) ?? null)}
    >
      <Combobox.Target withExpandedAttribute>
        <InputBase
          {...chrome}
          size="sm"
          role="combobox"
          autoComplete="off"
          value={typed ?? title}
          title={typed === null ? title : undefined}
          rightSection={
            found.isFetching ? (
              <Loader size={14} />
            ) : value !== null && chrome.required !== true ? (
              <CloseButton
                size="sm"
                tabIndex={-1}
                aria-label={t("value.clear")}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(null)}
              />
            ) : (
              <Combobox.Chevron />
            )
          }
          rightSectionPointerEvents={value !== null && chrome.required !== true ? "all" : "none"}
          onChange={(event) => {
            waiting.current = false;
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onClick={(event) => {
            event.currentTarget.select();
            combobox.openDropdown();
          }}
          onKeyDown={(event) => {
            takeFirst(event);
            onKeyDown?.(event);
          }}
          onBlur={(event) => {
            combobox.closeDropdown();
            setTyped(null);
            onBlur?.(event);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown ?? ""}>
        <Combobox.Options mah={300} style={{ overflowY: "auto" }}>
          {rows.map((row) => (
            <Combobox.Option key={row.key} value={row.key} active={row.key === value}>
              <span className={classes.title}>{row.title}</span>
              <span className={classes.facts}>
                <RecordFacts record={row} />
              </span>
            </Combobox.Option>
          ))}
          {rows.length === 0 ? (
            <Combobox.Empty>
              <NoRows error={found.error} pending={found.isPending} />
            </Combobox.Empty>
          ) : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function NoRows({ error, pending }: { error: Error | null; pending: boolean }) {
  const { t } = useWords();
  const errorText = useErrorText();
  if (error !== null) return errorText(error);
  return t(pending ? "state.loading" : "search.nothing");
}
