// The rows of a list: only those in view exist, more are fetched as one nears the end. Keys J and K
// move a cursor, Enter opens.

import { UnstyledButton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  type Cell,
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  type Header,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import type { FieldDef, FieldType, ObjectDef, RecordRow } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import edges from "../../ui/Scroll.module.css";
import { useMoreSideways } from "../../ui/Scroll.tsx";
import { FieldText, isNumeric } from "../value/FieldText.tsx";
import classes from "./list.module.css";

interface RecordTableProps {
  object: ObjectDef;
  columns: readonly FieldDef[];
  rows: readonly RecordRow[];
  sort: string;
  /** The rows are those of the former filter, while the new ones are on their way. */
  stale: boolean;
  more: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onSort: (sort: string) => void;
}

const ROW_HEIGHT = 38;

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, RecordRow>();

export function RecordTable(props: RecordTableProps) {
  const { object, columns, rows, more, loadingMore, onMore } = props;
  const { label, t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const definitions = useMemo(
    () =>
      columns.map((field) =>
        helper.accessor((row): unknown => row.fields[field.name], {
          id: field.name,
          size: field.name === object.title && field.type === "text" ? 240 : WIDTHS[field.type],
          minSize: 72,
          maxSize: 640,
        }),
      ),
    [columns, object.title],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows as RecordRow[],
    getRowId: (row) => row.key,
    columnResizeMode: "onChange",
  });
  const tableRows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: tableRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useMoreSideways(scroller);
  const [cursor, setCursor] = useCursor(object, rows, (index) => virtual.scrollToIndex(index));

  useEffect(() => {
    if (more && !loadingMore && last >= rows.length - 20) onMore();
  }, [more, loadingMore, last, rows.length, onMore]);

  return (
    <div className={`${edges.edges} ${classes.frame}`}>
      <section ref={scroller} className={classes.scroller} aria-label={label(object.plural)}>
        <table
          className={classes.table}
          aria-rowcount={more ? -1 : rows.length + 1}
          aria-busy={props.stale}
          style={{ width: `max(100%, ${table.getTotalSize()}px)` }}
        >
          <colgroup>
            {table.getFlatHeaders().map((header) => (
              <col
                key={header.id}
                // Columns of words share what is left over, unless somebody drew them.
                style={stretches(header, columns) ? {} : { width: header.getSize() }}
              />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {table.getFlatHeaders().map((header) => (
                <ColumnHeader
                  key={header.id}
                  header={header}
                  sort={props.sort}
                  onSort={props.onSort}
                  columns={columns}
                />
              ))}
            </tr>
          </thead>
          <tbody data-stale={props.stale}>
            <Spacer height={items[0]?.start ?? 0} columns={columns.length} />
            {items.map((item) => {
              const row = tableRows[item.index];
              if (row === undefined) return null;
              return (
                <tr
                  key={row.id}
                  aria-rowindex={item.index + 2}
                  data-cursor={item.index === cursor}
                  onMouseMove={() => setCursor(item.index)}
                >
                  {row.getAllCells().map((cell, index) => (
                    <BodyCell
                      key={cell.id}
                      object={object}
                      columns={columns}
                      cell={cell}
                      first={index === 0}
                    />
                  ))}
                </tr>
              );
            })}
            <Spacer
              height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)}
              columns={columns.length}
            />
          </tbody>
        </table>
        {loadingMore ? (
          <div className={classes.more} role="status">
            {t("list.loading_more")}
          </div>
        ) : null}
      </section>
    </div>
  );
}

type ListCell = Cell<typeof features, RecordRow, unknown>;

interface BodyCellProps {
  object: ObjectDef;
  columns: readonly FieldDef[];
  cell: ListCell;
  first: boolean;
}

function BodyCell({ object, columns, cell, first }: BodyCellProps) {
  const field = columns.find((one) => one.name === cell.column.id);
  const record = cell.row.original;
  if (field === undefined) return <td />;
  const shown = (
    <FieldText
      field={field}
      value={record.fields[field.name]}
      reference={record.references?.[field.name]}
      place="list"
    />
  );
  // The whole row is clickable: the link of its first cell is stretched over it.
  return (
    <td data-numeric={isNumeric(field)}>
      {first ? (
        <Link
          to="/records/$object/$key"
          params={{ object: object.name, key: record.key }}
          className={classes.link ?? ""}
          title={record.title}
        >
          {field.name === object.title ? record.title : shown}
          {field.name === object.title ? null : (
            <span className={classes.unseen}>{record.title}</span>
          )}
        </Link>
      ) : (
        shown
      )}
    </td>
  );
}

type ListHeader = Header<typeof features, RecordRow, unknown>;

function stretches({ column }: ListHeader, columns: readonly FieldDef[]): boolean {
  const field = columns.find((one) => one.name === column.id);
  return (
    field !== undefined && STRETCHED.has(field.type) && column.getSize() === column.columnDef.size
  );
}

interface ColumnHeaderProps {
  header: ListHeader;
  columns: readonly FieldDef[];
  sort: string;
  onSort: (sort: string) => void;
}

function ColumnHeader({ header, columns, sort, onSort }: ColumnHeaderProps) {
  const { label } = useWords();
  const field = columns.find((one) => one.name === header.column.id);
  if (field === undefined) return <th />;
  const direction =
    sort === field.name ? "ascending" : sort === `-${field.name}` ? "descending" : "none";
  const next = { none: field.name, ascending: `-${field.name}`, descending: "" }[direction];
  return (
    <th aria-sort={direction} scope="col" data-numeric={isNumeric(field)}>
      <UnstyledButton className={classes.sort ?? ""} onClick={() => onSort(next)}>
        <span>{label(field.label)}</span>
        {direction === "ascending" ? <IconArrowUp size={13} aria-hidden="true" /> : null}
        {direction === "descending" ? <IconArrowDown size={13} aria-hidden="true" /> : null}
      </UnstyledButton>
      <span
        className={classes.resizer}
        data-resizing={header.column.getIsResizing()}
        aria-hidden="true"
        onDoubleClick={() => header.column.resetSize()}
        onMouseDown={header.getResizeHandler()}
        onTouchStart={header.getResizeHandler()}
      />
    </th>
  );
}

/** Stands in for the rows out of view. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className={classes.spacer}>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

function useCursor(
  object: ObjectDef,
  rows: readonly RecordRow[],
  show: (index: number) => void,
): [number, (index: number) => void] {
  const navigate = useNavigate();
  const [cursor, setCursor] = useState(-1);
  const move = (by: number) => () => {
    const next = Math.min(Math.max(cursor + by, 0), rows.length - 1);
    setCursor(next);
    show(next);
  };
  const open = () => {
    const row = rows[cursor];
    if (row === undefined) return;
    void navigate({ to: "/records/$object/$key", params: { object: object.name, key: row.key } });
  };
  const elsewhere = ["INPUT", "TEXTAREA", "SELECT", "BUTTON", "A"];
  useHotkeys(
    [
      ["j", move(1)],
      ["k", move(-1)],
      ["ArrowDown", move(1)],
      ["ArrowUp", move(-1)],
      ["Enter", open],
    ],
    elsewhere,
  );
  return [cursor, setCursor];
}

const STRETCHED: ReadonlySet<FieldType> = new Set(["text", "long_text", "reference", "email"]);

const WIDTHS: Record<FieldType, number> = {
  text: 190,
  auto_number: 110,
  long_text: 280,
  number: 100,
  money: 150,
  percent: 100,
  date: 140,
  date_time: 150,
  boolean: 90,
  choice: 140,
  email: 210,
  phone: 150,
  url: 190,
  reference: 200,
};
