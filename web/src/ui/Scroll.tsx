// A part that scrolls sideways by itself, so that a wide table does not make the page wide. It can be
// reached by keyboard, for nothing in it may take the focus. It is no landmark: the part of the page that
// it stands in is one, often of the same name.

import type { ReactNode } from "react";
import classes from "./Scroll.module.css";

export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs, and has looks of its own.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reachable by keyboard.
    <div role="group" className={classes.scroll} tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}
