// A moment: relative to now with the exact date and time on hover, for what has happened; the other way round for
// what somebody has entered or agreed on, where the date and time are what counts.

import { Text, type TextProps, Tooltip } from "@mantine/core";
import { useWords } from "../i18n/language.tsx";
import { useNow } from "./now.ts";

type InstantProps = { at: string } & TextProps;

export function Instant({ at, ...props }: InstantProps) {
  const { format } = useWords();
  return <Time at={at} shown={useRelative(at)} hint={format.dateTime(at)} {...props} />;
}

/** The date and time, with how far off it is on hover. */
export function DateAndTime({ at, ...props }: InstantProps) {
  const { format } = useWords();
  return <Time at={at} shown={format.dateTime(at)} hint={useRelative(at)} {...props} />;
}

function useRelative(at: string): string {
  const { format } = useWords();
  const now = useNow();
  return format.relative(at, Math.max(now, Date.parse(at) <= Date.now() ? Date.now() : now));
}

function Time({ at, shown, hint, ...props }: InstantProps & { shown: string; hint: string }) {
  return (
    <Tooltip label={hint}>
      <Text
        component="time"
        dateTime={at}
        span
        inherit={props.size === undefined}
        {...props}
        style={{ whiteSpace: "nowrap" }}
      >
        {shown}
      </Text>
    </Tooltip>
  );
}
