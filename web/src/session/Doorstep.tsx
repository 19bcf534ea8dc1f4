// The frame of the pages one sees before being let in.

import { Box, Center, Group, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../shell/Logo.tsx";
import { LanguageSwitch } from "../shell/switches.tsx";

export function Doorstep({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center component="main" mih="100%" p="md" pb={96}>
      <Box w="100%" maw={360}>
        <Group justify="space-between" mb="md">
          <Logo size={30} />
          <LanguageSwitch />
        </Group>
        <Paper p="lg" radius="lg">
          <Title order={1} mb="md">
            {title}
          </Title>
          {children}
        </Paper>
      </Box>
    </Center>
  );
}
