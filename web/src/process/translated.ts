// A BPMN or DMN model in the language of the page. The texts in a model are what anybody sees; an element may
// hold the same texts in other languages among its properties (`zeebe:properties` in BPMN, `rondo:properties` in
// DMN), by the name of the attribute and the language: `name.zh`, also `label.zh` and `description.zh`. Names that the server sends
// apart from their model come with their translations.

import { useCallback } from "react";
import { type Language, useWords } from "../i18n/language.tsx";

/** The same model with its texts in `language`, where it has them. */
export function translated(xml: string, language: Language): string {
  if (!xml.includes(`.${language}"`)) return xml;
  const document = new DOMParser().parseFromString(xml, "application/xml");
  for (const property of document.getElementsByTagNameNS("*", "property")) {
    const [attribute, of, ...rest] = property.getAttribute("name")?.split(".") ?? [];
    const text = property.getAttribute("value");
    // The element holds its extensions, those hold the properties, those hold this one.
    const element = property.parentElement?.parentElement?.parentElement;
    if (!attribute || of !== language || rest.length > 0 || !text || !element) continue;
    const written = [...element.children].find((one) => one.localName === attribute);
    if (written === undefined) element.setAttribute(attribute, text);
    else written.textContent = text;
  }
  return new XMLSerializer().serializeToString(document);
}

/** A name and its translations, as the server sends them; without a name its id. */
interface Named {
  id?: string;
  element_id?: string;
  name?: string | null;
  names?: { [language: string]: string };
}

/** A pass through an element, as the server names it. */
interface NamedStep {
  element_id: string;
  element_name: string;
  element_names?: { [language: string]: string };
  element_type?: string;
}

/** The name of a process or a task in the language of the page. */
export function useNameOf(): (named: Named | undefined) => string {
  const { language } = useWords();
  return useCallback(
    (named) => named?.names?.[language] || named?.name || named?.id || named?.element_id || "",
    [language],
  );
}

/** The name of a step in the language of the page; without a name what kind of element it is. */
export function useStepName(): (step: NamedStep) => string {
  const { language, find } = useWords();
  return useCallback(
    ({ element_id, element_name, element_names, element_type = "" }) => {
      const own = element_names?.[language] || element_name;
      if (own !== "" && own !== element_id) return own;
      // "exclusive_gateway", "exclusiveGateway" or "EXCLUSIVE_GATEWAY".
      const type = element_type.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
      return find(`element.${type}`) ?? element_id;
    },
    [language, find],
  );
}
