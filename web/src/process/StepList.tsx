// The steps of a model that holds no diagram, in the order in which the model names them.

import { Text, UnstyledButton } from "@mantine/core";
import { IconSchemaOff } from "@tabler/icons-react";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../i18n/language.tsx";
import type { Badge, DiagramProps } from "./Diagram.tsx";
import { elementIcon } from "./elementIcon.tsx";
import classes from "./StepList.module.css";
import { translated, useStepName } from "./translated.ts";

interface Step {
  element_id: string;
  element_name: string;
  element_type: string;
}

export function StepList({ xml, marks, badges, label, onSelect }: DiagramProps) {
  const { t, language } = useWords();
  const nameOf = useStepName();
  const steps = useMemo(() => stepsOf(translated(xml, language)), [xml, language]);
  // Reached by keyboard also where no step can be chosen.
  const reached = { role: "group", tabIndex: 0, "aria-label": label };
  return (
    <div className={classes.frame} {...reached}>
      <Text className={classes.title ?? ""} size="sm" c="dimmed">
        <IconSchemaOff size={18} stroke={1.6} aria-hidden="true" />
        {t("diagram.none")}
      </Text>
      <ol className={classes.steps}>
        {steps.map((step) => {
          const marked = marks.get(step.element_id) ?? [];
          const state = STATES.find((one) => marked.includes(one));
          return (
            <li key={step.element_id}>
              <Row
                {...(onSelect && { onSelect: () => onSelect(step.element_id) })}
                selected={marked.includes("selected")}
              >
                <span className={classes.icon} data-state={state}>
                  {elementIcon(step.element_type)}
                </span>
                <span className={classes.name}>{nameOf(step)}</span>
                {state === undefined ? null : (
                  <Text span size="xs" c="dimmed">
                    {t(`instance_state.${state}`)}
                  </Text>
                )}
                <Badges badges={badges.filter((badge) => badge.element === step.element_id)} />
              </Row>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** How a pass through a step stands. */
const STATES = ["incident", "active", "completed"] as const;

interface RowProps {
  selected: boolean;
  onSelect?: () => void;
  children: ReactNode;
}

function Row({ selected, onSelect, children }: RowProps) {
  if (onSelect === undefined) return <div className={classes.step}>{children}</div>;
  return (
    <UnstyledButton className={classes.step ?? ""} aria-pressed={selected} onClick={onSelect}>
      {children}
    </UnstyledButton>
  );
}

function Badges({ badges }: { badges: readonly Badge[] }) {
  return badges.map(({ kind, text, title }) => (
    <span key={kind} className="rondo-badge" data-kind={kind} title={title}>
      {text}
    </span>
  ));
}

/** What a token can stand at, whatever it is nested in. */
const STEP =
  /^(?:task|subProcess|adHocSubProcess|transaction|callActivity)$|(?:Task|Event|Gateway)$/;

function stepsOf(xml: string): Step[] {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  return [...document.getElementsByTagNameNS(MODEL, "*")].flatMap((element) => {
    const id = element.getAttribute("id");
    if (id === null || !STEP.test(element.localName)) return [];
    const name = element.getAttribute("name") ?? "";
    return [{ element_id: id, element_name: name, element_type: element.localName }];
  });
}

const MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/** Whether a model holds anything that can be drawn. */
export function isDrawn(xml: string): boolean {
  return /<(?:[\w.-]+:)?BPMNShape[\s>]/.test(xml);
}
