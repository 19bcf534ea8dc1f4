// The bell: how much is new, and the newest of it.

import { ActionIcon, Button, Group, Popover, Text } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../i18n/language.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { QueryView, QuietLine } from "../ui/states.tsx";
import { NotificationRow } from "./NotificationRow.tsx";
import classes from "./notification.module.css";
import { newestQuery, useMarkRead } from "./notifications.ts";

const MOST_SHOWN = 99;

export function NotificationBell() {
  const { t, counted, format } = useWords();
  const [opened, setOpened] = useState(false);
  const newest = useQuery(newestQuery);
  const markRead = useMarkRead();
  const unread = newest.data?.unread ?? 0;
  const close = () => setOpened(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={360}
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <ActionIcon
          size={30}
          className={classes.bell ?? ""}
          aria-label={
            unread === 0 ? t("notification.title") : counted("notification.unread_count", unread)
          }
          onClick={() => setOpened((before) => !before)}
        >
          <IconBell size={18} stroke={1.6} />
          {unread === 0 ? null : (
            <span className={classes.count} aria-hidden="true">
              {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : format.number(unread)}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("notification.title")}>
        <Group justify="space-between" className={classes.head ?? ""}>
          <Text fw={620} size="sm">
            {t("notification.title")}
          </Text>
          {unread === 0 ? null : (
            <Button variant="subtle" size="compact-xs" onClick={() => markRead.mutate("all")}>
              {t("notification.mark_all")}
            </Button>
          )}
        </Group>
        <QueryView query={newest} rows={3}>
          {({ items }) =>
            items.length === 0 ? (
              <QuietLine>{t("notification.empty")}</QuietLine>
            ) : (
              <ul className={classes.list}>
                {items.map((one) => (
                  <li key={one.key}>
                    <NotificationRow notification={one} onFollow={close} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
        <div className={classes.foot}>
          <ButtonLink to="/notifications" variant="subtle" fullWidth onClick={close}>
            {t("notification.all")}
          </ButtonLink>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
