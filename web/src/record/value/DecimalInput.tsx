// Typing a number exactly: what is typed is kept as text; nothing goes through a float.

import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { useWords } from "../../i18n/language.tsx";
import { parseDecimal } from "./decimal.ts";

interface DecimalInputProps extends Omit<TextInputProps, "value" | "onChange"> {
  /** A decimal text such as `12.50`, or empty. */
  value: string;
  /** Gets a decimal text, empty, or (as typed) what is no number and will be refused. */
  onChange: (value: string) => void;
}

export function DecimalInput({ value, onChange, error, onBlur, ...props }: DecimalInputProps) {
  const { t, format } = useWords();
  const [text, setText] = useState(value);
  const [left, setLeft] = useState(false);
  const parsed = parseDecimal(text, format.locale);
  const wrong = text.trim() !== "" && parsed === undefined;

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
      error={error || (wrong && left ? t("value.not_a_number") : null)}
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
