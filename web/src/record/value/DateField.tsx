// Choosing a date, or a date and a time, from a calendar in the reader's language.

import { DateInput, DatesProvider, DateTimePicker } from "@mantine/dates";
import { useWords } from "../../i18n/language.tsx";
import type { InputChrome } from "./FieldInput.tsx";
import "dayjs/locale/zh-cn";
import "@mantine/dates/styles.layer.css";

interface DateFieldProps extends InputChrome {
  type: "date" | "date_time";
  /** `2026-11-22`, an instant, or empty. */
  value: string;
  onChange: (value: string | null) => void;
}

export function DateField({ type, value, onChange, ...chrome }: DateFieldProps) {
  const { language, format } = useWords();
  const shape = dateFormat(format.locale);
  return (
    <DatesProvider settings={{ locale: language === "zh" ? "zh-cn" : "en", firstDayOfWeek: 1 }}>
      {type === "date" ? (
        <DateInput
          {...chrome}
          clearable={chrome.required !== true}
          value={value === "" ? null : value}
          valueFormat={shape}
          onChange={onChange}
        />
      ) : (
        <DateTimePicker
          {...chrome}
          clearable={chrome.required !== true}
          value={value === "" ? null : localText(value)}
          valueFormat={`${shape} HH:mm`}
          onChange={(chosen) => onChange(chosen === null ? null : new Date(chosen).toISOString())}
        />
      )}
    </DatesProvider>
  );
}

function dateFormat(locale: string): string {
  if (locale.toLowerCase().startsWith("zh")) return "YYYY-MM-DD";
  return locale === "en-US" ? "MMM D, YYYY" : "D MMM YYYY";
}

/** An instant as the picker wants it: local time as `YYYY-MM-DD HH:mm:ss`. */
function localText(instant: string): string {
  const date = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
