// What the processes write to the outside, and whether it has left.

import {
  Alert,
  Badge,
  Button,
  Drawer,
  Group,
  SegmentedControl,
  Table,
  Text,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconMailOff, IconRefresh, IconSend } from "@tabler/icons-react";
import {
  infiniteQueryOptions,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { http, path } from "../api/client.ts";
import type { OutboxEntry, OutboxState, Page } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { may, useMe } from "../session/session.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { Nothing, QueryView, Refusal } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { OutboxStateDot } from "./OutboxStateDot.tsx";
import classes from "./outbox.module.css";

const route = getRouteApi("/shell/outbox");

const STATES: readonly OutboxState[] = ["waiting", "sent", "not_configured", "failed"];

const outboxQuery = (state: OutboxState | undefined) =>
  infiniteQueryOptions({
    queryKey: ["outbox", state ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      http.get<Page<OutboxEntry>>(path("outbox"), {
        signal,
        query: { state, limit: 60, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export function OutboxPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const search = route.useSearch();
  const state = STATES.find((one) => one === search.state);
  const outbox = useInfiniteQuery(outboxQuery(state));
  const entries = outbox.data?.pages.flatMap((page) => page.items) ?? [];
  const show = (entry: string | undefined) =>
    void navigate({
      to: "/outbox",
      search: {
        ...(state === undefined ? {} : { state }),
        ...(entry === undefined ? {} : { entry }),
      },
      replace: true,
    });

  return (
    <>
      <PageHeader title={t("outbox.title")} icon={<IconSend size={22} stroke={1.6} />}>
        <SegmentedControl
          size="xs"
          aria-label={t("outbox.filter_state")}
          value={state ?? "all"}
          onChange={(next) =>
            void navigate({
              to: "/outbox",
              search: next === "all" ? {} : { state: next },
              replace: true,
            })
          }
          data={[
            { value: "all", label: t("outbox.all") },
            ...STATES.map((one) => ({ value: one, label: t(`outbox_state.${one}`) })),
          ]}
        />
      </PageHeader>
      {entries.some((entry) => entry.state === "not_configured") ? (
        <Alert
          variant="light"
          color="yellow"
          mx="md"
          mb="sm"
          py="xs"
          icon={<IconMailOff size={16} />}
        >
          {t("outbox.not_configured_hint")}
        </Alert>
      ) : null}
      <QueryView query={outbox}>
        {() =>
          entries.length === 0 ? (
            <Nothing
              icon={<IconSend size={28} stroke={1.5} />}
              title={t("outbox.empty")}
              description={t("outbox.empty_hint")}
            />
          ) : (
            <>
              <Entries entries={entries} onShow={show} />
              {outbox.hasNextPage ? (
                <Button
                  variant="subtle"
                  m="sm"
                  loading={outbox.isFetchingNextPage}
                  onClick={() => void outbox.fetchNextPage()}
                >
                  {t("action.show_more")}
                </Button>
              ) : null}
            </>
          )
        }
      </QueryView>
      <EntryDrawer
        entry={entries.find((one) => one.key === search.entry)}
        onClose={() => show(undefined)}
      />
    </>
  );
}

function Entries({ entries, onShow }: { entries: OutboxEntry[]; onShow: (key: string) => void }) {
  const { t } = useWords();
  return (
    <Scroll className={table.scroll}>
      <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("outbox.subject")}</Table.Th>
            <Table.Th>{t("outbox.to")}</Table.Th>
            <Table.Th>{t("outbox.state")}</Table.Th>
            <Table.Th>{t("outbox.record")}</Table.Th>
            <Table.Th>{t("outbox.at")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.key}>
              <Table.Td>
                <UnstyledButton className={classes.subject ?? ""} onClick={() => onShow(entry.key)}>
                  {entry.subject || t("outbox.no_subject")}
                </UnstyledButton>
              </Table.Td>
              <Table.Td>{entry.to}</Table.Td>
              <Table.Td>
                <Group gap={8} wrap="nowrap">
                  <OutboxStateDot state={entry.state} />
                  {entry.perhaps_sent_twice ? <PerhapsTwice /> : null}
                </Group>
              </Table.Td>
              <Table.Td>
                <RecordLink entry={entry} />
              </Table.Td>
              <Table.Td>
                <Instant at={entry.at} c="dimmed" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function RecordLink({ entry }: { entry: OutboxEntry }) {
  if (!entry.record) return null;
  return (
    <TextLink
      to="/records/$object/$key"
      params={{ object: entry.record.object, key: entry.record.key }}
      inherit
    >
      {entry.record.title}
    </TextLink>
  );
}

/** A crash fell between sending and noting so. */
function PerhapsTwice() {
  const { t } = useWords();
  return (
    <Tooltip label={t("outbox.perhaps_twice_hint")} multiline w={280}>
      <Badge color="yellow" variant="light" size="sm" tt="none" className={classes.twice ?? ""}>
        {t("outbox.perhaps_twice")}
      </Badge>
    </Tooltip>
  );
}

/** Tries an entry again that was given up, or kept because there was no mail server. */
function RetryButton({ entry }: { entry: OutboxEntry }) {
  const { t } = useWords();
  const me = useMe();
  const queries = useQueryClient();
  const retry = useMutation({
    // Whether there is a mail server by now shows only when it is tried.
    mutationFn: (_: { unconfigured: boolean }) => http.post(path("outbox", entry.key, "retry")),
    onSuccess: (_, { unconfigured }) =>
      notifications.show(
        unconfigured
          ? { color: "yellow", message: t("outbox.tried_in_vain") }
          : { color: "green", message: t("outbox.tried_again") },
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["outbox"] }),
  });
  if (!may(me, "manage_instances")) return null;
  const stopped = entry.state === "failed" || entry.state === "not_configured";
  return (
    <>
      <Refusal error={retry.error} onClose={retry.reset} />
      {stopped ? (
        <Button
          mb="sm"
          leftSection={<IconRefresh size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ unconfigured: entry.state === "not_configured" })}
        >
          {t("outbox.retry")}
        </Button>
      ) : null}
    </>
  );
}

function EntryDrawer({ entry, onClose }: { entry: OutboxEntry | undefined; onClose: () => void }) {
  const { t, counted } = useWords();
  return (
    <Drawer
      opened={entry !== undefined}
      onClose={onClose}
      position="right"
      size={560}
      title={<Text fw={620}>{entry?.subject || t("outbox.no_subject")}</Text>}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {entry === undefined ? null : (
        <>
          <dl className={classes.facts}>
            <dt>{t("outbox.to")}</dt>
            <dd>{entry.to}</dd>
            {entry.cc ? (
              <>
                <dt>{t("outbox.cc")}</dt>
                <dd>{entry.cc}</dd>
              </>
            ) : null}
            <dt>{t("outbox.state")}</dt>
            <dd>
              <Group gap="xs">
                <OutboxStateDot state={entry.state} />
                {entry.perhaps_sent_twice ? <PerhapsTwice /> : null}
                {entry.attempts > 0 ? (
                  <Text span size="xs" c="dimmed">
                    {counted("outbox.attempts", entry.attempts)}
                  </Text>
                ) : null}
              </Group>
            </dd>
            <dt>{t("outbox.at")}</dt>
            <dd>
              <Instant at={entry.at} />
            </dd>
            {entry.next_at ? (
              <>
                <dt>{t("outbox.next_at")}</dt>
                <dd>
                  <Instant at={entry.next_at} />
                </dd>
              </>
            ) : null}
            {entry.record ? (
              <>
                <dt>{t("outbox.record")}</dt>
                <dd>
                  <RecordLink entry={entry} />
                </dd>
              </>
            ) : null}
          </dl>
          {entry.error ? (
            <Alert color="red" variant="light" py="xs" mb="sm">
              {entry.error}
            </Alert>
          ) : null}
          <RetryButton key={entry.key} entry={entry} />
          <div className={classes.body}>{entry.body}</div>
        </>
      )}
    </Drawer>
  );
}
