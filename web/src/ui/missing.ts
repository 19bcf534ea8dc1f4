// What a short form still needs, said beside the input in the language of the page, where the browser would
// show a bubble of its own.

import { type FormEvent, useState } from "react";
import { useWords } from "../i18n/language.tsx";

interface Missing {
  /** The attributes of a form that acts when nothing is missing, and else leads to what is. */
  form: (act: () => void) => {
    noValidate: true;
    onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  };
  /** The attributes of a required input. */
  input: (
    name: string,
    value: string,
  ) => { name: string; required: true; withAsterisk: false; error: string | null };
}

export function useMissing(): Missing {
  const { t } = useWords();
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set());
  return {
    form: (act) => ({
      noValidate: true,
      onSubmit: (event) => {
        event.preventDefault();
        const empty = [...event.currentTarget.elements].filter(
          (one) => one instanceof HTMLInputElement && one.validity.valueMissing,
        ) as HTMLInputElement[];
        setMissing(new Set(empty.map((one) => one.name)));
        empty[0]?.focus();
        if (empty.length === 0) act();
      },
    }),
    input: (name, value) => ({
      name,
      required: true,
      withAsterisk: false,
      error: missing.has(name) && value === "" ? t("problem.required") : null,
    }),
  };
}
