// A part that scrolls sideways by itself, so that a wide table does not make the page wide. It can be
// reached by keyboard, for nothing in it may take the focus.

import type { ReactNode } from "react";
import classes from "./Scroll.module.css";

export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reachable by keyboard.
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
