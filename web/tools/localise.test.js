// A form in the language of the page: a table of components, with what is shown of each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const source = fileURLToPath(new URL("../src/task/localise.ts", import.meta.url));
const { module } = await runnerImport(source, { configFile: false, logLevel: "silent" });
const { inputsOf, localised, shownValues } = module;

/** What `shown` says of the form is what the form says in `language`; everything else stays. */
function check(language, form, shown) {
  const before = structuredClone(form);
  assert.deepEqual(localised(form, language), { ...form, ...shown });
  assert.deepEqual(form, before, "the form itself is left as it was");
}

const label = { label: "Decision", properties: { "label.zh": "决定", "label.de": "Entscheidung" } };

test("a text is shown in the language of the page, where it has it", () => {
  check("zh", label, { label: "决定" });
  check("en", label, {});
  check("zh", { label: "Plain" }, {});
});

test("an option is known by its value, a column by its key", () => {
  const values = [
    { label: "Yes", value: "yes" },
    { label: "No", value: "no" },
  ];
  check(
    "zh",
    { values, properties: { "values.no.zh": "否" } },
    {
      values: [values[0], { label: "否", value: "no" }],
    },
  );
  check(
    "zh",
    { columns: [{ label: "Sum", key: "sum" }], properties: { "columns.sum.zh": "合计" } },
    {
      columns: [{ label: "合计", key: "sum" }],
    },
  );
});

test("what stands within an attribute is reached by its name, also where it is new", () => {
  const properties = { "appearance.suffixAdorner.zh": "件" };
  check(
    "zh",
    { appearance: { suffixAdorner: "pcs" }, properties },
    {
      appearance: { suffixAdorner: "件" },
    },
  );
  check("zh", { properties }, { appearance: { suffixAdorner: "件" } });
});

test("components within components are shown so too", () => {
  const group = { components: [label, { components: [label] }] };
  const [shown, inner] = localised(group, "zh").components;
  assert.equal(shown.label, "决定");
  assert.equal(inner.components[0].label, "决定");
});

test("what is no form and what is no text stays as it is", () => {
  for (const odd of [null, "text", 1, [], { properties: { "label.zh": 1 } }, { properties: [] }])
    assert.deepEqual(localised(odd, "zh"), odd);
});

test("amounts are written for the reader only where nobody types", () => {
  const form = { components: [{ key: "limit" }, { path: "lines", components: [{ key: "sum" }] }] };
  const inputs = inputsOf(form);
  assert.deepEqual([...inputs], ["limit", "lines", "sum"]);
  const words = { format: { amounts: (text) => `<${text}>` } };
  assert.deepEqual(shownValues({ limit: "1.00 EUR", total: "2.00 EUR", count: 3 }, inputs, words), {
    limit: "1.00 EUR",
    total: "<2.00 EUR>",
    count: 3,
  });
});
