// A moment: relative to now, with the exact date and time on hover and for readers of the markup.

import { Text, type TextProps, Tooltip } from "@mantine/core";
import { useWords } from "../i18n/language.tsx";
import { useNow } from "./now.ts";

export function Instant({ at, ...props }: { at: string } & TextProps) {
  const { format } = useWords();
  const now = useNow();
  return (
    <Tooltip label={format.dateTime(at)}>
      <Text
        component="time"
        dateTime={at}
        span
        inherit={props.size === undefined}
        {...props}
        style={{ whiteSpace: "nowrap" }}
      >
        {format.relative(at, Math.max(now, Date.parse(at) <= Date.now() ? Date.now() : now))}
      </Text>
    </Tooltip>
  );
}
