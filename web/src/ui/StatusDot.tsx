// A state as a coloured dot and its word. The word carries the meaning; the colour only helps.

import { Box, Group, Text } from "@mantine/core";
import classes from "./StatusDot.module.css";

export type Tone = "gray" | "blue" | "green" | "yellow" | "red" | "violet" | "teal" | "orange";

interface StatusDotProps {
  tone: Tone;
  children: string;
  /** A hollow dot: nothing has happened yet. */
  hollow?: boolean;
}

export function StatusDot({ tone, children, hollow = false }: StatusDotProps) {
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" maw="100%">
      <Box component="span" className={classes.dot ?? ""} data-tone={tone} data-hollow={hollow} />
      <Text span inherit truncate="end">
        {children}
      </Text>
    </Group>
  );
}

const TONES: Record<string, Tone> = {
  gray: "gray",
  grey: "gray",
  blue: "blue",
  indigo: "blue",
  cyan: "blue",
  green: "green",
  lime: "green",
  teal: "teal",
  yellow: "yellow",
  amber: "yellow",
  orange: "orange",
  red: "red",
  pink: "red",
  violet: "violet",
  grape: "violet",
  purple: "violet",
};

/** The tone of a colour named in metadata; an unknown name is grey. */
export function toneOf(color: string | null | undefined): Tone {
  return TONES[color?.toLowerCase() ?? ""] ?? "gray";
}
