// Dates, numbers and money as the reader's language writes them. Decimal texts stay exact: they go to
// `Intl` as text, never through a float.

import type { Money } from "../api/wire.ts";

export interface Format {
  locale: string;
  number: (value: number | string, scale?: number) => string;
  /** The length of a file. */
  bytes: (value: number) => string;
  /** A count in little room: 14.2K. */
  compact: (value: number) => string;
  percent: (value: number | string) => string;
  money: (value: Money) => string;
  /** A text in which the amounts, such as `6313.00 EUR`, stand as the reader's language writes money. */
  amounts: (text: string) => string;
  /** A calendar date such as `2026-11-22`, which has no time zone. */
  date: (value: string) => string;
  dateTime: (value: string) => string;
  /** The day of a moment with its weekday, where the reader is. */
  today: (now: number) => string;
  time: (value: string) => string;
  /** How long ago or ahead, coarse: "5 minutes ago". */
  relative: (value: string, now: number) => string;
  duration: (from: string, to: string) => string;
  /** "a, b and c". */
  list: (words: readonly string[]) => string;
}

/** How processes and decisions write an amount into a text. */
const AMOUNT = /(?<![\w.,-])(-?\d{1,15}\.\d{2}) ([A-Z]{3})\b/g;
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [HOUR, "minute", MINUTE],
  [DAY, "hour", HOUR],
  [30 * DAY, "day", DAY],
  [365 * DAY, "month", 30.44 * DAY],
  [Number.POSITIVE_INFINITY, "year", 365.25 * DAY],
];

export function formatFor(language: "en" | "zh"): Format {
  const locale = localeOf(language);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 9 });
  const today = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const moneyFormats = new Map<string, Intl.NumberFormat>();

  const money = (value: Money): string => {
    let format = moneyFormats.get(value.currency);
    if (format === undefined) {
      format = currencyFormat(locale, value.currency);
      moneyFormats.set(value.currency, format);
    }
    return format.format(exact(value.amount));
  };

  return {
    locale,
    number: (value, scale) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: scale ?? 0,
        maximumFractionDigits: scale ?? 9,
      }).format(exact(value)),
    bytes: (value) => bytesText(locale, value),
    compact: (value) => (value < 10_000 ? String(value) : compact.format(value)),
    percent: (value) => `${percent.format(exact(value))} %`,
    money,
    amounts: (text) =>
      text.replace(AMOUNT, (whole, amount: string, currency: string) =>
        CURRENCIES.has(currency) ? money({ amount, currency }) : whole,
      ),
    date: (value) => formatted(date, value),
    today: (now) => today.format(now),
    dateTime: (value) => formatted(dateTime, value),
    time: (value) => formatted(time, value),
    relative: (value, now) => relativeTo(relative, Date.parse(value), now, value),
    list: (words) => list.format(words),
    duration: (from, to) => durationText(locale, Date.parse(to) - Date.parse(from)),
  };
}

function localeOf(language: "en" | "zh"): string {
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language));
  return own ?? (language === "zh" ? "zh-CN" : "en");
}

function currencyFormat(locale: string, currency: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency });
  } catch {
    return new Intl.NumberFormat(locale, { minimumFractionDigits: 2 });
  }
}

/** `Intl.NumberFormat` takes decimal text exactly; the library types say so only for literals. */
function exact(value: number | string): number | Intl.StringNumericLiteral {
  return typeof value === "number" ? value : (value as Intl.StringNumericLiteral);
}

function formatted(format: Intl.DateTimeFormat, value: string): string {
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? value : format.format(instant);
}

function relativeTo(
  format: Intl.RelativeTimeFormat,
  instant: number,
  now: number,
  fallback: string,
): string {
  if (Number.isNaN(instant)) return fallback;
  const difference = instant - now;
  const distance = Math.abs(difference);
  if (distance < MINUTE) return format.format(0, "second");
  for (const [limit, unit, size] of STEPS) {
    if (distance < limit) return format.format(Math.round(difference / size), unit);
  }
  return fallback;
}

function bytesText(locale: string, bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1024 ** power);
}

function durationText(locale: string, ms: number): string {
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
      maximumFractionDigits: digits,
    }).format(value);
  if (Number.isNaN(ms)) return "";
  if (ms < 1) return `<${unit(1, "millisecond", 0)}`;
  if (ms < 1000) return unit(ms, "millisecond", 0);
  if (ms < MINUTE) return unit(ms / 1000, "second", 1);
  if (ms < HOUR) return unit(ms / MINUTE, "minute", 1);
  if (ms < DAY) return unit(ms / HOUR, "hour", 1);
  return unit(ms / DAY, "day", 1);
}
