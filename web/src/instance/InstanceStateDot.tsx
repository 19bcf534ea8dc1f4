// The state of an instance or an element as a dot and a word.

import type { InstanceState } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { StatusDot, type Tone } from "../ui/StatusDot.tsx";

type Shown = InstanceState | "incident";

const TONES: Record<Shown, Tone> = {
  active: "blue",
  completed: "green",
  terminated: "gray",
  incident: "red",
};

export function InstanceStateDot(props: { state: InstanceState; incident?: boolean }) {
  const { t } = useWords();
  const shown: Shown =
    props.incident === true && props.state === "active" ? "incident" : props.state;
  return <StatusDot tone={TONES[shown]}>{t(`instance_state.${shown}`)}</StatusDot>;
}
