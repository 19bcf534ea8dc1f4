// Exact decimal texts: reading what a person types and reckoning with it, without floats.

/** A decimal as a whole number of units of 10^-scale. */
interface Decimal {
  units: bigint;
  scale: number;
}

const PLAIN = /^[+-]?\d+(\.\d+)?$/;

/**
 * What a person typed as a plain decimal text (`1234.5`), or undefined where it is no number.
 * Understands the locale's separators; a lone `.` or `,` before one or two last digits is a decimal point.
 */
export function parseDecimal(text: string, locale: string): string | undefined {
  const { group, decimal } = separatorsOf(locale);
  let plain = text
    .trim()
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace("−", "-");
  if (plain.includes(decimal) && decimal !== ".") {
    plain = plain.replaceAll(group, "").replace(decimal, ".");
  } else if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) {
    plain = plain.replaceAll(",", "");
  } else if (!plain.includes(".")) {
    plain = plain.replace(",", ".");
  }
  return PLAIN.test(plain) ? plain.replace(/^\+/, "") : undefined;
}

function separatorsOf(locale: string): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const part = (type: string, otherwise: string) =>
    parts.find((one) => one.type === type)?.value ?? otherwise;
  return { group: part("group", ","), decimal: part("decimal", ".") };
}

/** How many digits stand after the point. */
export function scaleOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

export function multiply(a: string, b: string): string {
  const left = read(a);
  const right = read(b);
  return write({ units: left.units * right.units, scale: left.scale + right.scale });
}

export function add(a: string, b: string): string {
  const left = read(a);
  const right = read(b);
  const scale = Math.max(left.scale, right.scale);
  return write({ units: atScale(left, scale) + atScale(right, scale), scale });
}

/** Whether the one number is less than the other. */
export function isLess(a: string, b: string): boolean {
  const left = read(a);
  const right = read(b);
  const scale = Math.max(left.scale, right.scale);
  return atScale(left, scale) < atScale(right, scale);
}

/** The same number with exactly so many digits, rounded half to even. */
export function round(text: string, scale: number): string {
  const value = read(text);
  if (value.scale <= scale) return write({ units: atScale(value, scale), scale });
  const divisor = 10n ** BigInt(value.scale - scale);
  const negative = value.units < 0n;
  const units = negative ? -value.units : value.units;
  const rest = (units % divisor) * 2n;
  let whole = units / divisor;
  if (rest > divisor || (rest === divisor && whole % 2n === 1n)) whole += 1n;
  return write({ units: negative ? -whole : whole, scale });
}

function read(text: string): Decimal {
  const [whole = "0", fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function atScale(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function write({ units, scale }: Decimal): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`;
  return negative ? `-${text}` : text;
}

/** Digits of a currency's minor unit: 2 for `EUR`, 0 for `JPY`. */
export function currencyDigits(currency: string): number {
  try {
    const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    return options.maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
