// Types for the parts of bpmn.io that ship none we can use.

declare module "camunda-bpmn-js/lib/camunda-cloud/NavigatedViewer" {
  import { default as Viewer } from "bpmn-js/lib/NavigatedViewer";

  export { Viewer as default };
}
