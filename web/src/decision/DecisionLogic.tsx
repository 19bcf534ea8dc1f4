// What a deployed decision does: a table as its rules, a tree as a drawing, anything else as its expressions.

import { Code, Text } from "@mantine/core";
import { useMemo } from "react";
import type { DecisionModel } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { translated } from "../process/translated.ts";
import { QuietLine } from "../ui/states.tsx";
import { DecisionTree } from "./DecisionTree.tsx";
import classes from "./decision.module.css";
import { type DmnLogic, readLogic } from "./dmnLogic.ts";
import { RuleTable } from "./RuleTable.tsx";

export function DecisionLogic({ name, model }: { name: string; model: DecisionModel }) {
  const { t, language } = useWords();
  const { id, xml, tree } = model;
  const logic = useMemo(
    () => (xml ? readLogic(translated(xml, language), id) : undefined),
    [xml, language, id],
  );
  if (tree) return <DecisionTree name={name} tree={tree} />;
  if (logic === undefined) return <QuietLine>{t("decision.no_logic")}</QuietLine>;
  return <LogicView name={name} logic={logic} />;
}

function LogicView({ name, logic }: { name: string; logic: DmnLogic }) {
  const { t, find } = useWords();
  switch (logic.form) {
    case "text":
      return <Code block>{logic.text}</Code>;
    case "table": {
      const policy = logic.table.hitPolicy;
      return (
        <>
          <Text size="sm" c="dimmed" mb={6}>
            {t("decision.hit_policy")}{" "}
            {find(`hit_policy.${policy.replaceAll(" ", "_").toLowerCase()}`) ?? policy}
          </Text>
          <RuleTable name={name} table={logic.table} />
        </>
      );
    }
    case "parts":
      return (
        <dl className={classes.parts}>
          {logic.parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place.
            <div key={index}>
              <dt>{part.name || t("decision.output")}</dt>
              <dd>
                <LogicView name={part.name || name} logic={part.logic} />
              </dd>
            </div>
          ))}
        </dl>
      );
  }
}
