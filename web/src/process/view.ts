// What of a diagram is seen: large enough to read its labels, rather than whole and too small; moved and
// zoomed by buttons, keys, wheel and dragging.

import { type RefObject, useEffect, useEffectEvent } from "react";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is seen, in the diagram's measure; `inner` is the whole diagram. */
interface Viewbox extends Box {
  inner: Box;
}

/** The part of the viewer that we need. */
export interface Canvas {
  zoom(level: number | "fit-viewport", center?: "auto" | { x: number; y: number }): number;
  zoom(): number;
  viewbox(): Viewbox;
  viewbox(box: Box): void;
  scroll(by: { dx: number; dy: number }): void;
  scrollToElement(element: string, padding: number): void;
  addMarker(element: string, marker: string): void;
  removeMarker(element: string, marker: string): void;
  resized(): void;
}

/** Labels of 11 and 12 px, which are what models leave room for, are read down to this zoom. */
const READABLE = 0.9;
/** A diagram that can be seen whole may be a little smaller than that. */
const READABLE_WHOLE = 0.75;
const LARGEST_FIT = 1.15;
/** Around a fitted diagram, so that badges and labels at its edges are seen. */
const FIT_MARGIN = 0.02;
/** Around what is larger than its frame, in the diagram's measure. */
const EDGE = 28;

const STEP = 1.25;
const SMALLEST = 0.2;
const LARGEST = 4;
/** How far an arrow key moves, in pixels. */
const MOVE = 60;

/** The whole diagram, but hardly larger than drawn. */
export function showWhole(canvas: Canvas): void {
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  const { x, y, width, height } = canvas.viewbox();
  const margin = FIT_MARGIN * Math.max(width, height);
  canvas.viewbox({
    x: x - margin,
    y: y - margin,
    width: width + 2 * margin,
    height: height + 2 * margin,
  });
  if (canvas.zoom() > LARGEST_FIT) canvas.zoom(LARGEST_FIT, "auto");
}

/** The whole diagram where it can be read; else its beginning, or the part around `focus`. */
export function showReadably(canvas: Canvas, focus: string | undefined): void {
  showWhole(canvas);
  if (canvas.zoom() >= READABLE_WHOLE) return;
  canvas.zoom(READABLE);
  const { inner, width, height } = canvas.viewbox();
  const start = (from: number, length: number, seen: number) =>
    length + 2 * EDGE > seen ? from - EDGE : from - (seen - length) / 2;
  canvas.viewbox({
    x: start(inner.x, inner.width, width),
    y: start(inner.y, inner.height, height),
    width,
    height,
  });
  if (focus !== undefined) canvas.scrollToElement(focus, EDGE * 3);
}

/** Larger or smaller by so many steps. */
export function zoomBy(canvas: Canvas, steps: number): void {
  const wanted = canvas.zoom() * STEP ** steps;
  canvas.zoom(Math.min(LARGEST, Math.max(SMALLEST, wanted)));
}

/** Arrow keys move the diagram that has the focus, `+` and `-` zoom it, `0` shows it whole. */
export function useKeys(canvas: Canvas | undefined, frame: RefObject<HTMLElement | null>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (canvas === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = ACTS[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(canvas);
  });
  useEffect(() => {
    const node = frame.current;
    node?.addEventListener("keydown", press);
    return () => node?.removeEventListener("keydown", press);
  }, [frame]);
}

const ACTS: Record<string, (canvas: Canvas) => void> = {
  ArrowLeft: (canvas) => canvas.scroll({ dx: MOVE, dy: 0 }),
  ArrowRight: (canvas) => canvas.scroll({ dx: -MOVE, dy: 0 }),
  ArrowUp: (canvas) => canvas.scroll({ dx: 0, dy: MOVE }),
  ArrowDown: (canvas) => canvas.scroll({ dx: 0, dy: -MOVE }),
  "+": (canvas) => zoomBy(canvas, 1),
  "=": (canvas) => zoomBy(canvas, 1),
  "-": (canvas) => zoomBy(canvas, -1),
  "0": showWhole,
};

interface Viewer {
  get<Service>(name: string): Service;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Marks at which sides of the frame there is more to see, which its edges then show. */
export function useMoreBeyond(
  viewer: Viewer | undefined,
  frame: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const node = frame.current?.parentElement;
    if (viewer === undefined || !node) return;
    const canvas = viewer.get<Canvas>("canvas");
    const mark = () => {
      const { x, y, width, height, inner } = canvas.viewbox();
      node.dataset.moreLeft = String(inner.x < x);
      node.dataset.moreRight = String(inner.x + inner.width > x + width);
      node.dataset.moreAbove = String(inner.y < y);
      node.dataset.moreBelow = String(inner.y + inner.height > y + height);
    };
    mark();
    viewer.on("canvas.viewbox.changed", mark);
    return () => viewer.off("canvas.viewbox.changed", mark);
  }, [viewer, frame]);
}
