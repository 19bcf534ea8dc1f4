// A decision tree, drawn: each node a card with its question and its branches, the results where the ways end.
// The cards are a list, so that they are read in words, too; the lines between them say nothing more.

import { Button, Code, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { DecisionTrace, Tree, TreeNode, TreeQuestion } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { JsonValue } from "../ui/JsonValue.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import classes from "./DecisionTree.module.css";
import { branchesOf, type Link, layOut, nodesToDraw, type TreeLayout } from "./treeLayout.ts";
import { type TreeWay, wayOf } from "./treeWay.ts";

/** Of a larger tree the surroundings of the way are drawn, or of the root, until all of it is asked for. */
const MOST = 150;

interface DecisionTreeProps {
  name: string;
  tree: Tree;
  /** The evaluation whose way is marked. */
  trace?: DecisionTrace;
}

export function DecisionTree({ name, tree: { nodes }, trace }: DecisionTreeProps) {
  const { t, counted } = useWords();
  const [whole, setWhole] = useState(false);
  const way = useMemo(() => trace && wayOf(nodes, trace), [nodes, trace]);
  const layout = useMemo(() => {
    const most = whole ? Number.POSITIVE_INFINITY : MOST;
    return layOut(nodes, nodesToDraw(nodes, way?.nodes ?? [], most));
  }, [nodes, way, whole]);
  const hidden = nodes.length - layout.places.length;
  return (
    <>
      <Scroll label={t("decision.tree_of", { name })}>
        <Drawing layout={layout} way={way} />
      </Scroll>
      {hidden === 0 ? null : (
        <Text size="xs" c="dimmed" mt={4}>
          {counted("decision.more_nodes", hidden)}{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
            {t("decision.whole_tree")}
          </Button>
        </Text>
      )}
    </>
  );
}

function Drawing({ layout, way }: { layout: TreeLayout; way: TreeWay | undefined }) {
  const canvas = useRef<HTMLDivElement>(null);
  const lines = useLines(canvas, layout.links);
  const { width, height } = lines;
  const isTaken = (link: Link) => way?.taken.get(link.from) === link.branch;
  const drawn = useMemo(() => new Set(layout.places.map((one) => one.node.node)), [layout]);
  return (
    <div ref={canvas} className={classes.canvas}>
      <svg className={classes.lines} width={width} height={height} aria-hidden="true">
        {/* What was taken is drawn last, above what was not. */}
        {[false, true].map((taken) =>
          lines.paths
            .filter(({ link }) => isTaken(link) === taken)
            .map(({ link, line, head }) => (
              <g key={nameOf(link)} data-taken={taken}>
                <path className={classes.line} d={line} />
                <path className={classes.head} d={head} />
              </g>
            )),
        )}
      </svg>
      {/* biome-ignore lint/a11y/useSemanticElements: the rows that lines leave free stand between the items. */}
      <div
        role="list"
        className={classes.nodes}
        style={{ gridTemplateColumns: `repeat(${layout.columns}, var(--tree-column))` }}
      >
        {layout.places.map(({ node, column, row, rows }) => (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div
            role="listitem"
            key={node.node}
            data-node={node.node}
            data-way={way === undefined ? undefined : way.nodes.includes(node.node)}
            className={"result" in node ? classes.result : classes.question}
            style={{ gridColumn: column, gridRow: `${row} / span ${rows}` }}
          >
            <NodeView node={node} way={way} drawn={drawn} />
          </div>
        ))}
        {layout.links.map((link) =>
          link.lane === undefined ? null : (
            <span
              key={nameOf(link)}
              aria-hidden="true"
              data-lane={nameOf(link)}
              style={{ gridColumn: 1, gridRow: link.lane }}
            />
          ),
        )}
      </div>
    </div>
  );
}

interface NodeViewProps {
  node: TreeNode;
  way: TreeWay | undefined;
  drawn: ReadonlySet<number>;
}

function NodeView({ node, way, drawn }: NodeViewProps) {
  const { t } = useWords();
  const onWay = way?.nodes.includes(node.node) ?? false;
  const answer = way?.answers.get(node.node);
  const isResult = "result" in node;
  return (
    <>
      <div className={classes.asked}>
        <span className={classes.number}>{node.node}</span>
        <Expression text={isResult ? node.result : node.decide} />
        {isResult && onWay ? (
          <IconCheck size={14} role="img" aria-label={t("decision.reached")} />
        ) : null}
      </div>
      {answer === undefined ? null : (
        <div className={classes.answer}>
          <Text span inherit c="dimmed">
            {t("decision.answer")}
          </Text>
          <JsonValue value={answer} />
        </div>
      )}
      {isResult ? null : <Branches node={node} taken={way?.taken.get(node.node)} drawn={drawn} />}
    </>
  );
}

interface BranchesProps {
  node: TreeQuestion;
  taken: number | undefined;
  drawn: ReadonlySet<number>;
}

function Branches({ node, taken, drawn }: BranchesProps) {
  const { t, counted } = useWords();
  const hidden = branchesOf(node).filter(({ then }) => !drawn.has(then)).length;
  return (
    <ul className={classes.branches}>
      {node.branches.map(({ when, then }, branch) =>
        drawn.has(then) ? (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a branch is known by its place.
            key={branch}
            data-branch={`${node.node}-${branch}`}
            data-taken={taken === branch}
          >
            <Expression text={when} />
            <VisuallyHidden>{t("decision.leads_to", { node: then })}</VisuallyHidden>
            {taken === branch ? (
              <IconCheck size={14} role="img" aria-label={t("decision.taken")} />
            ) : null}
          </li>
        ) : null,
      )}
      {hidden === 0 ? null : <li>{counted("decision.more_branches", hidden)}</li>}
    </ul>
  );
}

function Expression({ text }: { text: string }) {
  return (
    <Code className={classes.expression ?? ""} title={text}>
      {text}
    </Code>
  );
}

function nameOf({ from, branch }: Link): string {
  return `${from}-${branch}`;
}

interface Lines {
  width: number;
  height: number;
  paths: { link: Link; line: string; head: string }[];
}

const NO_LINES: Lines = { width: 0, height: 0, paths: [] };

/** Measures where the cards came to stand, whenever that changes, and draws the lines between them. */
function useLines(canvas: RefObject<HTMLDivElement | null>, links: readonly Link[]): Lines {
  const [lines, setLines] = useState(NO_LINES);
  useLayoutEffect(() => {
    const frame = canvas.current;
    if (frame === null) return;
    const measure = () => setLines(measured(frame, links));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(frame);
    for (const node of frame.querySelectorAll("[data-node]")) observer.observe(node);
    return () => observer.disconnect();
  }, [canvas, links]);
  return lines;
}

/** The length and half the width of the head of a line. */
const HEAD = { length: 7, side: 3.5 };

function measured(frame: HTMLElement, links: readonly Link[]): Lines {
  const origin = frame.getBoundingClientRect();
  const boxes = (attribute: string) =>
    new Map(
      [...frame.querySelectorAll(`[${attribute}]`)].map((one) => {
        const box = one.getBoundingClientRect();
        const [left, top] = [box.left - origin.left, box.top - origin.top];
        const sides = { left, right: left + box.width, middle: top + box.height / 2 };
        return [one.getAttribute(attribute) ?? "", sides];
      }),
    );
  const [nodes, branches, lanes] = [boxes("data-node"), boxes("data-branch"), boxes("data-lane")];
  const gap = Number.parseFloat(getComputedStyle(frame).getPropertyValue("--tree-gap"));
  const paths = links.flatMap((link) => {
    const from = branches.get(nameOf(link));
    const to = nodes.get(String(link.to));
    if (from === undefined || to === undefined) return [];
    const lane = lanes.get(nameOf(link))?.middle;
    // Up to the head, so that a thick line does not stand out of it.
    const end = to.left - HEAD.length;
    const bend = (x: number, y: number, until: number, height: number) => {
      const half = (x + until) / 2;
      return `C${half} ${y} ${half} ${height} ${until} ${height}`;
    };
    const past =
      lane === undefined
        ? bend(from.right, from.middle, end, to.middle)
        : `${bend(from.right, from.middle, from.right + gap, lane)}H${to.left - gap}` +
          bend(to.left - gap, lane, end, to.middle);
    return [
      {
        link,
        line: `M${from.right} ${from.middle}${past}`,
        head: `M${to.left} ${to.middle}l${-HEAD.length} ${-HEAD.side}v${2 * HEAD.side}z`,
      },
    ];
  });
  return { width: origin.width, height: origin.height, paths };
}
