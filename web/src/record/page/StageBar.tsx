// How far the record has come, as its process says.

import { Skeleton, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
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
      <Steps object={object} stages={stages.data.stages} />
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

type StageOf = Stages["stages"][number];

/** The steps in their order; behind them the ends, side by side while more than one may come. */
function Steps({ object, stages }: { object: ObjectDef; stages: readonly StageOf[] }) {
  const { t } = useWords();
  const ends = stages.filter((stage) => stage.end && stage.state === "upcoming");
  const apart = ends.length > 1 ? ends : [];
  const shown = (stage: StageOf) => (
    <Stage key={stage.value} stage={stage} tone={toneOfStage(object, stage.value)} />
  );
  return (
    <ol>
      {stages.filter((stage) => !apart.includes(stage)).map(shown)}
      {apart.length === 0 ? null : (
        <li className={classes.ends}>
          <span className={classes.unseen}>{t("stages.one_of")}</span>
          <ul>
            {apart.map((stage, index) => (
              <Fragment key={stage.value}>
                {index > 0 ? (
                  <li className={classes.or} aria-hidden="true">
                    {t("stages.or")}
                  </li>
                ) : null}
                {shown(stage)}
              </Fragment>
            ))}
          </ul>
        </li>
      )}
    </ol>
  );
}

/** The colour that the metadata gives the stage. */
function toneOfStage(object: ObjectDef, value: string): Tone {
  const field = object.stages ? fieldOf(object, object.stages.field) : undefined;
  return toneOf(field?.options?.find((option) => option.value === value)?.color);
}

/** A reached end says by its sign how it went. */
function StageSign({ stage }: { stage: StageOf }) {
  const negative = stage.end === "negative";
  if (stage.state === "failed" || (stage.state === "current" && negative)) {
    return <IconX size={14} aria-hidden="true" />;
  }
  const reached = stage.state === "done" || (stage.state === "current" && stage.end);
  return reached ? <IconCheck size={14} aria-hidden="true" /> : null;
}

function Stage({ stage, tone }: { stage: StageOf; tone: Tone }) {
  const { t, label, format } = useWords();
  const item = (
    <li
      className={classes.stage}
      data-state={stage.state}
      data-tone={tone}
      aria-current={stage.state === "current" ? "step" : undefined}
    >
      <StageSign stage={stage} />
      <Text span size="sm" truncate="end">
        {label(stage.label)}
      </Text>
      <span className={classes.unseen}>{t(`stage.${stage.state}`)}</span>
    </li>
  );
  if (!stage.reached_at) return item;
  return <Tooltip label={format.dateTime(stage.reached_at)}>{item}</Tooltip>;
}
