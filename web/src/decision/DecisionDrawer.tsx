// Explains a decision of a record, from the side of its page.

import { Drawer, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useWords } from "../i18n/language.tsx";
import { recordDecisionsQuery } from "../record/records.ts";
import { Instant } from "../ui/Instant.tsx";
import { Nothing, QueryView } from "../ui/states.tsx";
import { DecisionExplanation } from "./DecisionExplanation.tsx";
import { DecisionName } from "./DecisionName.tsx";

interface DecisionDrawerProps {
  object: string;
  recordKey: string;
  decision: string | undefined;
  onClose: () => void;
}

export function DecisionDrawer({ object, recordKey, decision, onClose }: DecisionDrawerProps) {
  const { t } = useWords();
  const decisions = useQuery({
    ...recordDecisionsQuery(object, recordKey),
    enabled: decision !== undefined,
  });
  const shown = decisions.data?.items.find((one) => one.key === decision);
  return (
    <Drawer
      // The head of the page is its banner; this one is not.
      attributes={{ header: { role: "presentation" } }}
      opened={decision !== undefined}
      onClose={onClose}
      position="right"
      size={1080}
      title={
        <Text fw={620}>
          {shown === undefined ? t("decision.title") : <DecisionName {...shown} />}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <QueryView query={decisions}>
        {() =>
          shown === undefined ? (
            <Nothing title={t("decision.missing")} />
          ) : (
            <>
              <Text size="sm" c="dimmed" mb="md">
                {t("decision.made")} <Instant at={shown.at} />
              </Text>
              <DecisionExplanation decision={shown} />
            </>
          )
        }
      </QueryView>
    </Drawer>
  );
}
