// A BPMN diagram to look at: elements marked and badged, flows drawn as taken. The viewer is loaded
// only where a diagram is shown. Its logo at the lower right must stay visible (bpmn.io's licence),
// so nothing of ours may cover that corner.

import { ActionIcon, Box, useComputedColorScheme } from "@mantine/core";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useWords } from "../i18n/language.tsx";
import { Failed, Loading } from "../ui/states.tsx";
import { isDrawn, StepList } from "./StepList.tsx";
import { translated } from "./translated.ts";
import { type Canvas, showReadably, showWhole, useKeys, useMoreBeyond, zoomBy } from "./view.ts";
import "./Diagram.css";

/** How an element stands out. A class `rondo-MARK` colours it. */
export type Mark = "active" | "completed" | "incident" | "taken" | "selected";

export interface Badge {
  element: string;
  kind: "active" | "completed" | "incident" | "terminated";
  text: string;
  /** What the badge says to those who cannot see where it is. */
  title: string;
}

export interface DiagramProps {
  xml: string;
  marks: ReadonlyMap<string, readonly Mark[]>;
  badges: readonly Badge[];
  label: string;
  /** The element to look at first, where not everything can be read at once. */
  focus?: string | undefined;
  onSelect?: (element: string | undefined) => void;
}

type State =
  | { kind: "loading" }
  | { kind: "failed"; error: unknown }
  | { kind: "shown"; viewer: Viewer };

type Viewer = NavigatedViewer;

interface Overlays {
  add(element: string, type: string, overlay: { position: object; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}

interface ElementRegistry {
  get(id: string): { width?: number } | undefined;
}

/** A model is drawn as its author laid it out; one without a layout is told as a list. */
export function Diagram(props: DiagramProps) {
  return isDrawn(props.xml) ? <Drawing {...props} /> : <StepList {...props} />;
}

function Drawing({ xml, marks, badges, label, focus, onSelect }: DiagramProps) {
  const frame = useRef<HTMLElement>(null);
  const scheme = useComputedColorScheme("light");
  const state = useViewer(frame, xml, scheme);
  const viewer = state.kind === "shown" ? state.viewer : undefined;
  useMarks(viewer, marks);
  useBadges(viewer, badges);
  useSelection(viewer, onSelect);
  useFitting(viewer, frame, focus);
  useKeys(viewer?.get<Canvas>("canvas"), frame);
  useMoreBeyond(viewer, frame);

  return (
    <Box className="rondo-diagram">
      {/* The viewer's own node must be empty when it starts, so our states lie beside it. */}
      <section ref={frame} className="rondo-diagram-canvas" aria-label={label} />
      {state.kind === "loading" ? (
        <div className="rondo-diagram-state">
          <Loading rows={3} />
        </div>
      ) : null}
      {state.kind === "failed" ? (
        <div className="rondo-diagram-state">
          <Failed error={state.error} />
        </div>
      ) : null}
      {viewer === undefined ? null : <Zoom viewer={viewer} />}
    </Box>
  );
}

function Zoom({ viewer }: { viewer: Viewer }) {
  const { t } = useWords();
  const canvas = viewer.get<Canvas>("canvas");
  return (
    <ActionIcon.Group className="rondo-diagram-zoom" title={t("diagram.hint")}>
      <ActionIcon
        variant="default"
        size={28}
        aria-label={t("diagram.zoom_in")}
        onClick={() => zoomBy(canvas, 1)}
      >
        <IconPlus size={15} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={28}
        aria-label={t("diagram.zoom_out")}
        onClick={() => zoomBy(canvas, -1)}
      >
        <IconMinus size={15} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={28}
        aria-label={t("diagram.fit")}
        onClick={() => showWhole(canvas)}
      >
        <IconFocusCentered size={15} />
      </ActionIcon>
    </ActionIcon.Group>
  );
}

function useViewer(
  frame: React.RefObject<HTMLElement | null>,
  xml: string,
  scheme: "light" | "dark",
): State {
  const { language } = useWords();
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    let viewer: Viewer | undefined;
    let gone = false;
    setState({ kind: "loading" });
    const show = async () => {
      const { default: NavigatedViewer } = await import(
        "camunda-bpmn-js/lib/camunda-cloud/NavigatedViewer"
      );
      if (gone || frame.current === null) return;
      viewer = new NavigatedViewer({
        container: frame.current,
        bpmnRenderer: COLOURS[scheme],
      });
      await viewer.importXML(translated(xml, language));
      if (gone) return;
      setState({ kind: "shown", viewer });
    };
    show().catch((error: unknown) => {
      if (!gone) setState({ kind: "failed", error });
    });
    return () => {
      gone = true;
      viewer?.destroy();
    };
  }, [frame, xml, scheme, language]);
  return state;
}

