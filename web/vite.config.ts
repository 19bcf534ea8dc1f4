// How the page is built: one entry, pages loaded on demand, and vendor chunks that keep their names
// when only our own code changes, so that an upgrade sends a browser little.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The host stays as the browser wrote it: the server compares it with where the page came from.
const server = {
  target: process.env.RONDO_SERVER ?? "http://127.0.0.1:8080",
  changeOrigin: false,
};

export default defineConfig({
  plugins: [react()],
  resolve: {
    // form-js pins an older preact beside a newer one; two copies break its editor and double its size.
    dedupe: ["preact", "@codemirror/state", "@codemirror/view"],
  },
  server: { proxy: { "/api": server, "/v2": server } },
  build: {
    // The oldest browsers that know `light-dark()`, which all our colours use.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "react",
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
              priority: 30,
            },
            { name: "tanstack", test: /node_modules[\\/]@tanstack[\\/]/, priority: 25 },
            {
              name: "dates",
              test: /node_modules[\\/](@mantine[\\/]dates|dayjs)[\\/]/,
              priority: 24,
            },
            {
              name: "mantine",
              test: /node_modules[\\/](@mantine|@floating-ui|clsx|tslib)[\\/]/,
              priority: 20,
            },
            {
              name: "diagram-viewer",
              test: /node_modules[\\/](diagram-js|bpmn-js|bpmn-moddle|moddle|moddle-xml|zeebe-bpmn-moddle|camunda-bpmn-js)[\\/]/,
              priority: 15,
            },
            {
              name: "form-viewer",
              test: /node_modules[\\/](@bpmn-io[\\/]form-js-viewer|@bpmn-io[\\/]feelin|feelers|feelin|flatpickr|preact|luxon|marked|dompurify)[\\/]/,
              priority: 15,
            },
          ],
        },
      },
    },
  },
});
