// Where the nodes of a decision tree stand: those further from the root further to the side, the answers of a
// node below each other. A node that several branches lead to stands once, behind the last of them; a
// branch that goes past other columns has a row of its own, so that no line runs through a node.

import type { TreeNode } from "../api/wire.ts";

/** A node in the grid; rows and columns count from 1. */
export interface Place {
  node: TreeNode;
  column: number;
  row: number;
  rows: number;
}

/** The line of a branch, which is known by its node and its place there, from 0. */
export interface Link {
  from: number;
  branch: number;
  to: number;
  /** The row in which it goes past other columns. */
  lane?: number;
}

export interface TreeLayout {
  /** In the order in which one reads them. */
  places: Place[];
  links: Link[];
  columns: number;
}

export function branchesOf(node: TreeNode) {
  return "branches" in node ? node.branches : [];
}

/** Lays out the `drawn` nodes; the first of `nodes` is the root. */
export function layOut(nodes: readonly TreeNode[], drawn: ReadonlySet<number>): TreeLayout {
  const byNumber = new Map(
    nodes.filter((one) => drawn.has(one.node)).map((one) => [one.node, one]),
  );
  const root = nodes[0];
  if (root === undefined) return { places: [], links: [], columns: 0 };
  const { columns, before } = columnsOf(root, byNumber);
  const places = new Map<number, Place>();
  const links: Link[] = [];
  let row = 1;
  // What is still to do, the next one last: a tree may be deeper than calls may be.
  type Step = { does: "begin" | "end"; node: TreeNode } | { does: "leave a row"; link: Link };
  const steps: Step[] = [{ does: "begin", node: root }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step.does === "leave a row") {
      step.link.lane = row;
      row += 1;
      continue;
    }
    const { node } = step;
    if (step.does === "end") {
      const place = places.get(node.node);
      if (place === undefined) continue;
      row = Math.max(row, place.row + 1);
      place.rows = row - place.row;
      continue;
    }
    const column = columns.get(node.node) ?? 1;
    places.set(node.node, { node, column, row, rows: 1 });
    const below: Step[] = [];
    const begun = new Set<number>();
    for (const [branch, { then: to }] of branchesOf(node).entries()) {
      const target = byNumber.get(to);
      if (target === undefined) continue;
      const link: Link = { from: node.node, branch, to };
      links.push(link);
      if (before.get(to) === node.node) {
        if (!begun.has(to)) below.push({ does: "begin", node: target });
        begun.add(to);
      } else if ((columns.get(to) ?? 1) > column + 1) below.push({ does: "leave a row", link });
    }
    steps.push({ does: "end", node }, ...below.reverse());
  }
  const width = Math.max(...[...places.values()].map((place) => place.column));
  return { places: [...places.values()], links, columns: width };
}

/** The column of each node, and before which node it stands: the last one that leads to it. */
function columnsOf(root: TreeNode, byNumber: ReadonlyMap<number, TreeNode>) {
  const open = new Map<number, number>();
  for (const node of byNumber.values())
    for (const { then } of branchesOf(node)) open.set(then, (open.get(then) ?? 0) + 1);
  const columns = new Map([[root.node, 1]]);
  const before = new Map<number, number>();
  const ready = [root];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    const column = (columns.get(node.node) ?? 1) + 1;
    for (const { then } of branchesOf(node)) {
      const target = byNumber.get(then);
      if (target === undefined) continue;
      if (column > (columns.get(then) ?? 0)) {
        columns.set(then, column);
        before.set(then, node.node);
      }
      const left = (open.get(then) ?? 0) - 1;
      open.set(then, left);
      if (left === 0) ready.push(target);
    }
  }
  return { columns, before };
}

/** Which nodes of a large tree are drawn, at most so many: those of the way that was taken, and what is near to it. */
export function nodesToDraw(
  nodes: readonly TreeNode[],
  way: readonly number[],
  most: number,
): Set<number> {
  if (nodes.length <= most) return new Set(nodes.map((one) => one.node));
  const byNumber = new Map(nodes.map((one) => [one.node, one]));
  const drawn = new Set(way.length > 0 ? way : nodes.slice(0, 1).map((one) => one.node));
  const next = [...drawn];
  for (let at = 0; at < next.length && drawn.size < most; at += 1) {
    const node = byNumber.get(next[at] ?? -1);
    for (const { then } of node === undefined ? [] : branchesOf(node)) {
      if (drawn.has(then) || drawn.size >= most) continue;
      drawn.add(then);
      next.push(then);
    }
  }
  return drawn;
}
