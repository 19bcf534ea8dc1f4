// Signing in over the page, where its session has ended while something on it is not saved: what was typed stays.
// Closed without signing in it leaves the page to be read and copied, and comes again with the next request.

import { Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import type { Me } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useKept } from "../ui/unsaved.tsx";
import { useSessionEnd } from "./ended.ts";
import { SignInForm } from "./SignInForm.tsx";
import { useMe } from "./session.ts";

export function SignInAgain({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useWords();
  const me = useMe();
  const kept = useKept();
  const [opened, setOpened] = useState(false);
  const show = (shown: boolean) => {
    setOpened(shown);
    kept.cover(shown);
  };
  useSessionEnd(() => {
    if (kept.isEmpty()) return false;
    show(true);
    return true;
  });
  const go = (now: Me) => {
    if (now.user !== me.user) {
      // What was typed belongs to somebody else, as does all that was read.
      kept.forget();
      location.assign("/");
      return;
    }
    show(false);
    notifications.show({ color: "green", message: t("sign_in.again_done") });
    onSignedIn();
  };

  return (
    <Modal
      opened={opened}
      onClose={() => show(false)}
      // Above every dialog in which something may have been typed, and above the question whether to discard it.
      zIndex={410}
      title={<Text fw={620}>{t("sign_in.again")}</Text>}
      closeButtonProps={{ "aria-label": t("action.close") }}
      closeOnClickOutside={false}
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t("sign_in.again_explanation", { name: me.name })}
      </Text>
      <SignInForm expected={me.login} onSignedIn={go} />
    </Modal>
  );
}
