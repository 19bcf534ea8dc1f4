// A page that could not be shown.

import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Failed } from "../ui/states.tsx";

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Failed
      error={error}
      retry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
