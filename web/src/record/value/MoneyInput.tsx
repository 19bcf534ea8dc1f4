// Typing an amount with its currency.

import { Group, NativeSelect } from "@mantine/core";
import type { FieldDef, Money } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { DecimalInput } from "./DecimalInput.tsx";
import type { InputChrome } from "./FieldInput.tsx";

const COMMON_CURRENCIES = ["EUR", "USD", "CNY", "GBP", "JPY", "CHF", "HKD", "SGD"];

interface MoneyInputProps extends InputChrome {
  field: FieldDef;
  value: Money | null;
  onChange: (value: Money | null) => void;
}

export function MoneyInput({ field, value, onChange, ...chrome }: MoneyInputProps) {
  const { t } = useWords();
  const currency = value?.currency ?? defaultCurrency(field);
  const currencies = COMMON_CURRENCIES.includes(currency)
    ? COMMON_CURRENCIES
    : [currency, ...COMMON_CURRENCIES];
  return (
    <Group gap={4} align="flex-end" wrap="nowrap">
      <DecimalInput
        flex={1}
        miw={64}
        {...chrome}
        bounds={field}
        value={value?.amount ?? ""}
        onChange={(amount) => onChange(amount === "" ? null : { amount, currency })}
      />
      <NativeSelect
        size="sm"
        w={74}
        aria-label={t("value.currency")}
        data={currencies}
        value={currency}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          rememberCurrency(chosen);
          onChange(value === null ? null : { ...value, currency: chosen });
        }}
      />
    </Group>
  );
}

let lastChosen: string | undefined;

function rememberCurrency(currency: string): void {
  lastChosen = currency;
}

export function defaultCurrency(field: FieldDef): string {
  return field.currency ?? lastChosen ?? "EUR";
}
