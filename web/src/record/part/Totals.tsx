// What the parts come to, in each currency they have.

import type { Fields } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import type { Part } from "../../object/objects.ts";
import { totalsOf } from "./draft.ts";
import classes from "./part.module.css";

export function Totals({ part, rows }: { part: Part; rows: readonly { fields: Fields }[] }) {
  const { t, format } = useWords();
  const totals = totalsOf(part, rows);
  if (totals.length === 0) return null;
  return (
    <p className={classes.totals} aria-live="polite">
      <span>{t("parts.total")}</span>
      {totals.map((total) => (
        <strong key={total.currency}>{format.money(total)}</strong>
      ))}
    </p>
  );
}
