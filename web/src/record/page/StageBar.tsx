// How far the record has come, as its process says.

import { Skeleton, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ObjectDef, RecordRow, Stages } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { fieldOf } from "../../object/objects.ts";
import { TextLink } from "../../ui/links.tsx";
import { type Tone, toneOf } from "../../ui/StatusDot.tsx";
import { stagesQuery } from "../records.ts";
import classes from "./page.module.css";

export function StageBar({ object, record }: { object: ObjectDef; record: RecordRow }) {
  const { t } = useWords();
  const stages = useQuery(stagesQuery(object.name, record.key));
  if (stages.data?.stages.length === 0) return null;
  if (stages.data === undefined) {
    // Where the stages cannot be told the field itself still says where the record stands.
    return stages.isError ? null : <Skeleton height={34} mx="md" mb="md" w="auto" radius="md" />;
  }
  return (
    <nav className={classes.stages} aria-label={t("stages.title")}>
      <ol>
        {stages.data.stages.map((stage) => (
          <Stage key={stage.value} stage={stage} tone={toneOfStage(object, stage.value)} />
        ))}
      </ol>
      {stages.data.instance ? (
        <TextLink
          to="/instances/$key"
          params={{ key: stages.data.instance }}
          size="sm"
          className={classes.toInstance ?? ""}
        >
          {t("stages.show_process")}
        </TextLink>
      ) : null}
    </nav>
  );
}

/** The colour that the metadata gives the stage. */
function toneOfStage(object: ObjectDef, value: string): Tone {
  const field = object.stages ? fieldOf(object, object.stages.field) : undefined;
  return toneOf(field?.options?.find((option) => option.value === value)?.color);
}

function Stage({ stage, tone }: { stage: Stages["stages"][number]; tone: Tone }) {
  const { t, label, format } = useWords();
  const item = (
    <li
      className={classes.stage}
      data-state={stage.state}
      data-tone={tone}
      aria-current={stage.state === "current" ? "step" : undefined}
    >
      {stage.state === "done" ? <IconCheck size={14} aria-hidden="true" /> : null}
      {stage.state === "failed" ? <IconX size={14} aria-hidden="true" /> : null}
      <Text span size="sm" truncate="end">
        {label(stage.label)}
      </Text>
      <span className={classes.unseen}>{t(`stage.${stage.state}`)}</span>
    </li>
  );
  if (!stage.reached_at) return item;
  return <Tooltip label={format.dateTime(stage.reached_at)}>{item}</Tooltip>;
}
