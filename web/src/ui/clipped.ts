// Text that is cut off to fit its place tells the whole of itself when pointed at.

import { useEffect } from "react";

/** Those whose title was given here, not by the page. */
const told = new WeakSet<HTMLElement>();

/** Gives a title to whatever is cut off, at the moment the pointer comes to it. */
export function useTitlesOfClipped(): void {
  useEffect(() => {
    const tell = ({ target }: Event) => {
      if (!(target instanceof HTMLElement)) return;
      const clipped = clippedAround(target);
      if (clipped === undefined) return;
      if (isClipped(clipped)) clipped.title = textOf(clipped);
      else clipped.removeAttribute("title");
      told.add(clipped);
    };
    document.addEventListener("mouseover", tell, { passive: true });
    return () => document.removeEventListener("mouseover", tell);
  }, []);
}

/** The element that cuts the pointed one off: itself or one just around it, unless it has a title of its own. */
function clippedAround(target: HTMLElement): HTMLElement | undefined {
  let one: HTMLElement | null = target;
  for (let up = 0; one !== null && up < 3; up += 1, one = one.parentElement) {
    if (one.title !== "" && !told.has(one)) return undefined;
    const style = getComputedStyle(one);
    if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return one;
  }
  return undefined;
}

function textOf(element: HTMLElement): string {
  return element instanceof HTMLInputElement ? element.value : (element.textContent ?? "");
}

function isClipped(element: HTMLElement): boolean {
  return (
    element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 1
  );
}
