// Changing one's own password, in a dialog.

import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useWords } from "../i18n/language.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { useMissing } from "../ui/missing.ts";
import { Refusal } from "../ui/states.tsx";
import { useDiscard, useUnsaved } from "../ui/unsaved.tsx";
import { useChangePassword } from "./session.ts";

export function ChangePassword({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <FormDialog opened={opened} onClose={onClose} title={t("password.title")}>
      <PasswordForm onDone={onClose} />
    </FormDialog>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const change = useChangePassword();
  const missing = useMissing();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const discard = useDiscard();
  // The dialog belongs to no page.
  useUnsaved(current !== "" || next !== "", { outlives: () => true });

  return (
    <form
      {...missing.form(() => {
        change.mutate(
          { current, new: next },
          {
            onSuccess: () => {
              notifications.show({ message: t("password.changed"), color: "green" });
              onDone();
            },
          },
        );
      })}
    >
      <Stack gap="sm">
        <PasswordInput
          {...missing.input("current", current)}
          label={t("password.current")}
          autoComplete="current-password"
          data-autofocus
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          {...missing.input("new", next)}
          label={t("password.new")}
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Refusal error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => discard(onDone)}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t("password.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
