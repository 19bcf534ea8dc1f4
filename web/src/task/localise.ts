// A form in the language of the page. The texts in a form's JSON are what anybody sees; a component may hold
// the same texts in other languages among its custom properties, by the name of the attribute and the
// language: `label.zh`, `description.zh`, `text.zh`, and `values.approve.zh` for the option whose value is
// `approve`. The modeler keeps custom properties and lets people edit them.

import type { Json } from "../api/wire.ts";
import type { Language, Words } from "../i18n/language.tsx";

type JsonObject = { [name: string]: Json };

/** The same form with its texts in `language`, where it has them. */
export function localised(schema: Json, language: Language): Json {
  if (!isObject(schema)) return schema;
  let shown: JsonObject = { ...schema };
  for (const [name, text] of Object.entries(propertiesOf(schema))) {
    if (typeof text !== "string" || !name.endsWith(`.${language}`)) continue;
    const [attribute = "", ...rest] = name.slice(0, -language.length - 1).split(".");
    shown = withText(shown, attribute, rest.join("."), text);
  }
  if (Array.isArray(shown.components)) {
    shown.components = shown.components.map((one) => localised(one, language));
  }
  return shown;
}

/** The variables that the form's components read and write, by the names they begin with. */
export function inputsOf(schema: Json): Set<string> {
  if (!isObject(schema)) return new Set();
  const own = [schema.key, schema.path].flatMap((path) =>
    typeof path === "string" && path !== "" ? [path.split(".")[0] ?? path] : [],
  );
  const inner = Array.isArray(schema.components) ? schema.components : [];
  return new Set([...own, ...inner.flatMap((one) => [...inputsOf(one)])]);
}

/** What a form only shows, with the amounts in it as the reader's language writes them. */
export function shownValues(
  values: JsonObject,
  inputs: ReadonlySet<string>,
  { format }: Words,
): JsonObject {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "string" && !inputs.has(name) ? format.amounts(value) : value,
  ]);
  return Object.fromEntries(shown);
}

/** `inner` names the entry of a list by its value or key, or the member of an attribute that is no text. */
function withText(component: JsonObject, attribute: string, inner: string, text: string) {
  const former = component[attribute];
  if (inner === "") return { ...component, [attribute]: text };
  if (Array.isArray(former)) {
    const named = (entry: Json) =>
      isObject(entry) && (entry.value === inner || entry.key === inner);
    const entries = former.map((entry) =>
      isObject(entry) && named(entry) ? { ...entry, label: text } : entry,
    );
    return { ...component, [attribute]: entries };
  }
  return { ...component, [attribute]: { ...(isObject(former) ? former : {}), [inner]: text } };
}

function propertiesOf(component: JsonObject): JsonObject {
  const properties = component.properties;
  return isObject(properties) ? properties : {};
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
