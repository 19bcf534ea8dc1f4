// What a page shows while it has no content to show: loading, nothing there, or something went wrong.

import { Alert, Button, EmptyState, Group, Skeleton, Stack, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconLock,
  IconMapOff,
  IconMoodEmpty,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { RequestError } from "../api/client.ts";
import { useWords } from "../i18n/language.tsx";
import { useErrorText } from "./errorText.ts";
import { ButtonLink } from "./links.tsx";

export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <Skeleton key={row} height={14} width={`${92 - ((row * 17) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  );
}

interface NothingProps {
  icon?: ReactNode;
  title: string;
  description?: string | undefined;
  children?: ReactNode;
}

export function Nothing({ icon, title, description, children }: NothingProps) {
  return (
    <EmptyState
      size="sm"
      py="xl"
      px="md"
      icon={icon ?? <IconMoodEmpty size={28} stroke={1.5} />}
      title={title}
      description={description}
    >
      {children === undefined ? null : <EmptyState.Actions>{children}</EmptyState.Actions>}
    </EmptyState>
  );
}

/** Why something could not be shown, with another try where one may help. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useWords();
  const text = useErrorText();
  const status = error instanceof RequestError ? error.status : undefined;
  if (status === 404) return <Missing />;
  return (
    <EmptyState
      size="sm"
      py="xl"
      px="md"
      role="alert"
      icon={<FailureIcon error={error} />}
      title={t("state.failed")}
      description={text(error)}
    >
      {retry === undefined || status === 403 ? null : (
        <EmptyState.Actions>
          <Button variant="default" onClick={retry}>
            {t("state.retry")}
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  );
}

/** The address leads nowhere, or nowhere any more. */
export function Missing() {
  const { t } = useWords();
  return (
    <EmptyState size="sm" py="xl" px="md" icon={<IconMapOff size={28} stroke={1.5} />}>
      <EmptyState.Title order={1}>{t("page.missing")}</EmptyState.Title>
      <EmptyState.Description>{t("page.missing_hint")}</EmptyState.Description>
      <EmptyState.Actions>
        <ButtonLink to="/" variant="default">
          {t("page.home")}
        </ButtonLink>
      </EmptyState.Actions>
    </EmptyState>
  );
}

function FailureIcon({ error }: { error: unknown }) {
  const status = error instanceof RequestError ? error.status : undefined;
  if (status === 0) return <IconPlugConnectedX size={28} stroke={1.5} />;
  if (status === 403) return <IconLock size={28} stroke={1.5} />;
  return <IconAlertTriangle size={28} stroke={1.5} />;
}

/** A refusal beside the thing that was tried. */
export function Refusal({ error, onClose }: { error: unknown; onClose?: () => void }) {
  const { t } = useWords();
  const text = useErrorText();
  if (error === null || error === undefined) return null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={16} />}
      py="xs"
      {...(onClose === undefined
        ? {}
        : { withCloseButton: true, onClose, closeButtonLabel: t("action.close") })}
    >
      <Text size="sm">{text(error)}</Text>
    </Alert>
  );
}

interface QueryViewProps<T> {
  query: UseQueryResult<T, Error>;
  rows?: number;
  children: (value: T) => ReactNode;
}

/** Shows a query: its content, or that it loads, or why it failed. */
export function QueryView<T>({ query, rows, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading {...(rows === undefined ? {} : { rows })} />;
}

/** A quiet line for an empty part of a page, where a full empty state would shout. */
export function QuietLine({ children }: { children: ReactNode }) {
  return (
    <Group px="md" py="sm">
      <Text size="sm" c="dimmed">
        {children}
      </Text>
    </Group>
  );
}