const COLOURS = {
  light: {
    defaultFillColor: "#ffffff",
    defaultStrokeColor: "#333a49",
    defaultLabelColor: "#1e2430",
  },
  dark: {
    defaultFillColor: "#272c37",
    defaultStrokeColor: "#b5bcc9",
    defaultLabelColor: "#e4e7ed",
  },
};

function useMarks(viewer: Viewer | undefined, marks: DiagramProps["marks"]): void {
  useEffect(() => {
    if (viewer === undefined) return;
    const canvas = viewer.get<Canvas>("canvas");
    const registry = viewer.get<ElementRegistry>("elementRegistry");
    const added: [string, string][] = [];
    for (const [element, names] of marks) {
      if (registry.get(element) === undefined) continue;
      for (const name of names) {
        canvas.addMarker(element, `rondo-${name}`);
        added.push([element, `rondo-${name}`]);
      }
    }
    return () => {
      for (const [element, marker] of added) {
        if (registry.get(element) !== undefined) canvas.removeMarker(element, marker);
      }
    };
  }, [viewer, marks]);
}

/** Where each kind of badge sits on a task: at its corners, of which boundary events mostly leave these. */
const PLACES: Record<Badge["kind"], object> = {
  active: { top: -11, right: 13 },
  completed: { bottom: 11, right: 13 },
  incident: { top: -13, left: -13 },
  terminated: { bottom: 11, left: -9 },
};

/** On events and gateways, whose labels stand below and above, and whose flows leave at the middle of a side. */
const SMALL_PLACES: Record<Badge["kind"], object> = {
  active: { top: -11, left: -11 },
  completed: { top: -11, right: 11 },
  incident: { top: -11, left: -11 },
  terminated: { bottom: 11, left: -11 },
};
/** Events and gateways are no wider than this, in the diagram's measure. */
const SMALL = 60;

function useBadges(viewer: Viewer | undefined, badges: readonly Badge[]): void {
  useEffect(() => {
    if (viewer === undefined) return;
    const overlays = viewer.get<Overlays>("overlays");
    const registry = viewer.get<ElementRegistry>("elementRegistry");
    for (const badge of badges) {
      const element = registry.get(badge.element);
      if (element === undefined) continue;
      const html = document.createElement("span");
      html.className = "rondo-badge";
      html.dataset.kind = badge.kind;
      html.textContent = badge.text;
      html.title = badge.title;
      const places = (element.width ?? 0) > SMALL ? PLACES : SMALL_PLACES;
      overlays.add(badge.element, "rondo", { position: places[badge.kind], html });
    }
    return () => overlays.remove({ type: "rondo" });
  }, [viewer, badges]);
}

function useSelection(viewer: Viewer | undefined, onSelect: DiagramProps["onSelect"]): void {
  const select = useEffectEvent((element: string | undefined) => onSelect?.(element));
  useEffect(() => {
    if (viewer === undefined) return;
    const clicked = (event: {
      element: { id: string; type?: string; labelTarget?: { id: string }; parent?: unknown };
    }) => {
      const { element } = event;
      const isCanvas = element.parent === undefined || element.parent === null;
      select(isCanvas ? undefined : (element.labelTarget?.id ?? element.id));
    };
    viewer.on("element.click", clicked);
    return () => viewer.off("element.click", clicked);
  }, [viewer]);
}

/** Shows what can be read, again when the frame changes its width or another element is looked at. */
function useFitting(
  viewer: Viewer | undefined,
  frame: React.RefObject<HTMLElement | null>,
  focus: string | undefined,
): void {
  const show = useEffectEvent((canvas: Canvas, registry: ElementRegistry) => {
    const known = focus !== undefined && registry.get(focus) !== undefined;
    showReadably(canvas, known ? focus : undefined);
  });
  useEffect(() => {
    const node = frame.current;
    if (viewer === undefined || node === null) return;
    const canvas = viewer.get<Canvas>("canvas");
    const registry = viewer.get<ElementRegistry>("elementRegistry");
    show(canvas, registry);
    let width = node.clientWidth;
    const observer = new ResizeObserver(() => {
      if (node.clientWidth === width || node.clientWidth === 0) return;
      width = node.clientWidth;
      show(canvas, registry);
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, [viewer, frame]);
  useEffect(() => {
    if (viewer === undefined || focus === undefined) return;
    if (viewer.get<ElementRegistry>("elementRegistry").get(focus) === undefined) return;
    viewer.get<Canvas>("canvas").scrollToElement(focus, FOCUS_PADDING);
  }, [viewer, focus]);
}

/** What stays free around an element that is looked at. */
const FOCUS_PADDING = 80;
