// A part that scrolls sideways by itself, so that a wide table does not make the page wide; where there is
// more to see its edge is shaded. With a label it can be reached by keyboard, for parts in which nothing
// takes the focus. It is no landmark: the part of the page that it stands in is one, often of the same name.

import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import classes from "./Scroll.module.css";

interface ScrollProps {
  label?: string;
  className?: string | undefined;
  children: ReactNode;
}

export function Scroll({ label, className = "", children }: ScrollProps) {
  const frame = useRef<HTMLDivElement>(null);
  useMoreSideways(frame);
  const reached = label === undefined ? {} : { role: "group", tabIndex: 0, "aria-label": label };
  return (
    <div className={`${classes.edges} ${className}`}>
      <div ref={frame} className={classes.scroll} {...reached}>
        {children}
      </div>
    </div>
  );
}

/** Marks the parent, which has the class `edges`, with the sides at which there is more to see. */
export function useMoreSideways(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const node = frame.current;
    const edges = node?.parentElement;
    if (!node || !edges) return;
    const mark = () => {
      const { scrollLeft, clientWidth, scrollWidth } = node;
      edges.dataset.moreLeft = String(scrollLeft > 1);
      edges.dataset.moreRight = String(scrollLeft + clientWidth < scrollWidth - 1);
    };
    const observer = new ResizeObserver(mark);
    observer.observe(node);
    for (const child of node.children) observer.observe(child);
    node.addEventListener("scroll", mark, { passive: true });
    return () => {
      observer.disconnect();
      node.removeEventListener("scroll", mark);
    };
  }, [frame]);
}
