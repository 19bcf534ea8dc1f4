// A titled part of a page.

import { Group, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./page.module.css";

interface PanelProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, aside, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <Group justify="space-between" className={classes.panelHead ?? ""} wrap="nowrap">
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}
