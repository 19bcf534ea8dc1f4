// A decision by the form of its logic.

import { IconBinaryTree2, IconMathFunction, IconTable } from "@tabler/icons-react";
import type { DecisionModel } from "../api/wire.ts";

interface DecisionIconProps {
  kind: DecisionModel["kind"];
  size?: number;
}

export function DecisionIcon({ kind, size = 18 }: DecisionIconProps) {
  const Icon =
    kind === "DECISION_TREE"
      ? IconBinaryTree2
      : kind === "DECISION_TABLE"
        ? IconTable
        : IconMathFunction;
  return <Icon size={size} stroke={1.6} aria-hidden="true" />;
}
