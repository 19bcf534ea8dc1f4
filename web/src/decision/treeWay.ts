// The way that an evaluation took through a decision tree, out of its trace.

import type { DecisionTrace, Json, TreeNode } from "../api/wire.ts";

export interface TreeWay {
  /** The numbers of the nodes on it, from the root. */
  nodes: number[];
  /** The place of the branch that was taken, from 0, by the number of its node. */
  taken: ReadonlyMap<number, number>;
  /** What each question was answered with, by the number of its node. */
  answers: ReadonlyMap<number, Json>;
}

export function wayOf(nodes: readonly TreeNode[], trace: DecisionTrace): TreeWay {
  const root = nodes[0]?.node;
  const ends = trace.matched.map((branch) => Number(branch.outputs[0]?.id));
  return {
    nodes: root === undefined ? [] : [root, ...ends],
    taken: new Map(trace.matched.map((branch) => [Number(branch.id), branch.index - 1])),
    answers: new Map(trace.inputs.map((input) => [Number(input.id), input.value])),
  };
}
