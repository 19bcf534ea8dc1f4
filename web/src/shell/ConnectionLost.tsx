// Says that what is shown may be old, while the stream of changes is away.

import { Group, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useWords } from "../i18n/language.tsx";
import classes from "./Shell.module.css";

export function ConnectionLost() {
  const { t } = useWords();
  return (
    <Group className={classes.lost ?? ""} gap={8} justify="center" role="status">
      <IconPlugConnectedX size={16} aria-hidden="true" />
      <Text size="sm">{t("shell.connection_lost")}</Text>
    </Group>
  );
}
