// Deploying models from files: all of them, or none and the reasons with their places.

import { Button, FileButton, List, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { RequestError } from "../api/client.ts";
import type { ProblemItem } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { sentence, useErrorText } from "../ui/errorText.ts";
import { useDeploy } from "./processes.ts";

export function DeployButton() {
  const { t, counted } = useWords();
  const deploy = useDeploy();
  const [warnings, setWarnings] = useState<readonly ProblemItem[]>([]);
  const send = (files: File[]) => {
    if (files.length === 0) return;
    deploy.mutate(files, {
      onSuccess: ({ processes, decisions, forms, warnings }) => {
        setWarnings(warnings);
        const count = processes.length + decisions.length + forms.length;
        notifications.show({ color: "green", message: counted("deploy.done", count) });
      },
    });
  };
  return (
    <>
      <FileButton onChange={send} multiple accept=".bpmn,.dmn,.form,.xml,.json">
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={deploy.isPending}
            leftSection={<IconUpload size={16} />}
          >
            {t("deploy.title")}
          </Button>
        )}
      </FileButton>
      <Modal
        opened={deploy.isError}
        onClose={deploy.reset}
        size="lg"
        title={t("deploy.refused")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <Problems error={deploy.error} />
      </Modal>
      <Modal
        opened={warnings.length > 0}
        onClose={() => setWarnings([])}
        size="lg"
        title={t("deploy.warned")}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <Places problems={warnings} />
      </Modal>
    </>
  );
}

function Problems({ error }: { error: Error | null }) {
  const errorText = useErrorText();
  if (!(error instanceof RequestError) || error.problems.length === 0) {
    return <Text size="sm">{error === null ? "" : errorText(error)}</Text>;
  }
  return <Places problems={error.problems} />;
}

function Places({ problems }: { problems: readonly ProblemItem[] }) {
  return (
    <List size="sm" spacing={6} listStyleType="none">
      {problems.map((problem) => (
        <List.Item
          key={`${problem.resource}${problem.line}${problem.column}${problem.element}${problem.message}`}
        >
          <Text size="xs" c="dimmed" ff="monospace">
            {placeOf(problem)}
          </Text>
          {sentence(problem.message)}
        </List.Item>
      ))}
    </List>
  );
}

/** `order.bpmn:41:7 Activity_1`, as far as it is known. */
function placeOf(problem: ProblemItem): string {
  const place = [problem.resource, problem.line, problem.column].filter((part) => part != null);
  return [place.join(":"), problem.element].filter(Boolean).join(" ");
}
