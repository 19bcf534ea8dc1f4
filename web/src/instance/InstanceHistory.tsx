// The elements an instance passed, in the order in which they began.

import { Text, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconPlayerPlay,
} from "@tabler/icons-react";
import type { ElementInstance } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { elementIcon } from "../process/elementIcon.tsx";
import { useStepName } from "../process/translated.ts";
import { Instant } from "../ui/Instant.tsx";
import { QuietLine } from "../ui/states.tsx";
import classes from "./instance.module.css";

interface InstanceHistoryProps {
  elements: readonly ElementInstance[];
  selected: string | undefined;
  onSelect: (element: string | undefined) => void;
}

export function InstanceHistory({ elements, selected, onSelect }: InstanceHistoryProps) {
  const { t, format } = useWords();
  const stepName = useStepName();
  const steps = elements.filter((element) => !/^process$/i.test(element.element_type));
  if (steps.length === 0) return <QuietLine>{t("instance.no_history")}</QuietLine>;
  return (
    <ol className={classes.steps}>
      {steps.map((element) => (
        <li key={element.key}>
          <UnstyledButton
            className={classes.step ?? ""}
            aria-pressed={element.element_id === selected}
            onClick={() => onSelect(element.element_id)}
          >
            <StateIcon element={element} />
            <span className={classes.stepIcon}>{elementIcon(element.element_type, 16)}</span>
            <Text span size="sm" truncate="end" flex={1}>
              {stepName(element)}
              {element.completed_by ? (
                <Text span inherit c="dimmed">
                  {" "}
                  {t("timeline.by", { name: element.completed_by.title })}
                </Text>
              ) : null}
            </Text>
            <Text span size="xs" c="dimmed">
              {element.completed_by && element.ended_at ? (
                <>
                  <Instant at={element.ended_at} />
                  {" · "}
                </>
              ) : null}
              {element.ended_at ? (
                format.duration(element.started_at, element.ended_at)
              ) : (
                <Instant at={element.started_at} />
              )}
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}

function StateIcon({ element }: { element: ElementInstance }) {
  const { t } = useWords();
  const failing = element.incident && element.state === "active";
  const shown = failing ? "incident" : element.state;
  const Icon = ICONS[shown];
  return (
    <Icon
      size={15}
      role="img"
      aria-label={t(`instance_state.${shown}`)}
      className={classes.state ?? ""}
      data-state={shown}
    />
  );
}

const ICONS = {
  active: IconPlayerPlay,
  completed: IconCircleCheck,
  terminated: IconCircleX,
  incident: IconAlertTriangle,
};
