// The icon of a BPMN element's type, however the type is written (`user_task`, `userTask`, `USER_TASK`).

import {
  IconArrowsSplit2,
  IconCircle,
  IconCircleDot,
  IconCode,
  IconHandStop,
  IconRoute,
  IconSend,
  IconSettings,
  IconSquareRotated,
  IconSquareRoundedPlus,
  IconTable,
  IconUser,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

const ICONS: Record<string, typeof IconCircle> = {
  startevent: IconCircle,
  endevent: IconCircleDot,
  boundaryevent: IconCircleDot,
  intermediatecatchevent: IconCircleDot,
  exclusivegateway: IconSquareRotated,
  parallelgateway: IconArrowsSplit2,
  servicetask: IconSettings,
  sendtask: IconSend,
  scripttask: IconCode,
  businessruletask: IconTable,
  usertask: IconUser,
  manualtask: IconHandStop,
  subprocess: IconSquareRoundedPlus,
  process: IconRoute,
};

export function elementIcon(type: string, size = 16): ReactNode {
  const Icon = ICONS[type.toLowerCase().replaceAll("_", "").replaceAll(" ", "")] ?? IconCircle;
  return <Icon size={size} stroke={1.7} aria-hidden="true" style={{ flex: "none" }} />;
}
