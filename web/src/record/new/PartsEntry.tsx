// Entering the parts of a new record, row by row from the keyboard: Enter in a row goes to the next,
// and makes one after the last.

import { ActionIcon, Button, VisuallyHidden } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef } from "react";
import type { ProblemItem } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import type { Part } from "../../object/objects.ts";
import { Scroll } from "../../ui/Scroll.tsx";
import { Panel } from "../page/Panel.tsx";
import { amountOf, isEmpty, newDraft, type PartDraft } from "../part/draft.ts";
import { PartHeadings, PartInputs } from "../part/PartInputs.tsx";
import classes from "../part/part.module.css";
import { Totals } from "../part/Totals.tsx";

interface PartsEntryProps {
  part: Part;
  drafts: readonly PartDraft[];
  problems: readonly ProblemItem[];
  onChange: (drafts: PartDraft[]) => void;
}

export function PartsEntry({ part, drafts, problems, onChange }: PartsEntryProps) {
  const { t, label, format } = useWords();
  const body = useRef<HTMLTableSectionElement>(null);
  // A new row takes the focus, but not the first one when the page opens.
  const first = useRef(drafts[0]?.id);
  const own = problemsByRow(part, drafts, problems);
  const addRow = () => onChange([...drafts, newDraft()]);

  const goOn = (index: number) => {
    const next = body.current?.rows[index + 1];
    if (next === undefined) addRow();
    else next.querySelector<HTMLElement>("input")?.focus();
  };

  return (
    <Panel title={label(part.object.plural)}>
      <Scroll>
        <table className={`${classes.table} ${classes.entry}`}>
          <thead>
            <tr>
              <PartHeadings part={part} />
              <th className={classes.heading} data-type="money">
                {t("parts.amount")}
              </th>
              <th>
                <VisuallyHidden>{t("parts.actions")}</VisuallyHidden>
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {drafts.map((draft, index) => {
              const amount = amountOf(part, draft.fields);
              return (
                <tr
                  key={draft.id}
                  onKeyDown={(event) => {
                    const plain = !event.ctrlKey && !event.metaKey && !event.defaultPrevented;
                    if (event.key !== "Enter" || !plain) return;
                    if (!(event.target instanceof HTMLInputElement) || hasOpenList(event.target))
                      return;
                    event.preventDefault();
                    goOn(index);
                  }}
                >
                  <PartInputs
                    part={part}
                    draft={draft}
                    problems={own[index] ?? []}
                    autoFocus={draft.id !== first.current}
                    onChange={(next) =>
                      onChange(drafts.map((one) => (one.id === next.id ? next : one)))
                    }
                  />
                  <td className={classes.amount} data-label={t("parts.amount")}>
                    {amount === undefined ? "" : format.money(amount)}
                  </td>
                  <td className={classes.actions}>
                    <ActionIcon
                      size={34}
                      aria-label={t("parts.remove_row", { row: index + 1 })}
                      disabled={drafts.length === 1 && isEmpty(draft)}
                      onClick={() => {
                        const rest = drafts.filter((one) => one.id !== draft.id);
                        onChange(rest.length === 0 ? [newDraft()] : rest);
                      }}
                    >
                      <IconTrash size={15} />
                    </ActionIcon>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <Button variant="subtle" m={6} leftSection={<IconPlus size={16} />} onClick={addRow}>
        {t("parts.add")}
      </Button>
      <Totals part={part} rows={drafts} />
    </Panel>
  );
}

/** Enter chooses in an open list; only then does it belong to the list. */
function hasOpenList(input: HTMLInputElement): boolean {
  return input.getAttribute("aria-expanded") === "true";
}

/**
 * The problems of each row. The server names a part's field `lines[2].quantity` or `lines.2.quantity`,
 * counting from 0 the rows that were sent; blank rows were not.
 */
function problemsByRow(
  part: Part,
  drafts: readonly PartDraft[],
  problems: readonly ProblemItem[],
): ProblemItem[][] {
  const sent = drafts.flatMap((draft, index) => (isEmpty(draft) ? [] : [index]));
  const rows: ProblemItem[][] = drafts.map(() => []);
  for (const problem of problems) {
    const match = /^(\w+)[.[](\d+)\]?\.(\w+)$/.exec(problem.field ?? "");
    if (match?.[1] !== part.collection || match[3] === undefined) continue;
    const index = sent[Number(match[2])];
    if (index !== undefined) rows[index]?.push({ ...problem, field: match[3] });
  }
  return rows;
}
