// Typing a number exactly: what is typed is kept as text; nothing goes through a float.

import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { useWords } from "../../i18n/language.tsx";
import { isLess, parseDecimal } from "./decimal.ts";

interface DecimalInputProps extends Omit<TextInputProps, "value" | "onChange"> {
  /** A decimal text such as `12.50`, or empty. */
  value: string;
  /** Gets a decimal text, empty, or (as typed) what is no number and will be refused. */
  onChange: (value: string) => void;
  /** Between which values the number keeps, both included. */
  bounds?: Bounds;
}

export interface Bounds {
  min?: number | string | undefined;
  max?: number | string | undefined;
}

export function DecimalInput({
  value,
  onChange,
  error,
  onBlur,
  bounds = {},
  ...props
}: DecimalInputProps) {
  const { t, format } = useWords();
  const [text, setText] = useState(value);
  const [left, setLeft] = useState(false);
  const parsed = parseDecimal(text, format.locale);
  const wrong = parsed === undefined ? notANumber() : outOfBounds(parsed);

  function notANumber(): string | null {
    return text.trim() === "" ? null : t("value.not_a_number");
  }

  function outOfBounds(decimal: string): string | null {
    const { min, max } = bounds;
    if (min !== undefined && isLess(decimal, String(min)))
      return t("problem.at_least", { bound: format.number(min) });
    if (max !== undefined && isLess(String(max), decimal))
      return t("problem.at_most", { bound: format.number(max) });
    return null;
  }

  // What came from elsewhere replaces the text, unless it is the very number being typed.
  useEffect(() => {
    setText((typed) =>
      (parseDecimal(typed, format.locale) ?? typed.trim()) === value ? typed : value,
    );
  }, [value, format.locale]);

  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      {...props}
      styles={{ input: { textAlign: "end", fontVariantNumeric: "tabular-nums" } }}
      value={text}
      error={error || (left ? wrong : null)}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        setLeft(false);
        onChange(parseDecimal(typed, format.locale) ?? typed.trim());
      }}
      onBlur={(event) => {
        setLeft(true);
        if (parsed !== undefined) setText(parsed);
        onBlur?.(event);
      }}
    />
  );
}
