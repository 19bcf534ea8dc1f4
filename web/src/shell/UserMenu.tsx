// Who is signed in, and what concerns only them: language, colours, password, signing out.

import { Avatar, Box, Menu, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLanguage, IconLock, IconLogout, IconSelector } from "@tabler/icons-react";
import { useWords } from "../i18n/language.tsx";
import { ChangePassword } from "../session/ChangePassword.tsx";
import { useMe, useSignOut } from "../session/session.ts";
import { useDiscard } from "../ui/unsaved.tsx";
import classes from "./Shell.module.css";
import { ColorSchemeSwitch, LANGUAGE_NAMES } from "./switches.tsx";

export function UserMenu() {
  const { t, language, setLanguage } = useWords();
  const me = useMe();
  const signOut = useSignOut();
  const discard = useDiscard();
  const [changing, { open, close }] = useDisclosure(false);
  const other = language === "en" ? "zh" : "en";

  return (
    <>
      <Menu position="top-start" width={224}>
        <Menu.Target>
          <UnstyledButton className={classes.user ?? ""}>
            <Avatar
              size={28}
              radius="xl"
              name={me.name}
              alt=""
              classNames={{ placeholder: classes.avatar ?? "" }}
            />
            <Box flex={1} miw={0}>
              <Text size="sm" fw={560} truncate="end" lh={1.25}>
                {me.name}
              </Text>
              <Text size="xs" c="dimmed" truncate="end" lh={1.25}>
                {t(`role.${me.role}`)}
              </Text>
            </Box>
            <IconSelector size={16} aria-hidden="true" />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Box px="xs" py={6}>
            <ColorSchemeSwitch />
          </Box>
          <Menu.Item
            leftSection={<IconLanguage size={16} />}
            lang={other === "zh" ? "zh-CN" : "en"}
            onClick={() => setLanguage(other)}
          >
            {LANGUAGE_NAMES[other]}
          </Menu.Item>
          <Menu.Item leftSection={<IconLock size={16} />} onClick={open}>
            {t("password.title")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => discard(() => signOut.mutate())}
          >
            {t("session.sign_out")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ChangePassword opened={changing} onClose={close} />
    </>
  );
}
