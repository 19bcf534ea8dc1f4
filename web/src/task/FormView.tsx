// A form-js form, filled in or shown. The library's logo stays visible below the form (bpmn.io's
// licence).

import { Form } from "@bpmn-io/form-js";
import { Button } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Json, ProblemItem } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useProblemText } from "../ui/errorText.ts";
import { Failed } from "../ui/states.tsx";
import { inputsOf, localised, shownValues } from "./localise.ts";
import { type Refusals, type Refused, translateRefusals, valueAt } from "./refusals.ts";
import classes from "./task.module.css";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "./form.css";

type Values = { [name: string]: Json };

interface FormViewProps {
  schema: Json;
  values: Values;
  writable: boolean;
  submitting: boolean;
  /** Told whether the form holds something else than at first. */
  onTyped: (typed: boolean) => void;
  /** What the server did not take of what was submitted last. */
  problems: readonly ProblemItem[];
  onSubmit: (values: Values) => void;
}

export function FormView(props: FormViewProps) {
  const { schema, values, writable, submitting, problems, onSubmit } = props;
  const words = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const form = useRef<Form | null>(null);
  const [error, setError] = useState<unknown>(null);
  // What a person has typed must outlive a refetch of the task and a change of the language.
  const entered = useRef<Values>({});
  const latest = useRef(values);
  const atFirst = useRef<string>(undefined);
  const tellTyped = useEffectEvent(props.onTyped);
  const refused = useRef<Refused>(new Map());
  const problemText = useProblemText();
  const schemaText = JSON.stringify(localised(schema, words.language));

  useEffect(() => {
    if (frame.current === null) return;
    const made = new Form({ container: frame.current });
    form.current = made;
    translateRefusals(made.get<Refusals>("validator"), words, refused);
    let held = "";
    const inputs = inputsOf(JSON.parse(schemaText));
    made.on("changed", ({ data }: { data: Values }) => {
      held = JSON.stringify(data);
      for (const [name, value] of Object.entries(data)) {
        if (inputs.has(name)) entered.current[name] = value;
      }
      tellTyped(atFirst.current !== undefined && held !== atFirst.current);
    });
    made
      .importSchema(JSON.parse(schemaText), {
        ...shownValues(latest.current, inputs, words),
        ...entered.current,
      })
      .then(
        () => {
          made.setProperty("readOnly", !writable);
          atFirst.current ??= held;
        },
        (failure: unknown) => setError(failure),
      );
    return () => {
      form.current = null;
      made.destroy();
    };
  }, [schemaText, writable, words]);

  useEffect(() => {
    const told = problems.map((problem) => {
      const path = problem.field ?? "";
      return [path, { text: problemText(problem), value: valueAt(entered.current, path) }] as const;
    });
    refused.current = new Map(told);
    if (told.length > 0) form.current?.validate();
  }, [problems, problemText]);

  const submit = () => {
    // Text fields tell their value a moment after the last key, at the latest when they are left.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    requestAnimationFrame(() => {
      // Whoever tries again asks the server again.
      refused.current = new Map();
      const result = form.current?.submit();
      if (result === undefined || Object.keys(result.errors).length > 0) return;
      onSubmit(result.data as Values);
    });
  };

  if (error !== null) return <Failed error={error} />;
  return (
    <>
      <div ref={frame} className="rondo-form" />
      {writable ? (
        <div className={classes.submit}>
          <Button loading={submitting} onClick={submit}>
            {words.t("inbox.complete")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
