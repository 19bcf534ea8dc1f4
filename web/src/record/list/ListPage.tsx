// The list of an object's records. The address holds filter, search, order and columns.

import { Button, Group, Kbd, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUpload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { Count, ObjectDef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { ObjectIcon } from "../../object/ObjectIcon.tsx";
import { columnsOf, useObject } from "../../object/objects.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Failed, Loading, Nothing } from "../../ui/states.tsx";
import { type ListState, recordsQuery } from "../records.ts";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { FilterBar } from "./FilterBar.tsx";
import classes from "./list.module.css";
import { RecordTable } from "./RecordTable.tsx";

const route = getRouteApi("/shell/records/$object");

export function ListPage() {
  const { object: name } = route.useParams();
  // Another object is another page: nothing of the former one's state may stay.
  return <ObjectList key={name} object={useObject(name)} />;
}

function ObjectList({ object }: { object: ObjectDef }) {
  const { t, label } = useWords();
  const navigate = useNavigate();
  const state = route.useSearch();
  const { filter, search, sort } = state;
  const list = useMemo<ListState>(
    () => ({
      ...(filter === undefined ? {} : { filter }),
      ...(search === undefined ? {} : { search }),
      ...(sort === undefined ? {} : { sort }),
    }),
    [filter, search, sort],
  );
  const records = useInfiniteQuery({
    ...recordsQuery(object.name, list),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(
    () => records.data?.pages.flatMap((page) => page.items) ?? [],
    [records.data],
  );
  const columns = useMemo(
    () => columnsOf(object, state.columns?.split(",")),
    [object, state.columns],
  );
  const change = (changes: Partial<Record<keyof typeof state, string | undefined>>) => {
    void navigate({
      to: "/records/$object",
      params: { object: object.name },
      search: (before) => present({ ...before, ...changes }),
      replace: true,
    });
  };
  const create = () =>
    void navigate({ to: "/records/$object/new", params: { object: object.name } });
  useHotkeys(object.access.write ? [["c", create]] : []);

  const refused = records.error instanceof RequestError && records.error.code.startsWith("filter");

  return (
    <div className={classes.page}>
      <PageHeader
        title={label(object.plural)}
        icon={<ObjectIcon name={object.icon} size={22} />}
        aside={<CountText count={records.data?.pages[0]?.count} />}
      >
        {object.access.write ? <ImportLink object={object} /> : null}
        {object.access.write ? (
          <ButtonLink
            to="/records/$object/new"
            params={{ object: object.name }}
            leftSection={<IconPlus size={16} />}
            rightSection={
              <Kbd size="xs" className={classes.hint ?? ""}>
                C
              </Kbd>
            }
          >
            {t("record.new", { object: label(object.label) })}
          </ButtonLink>
        ) : null}
      </PageHeader>
      <Group className={classes.tools ?? ""} gap="xs" align="flex-start">
        <SearchInput value={search ?? ""} onChange={(text) => change({ search: text })} />
        <FilterBar
          object={object}
          filter={filter ?? ""}
          refusal={refused ? records.error : null}
          onChange={(text) => change({ filter: text })}
        />
        <ColumnsMenu
          object={object}
          columns={columns}
          onChange={(names) => change({ columns: names.join(",") })}
        />
      </Group>
      {refused ? null : records.isError && rows.length === 0 ? (
        <Failed error={records.error} retry={() => void records.refetch()} />
      ) : records.isPending ? (
        <Loading rows={12} />
      ) : rows.length === 0 ? (
        <NoRecords
          object={object}
          narrowed={filter !== undefined || search !== undefined}
          onReset={() => change({ filter: undefined, search: undefined })}
        />
      ) : (
        <RecordTable
          object={object}
          columns={columns}
          rows={rows}
          sort={sort ?? ""}
          stale={records.isPlaceholderData}
          more={records.hasNextPage}
          loadingMore={records.isFetchingNextPage}
          onMore={() => void records.fetchNextPage()}
          onSort={(next) => change({ sort: next })}
        />
      )}
    </div>
  );
}

function ImportLink({ object }: { object: ObjectDef }) {
  const { t } = useWords();
  return (
    <ButtonLink
      variant="default"
      to="/records/$object/import"
      params={{ object: object.name }}
      leftSection={<IconUpload size={16} />}
    >
      {t("import.link")}
    </ButtonLink>
  );
}

/** Absent values leave the address. */
function present(search: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function CountText({ count }: { count: Count | undefined }) {
  const { counted, format } = useWords();
  if (count === undefined) return null;
  const shown = `${format.number(count.value)}${count.capped ? "+" : ""}`;
  return (
    <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }} aria-live="polite">
      {counted("list.count", count.value, shown)}
    </Text>
  );
}

function SearchInput({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback(onChange, 200);
  useEffect(() => setText(value), [value]);
  useHotkeys([["/", () => input.current?.focus()]]);
  return (
    <TextInput
      ref={input}
      className={classes.search ?? ""}
      size="xs"
      type="search"
      aria-label={t("list.search")}
      placeholder={t("list.search")}
      leftSection={<IconSearch size={15} />}
      rightSection={
        <Kbd size="xs" className={classes.hint ?? ""}>
          /
        </Kbd>
      }
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

interface NoRecordsProps {
  object: ObjectDef;
  narrowed: boolean;
  onReset: () => void;
}

function NoRecords({ object, narrowed, onReset }: NoRecordsProps) {
  const { t, label } = useWords();
  if (narrowed) {
    return (
      <Nothing title={t("list.nothing_found")} description={t("list.nothing_found_hint")}>
        <Button variant="default" onClick={onReset}>
          {t("list.reset")}
        </Button>
      </Nothing>
    );
  }
  return (
    <Nothing
      icon={<ObjectIcon name={object.icon} size={28} />}
      title={t("list.empty", { objects: label(object.plural) })}
      description={object.access.write ? t("list.empty_hint") : undefined}
    >
      {object.access.write ? (
        <ButtonLink
          to="/records/$object/new"
          params={{ object: object.name }}
          leftSection={<IconPlus size={16} />}
        >
          {t("record.new", { object: label(object.label) })}
        </ButtonLink>
      ) : null}
      {object.access.write ? <ImportLink object={object} /> : null}
    </Nothing>
  );
}
