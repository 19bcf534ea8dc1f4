// How the page looks: colours, sizes and the defaults of the components.

import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Paper,
  Popover,
  Table,
  Tooltip,
} from "@mantine/core";

const cobalt: MantineColorsTuple = [
  "#eef1fc",
  "#dbe1f8",
  "#b4c1f0",
  "#8b9fe9",
  "#6a83e3",
  "#5671df",
  "#4a66de",
  "#2f4ac9",
  "#2a42b4",
  "#21389c",
];

/** Greys with a breath of blue, so that surfaces and the brand colour belong together. */
const gray: MantineColorsTuple = [
  "#f8f9fb",
  "#f1f3f6",
  "#e7eaef",
  "#dadee6",
  "#c4cad5",
  "#a3abba",
  "#697184",
  "#4a5263",
  "#333a49",
  "#1e2430",
];

const dark: MantineColorsTuple = [
  "#cdd2dc",
  "#b5bcc9",
  "#98a0b0",
  "#6b7384",
  "#454c5b",
  "#353b48",
  "#272c37",
  "#1d212a",
  "#171a21",
  "#101319",
];

/** Quiet and warning texts, dark or light enough on every surface they stand on; banners that do not shout. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#596173",
    "--mantine-color-error": "#c42f2f",
    "--mantine-color-yellow-light": "#fdf9ea",
    "--mantine-color-yellow-light-color": "#5a4708",
  },
  dark: {
    "--mantine-color-dimmed": "#a3abba",
    "--mantine-color-error": "#f28080",
    "--mantine-color-yellow-light": "#2c281b",
    "--mantine-color-yellow-light-color": "#ecdca4",
    "--mantine-color-red-light": "#35222a",
    "--mantine-color-red-light-color": "#f7b4b4",
  },
});

export const theme = createTheme({
  primaryColor: "cobalt",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  colors: { cobalt, gray, dark },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily:
    'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Liberation Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: {
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "xs" }, styles: { root: { flexShrink: 0 } } }),
    // A hint stands below its input, so that inputs side by side align.
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", position: "bottom-end" } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { opacity: 0.45 } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, fz: "xs" } }),
    ...Object.fromEntries(
      [
        "TextInput",
        "NumberInput",
        "PasswordInput",
        "Select",
        "MultiSelect",
        "Textarea",
        "DateInput",
        "DatePickerInput",
        "DateTimePicker",
        "SegmentedControl",
        "Checkbox",
        "Switch",
        "Autocomplete",
        "FileInput",
      ].map((name) => [name, { defaultProps: { size: "sm" } }]),
    ),
  },
});
