// One notification: what it says, about what, and when. Following it marks it as read.

import { Text, UnstyledButton } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import { useWords } from "../i18n/language.tsx";
import { Instant } from "../ui/Instant.tsx";
import classes from "./notification.module.css";
import { type Notification, useMarkRead } from "./notifications.ts";

interface RowLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  ref?: Ref<HTMLAnchorElement>;
}

const RowLink = createLink(({ ref, ...props }: RowLinkProps) => (
  <a {...(ref ? { ref } : {})} {...props} className={classes.row} />
));

interface NotificationRowProps {
  notification: Notification;
  onFollow?: () => void;
}

export function NotificationRow({ notification, onFollow }: NotificationRowProps) {
  const { record, instance, key } = notification;
  const markRead = useMarkRead();
  const follow = () => {
    if (!notification.read_at) markRead.mutate(key);
    onFollow?.();
  };
  const said = <Said notification={notification} />;
  if (record) {
    return (
      <RowLink
        to="/records/$object/$key"
        params={{ object: record.object, key: record.key }}
        onClick={follow}
      >
        {said}
      </RowLink>
    );
  }
  if (instance) {
    return (
      <RowLink to="/instances/$key" params={{ key: instance }} onClick={follow}>
        {said}
      </RowLink>
    );
  }
  return (
    <UnstyledButton className={classes.row ?? ""} onClick={follow}>
      {said}
    </UnstyledButton>
  );
}

function Said({ notification }: { notification: Notification }) {
  const { t } = useWords();
  const unread = !notification.read_at;
  return (
    <>
      <span className={classes.dot} data-unread={unread} />
      <span className={classes.said}>
        {unread ? <span className={classes.unseen}>{t("notification.new")}</span> : null}
        <Text span size="sm" fw={unread ? 560 : 400} className={classes.text ?? ""}>
          {notification.text}
        </Text>
        <Text span size="xs" c="dimmed">
          {notification.record ? `${notification.record.title} · ` : null}
          <Instant at={notification.at} />
        </Text>
      </span>
    </>
  );
}
