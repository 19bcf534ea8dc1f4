// Everything that processes had to say to the one who is signed in.

import { Button, SegmentedControl } from "@mantine/core";
import { IconBell, IconChecks } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useWords } from "../i18n/language.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Nothing, QueryView, Refusal } from "../ui/states.tsx";
import { NotificationRow } from "./NotificationRow.tsx";
import classes from "./notification.module.css";
import { notificationsQuery, useMarkRead } from "./notifications.ts";

const route = getRouteApi("/shell/notifications");

export function NotificationsPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { show } = route.useSearch();
  const unreadOnly = show === "unread";
  const found = useInfiniteQuery(notificationsQuery(unreadOnly));
  const markRead = useMarkRead();
  const unread = found.data?.pages[0]?.unread ?? 0;
  return (
    <>
      <PageHeader title={t("notification.title")} icon={<IconBell size={22} stroke={1.6} />}>
        <SegmentedControl
          size="xs"
          aria-label={t("notification.show")}
          value={unreadOnly ? "unread" : "all"}
          onChange={(next) =>
            void navigate({
              to: "/notifications",
              search: next === "unread" ? { show: next } : {},
              replace: true,
            })
          }
          data={[
            { value: "all", label: t("notification.show_all") },
            { value: "unread", label: t("notification.show_unread") },
          ]}
        />
        <Button
          variant="default"
          leftSection={<IconChecks size={16} />}
          disabled={unread === 0}
          loading={markRead.isPending}
          onClick={() => markRead.mutate("all")}
        >
          {t("notification.mark_all")}
        </Button>
      </PageHeader>
      <Refusal error={markRead.error} onClose={markRead.reset} />
      <QueryView query={found}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Nothing
                icon={<IconBell size={28} stroke={1.5} />}
                title={unreadOnly ? t("notification.none_unread") : t("notification.empty")}
                description={t("notification.empty_hint")}
              />
            );
          }
          return (
            <>
              <ul className={classes.list} data-page="true">
                {items.map((one) => (
                  <li key={one.key}>
                    <NotificationRow notification={one} />
                  </li>
                ))}
              </ul>
              {found.hasNextPage ? (
                <Button
                  variant="subtle"
                  m="sm"
                  loading={found.isFetchingNextPage}
                  onClick={() => void found.fetchNextPage()}
                >
                  {t("action.show_more")}
                </Button>
              ) : null}
            </>
          );
        }}
      </QueryView>
    </>
  );
}
