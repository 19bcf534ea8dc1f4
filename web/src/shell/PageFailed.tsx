// A page that could not be shown, or an address that has none.

import { IconMapOff } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { RequestError } from "../api/client.ts";
import { useWords } from "../i18n/language.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { Failed, Nothing } from "../ui/states.tsx";

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof RequestError && error.status === 404) return <PageMissing />;
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

export function PageMissing() {
  const { t } = useWords();
  return (
    <Nothing
      icon={<IconMapOff size={28} stroke={1.5} />}
      title={t("page.missing")}
      description={t("page.missing_hint")}
    >
      <ButtonLink to="/" variant="default">
        {t("page.home")}
      </ButtonLink>
    </Nothing>
  );
}
