// How far an outgoing mail has come.

import type { OutboxState } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { StatusDot, type Tone } from "../ui/StatusDot.tsx";

const TONES: Record<OutboxState, Tone> = {
  waiting: "blue",
  sent: "green",
  not_configured: "yellow",
  failed: "red",
};

export function OutboxStateDot({ state }: { state: OutboxState }) {
  const { t } = useWords();
  return <StatusDot tone={TONES[state]}>{t(`outbox_state.${state}`)}</StatusDot>;
}
