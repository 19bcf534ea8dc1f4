// One's own API tokens. A token's secret is shown once, when it is made.

import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconCopy, IconKey, IconPlus, IconTrash } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { http, path } from "../api/client.ts";
import type { Page, Token } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useErrorText } from "../ui/errorText.ts";
import { FormDialog } from "../ui/FormDialog.tsx";
import { Instant } from "../ui/Instant.tsx";
import { useMissing } from "../ui/missing.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { Nothing, QueryView, Refusal } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { useDiscard, useUnsaved } from "../ui/unsaved.tsx";

const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => http.get<Page<Token>>(path("tokens"), { signal }),
});

export function TokensPage() {
  const { t } = useWords();
  const tokens = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  return (
    <>
      <PageHeader title={t("tokens.title")} icon={<IconKey size={22} stroke={1.6} />}>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t("tokens.new")}
        </Button>
      </PageHeader>
      <QueryView query={tokens}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing
              icon={<IconKey size={28} stroke={1.5} />}
              title={t("tokens.empty")}
              description={t("tokens.empty_hint")}
            />
          ) : (
            <Scroll className={table.scroll}>
              <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("tokens.name")}</Table.Th>
                    <Table.Th>{t("tokens.created")}</Table.Th>
                    <Table.Th>{t("tokens.expires")}</Table.Th>
                    <Table.Th>
                      <VisuallyHidden>{t("parts.actions")}</VisuallyHidden>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((token) => (
                    <TokenRow key={token.key} token={token} />
                  ))}
                </Table.Tbody>
              </Table>
            </Scroll>
          )
        }
      </QueryView>
      <FormDialog
        opened={making}
        onClose={() => setMaking(false)}
        closeOnClickOutside={false}
        title={t("tokens.new")}
      >
        <MakeToken onDone={() => setMaking(false)} />
      </FormDialog>
    </>
  );
}

function TokenRow({ token }: { token: Token }) {
  const { t } = useWords();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => http.delete(path("tokens", token.key)),
    onError: (error) => notifications.show({ color: "red", message: errorText(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: t("tokens.revoke_title", { name: token.name }),
      children: <Text size="sm">{t("tokens.revoke_warning")}</Text>,
      labels: { confirm: t("tokens.revoke"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => revoke.mutate(),
    });
  return (
    <Table.Tr>
      <Table.Td fw={540}>{token.name}</Table.Td>
      <Table.Td>
        <Instant at={token.created_at} />
      </Table.Td>
      <Table.Td>
        {token.expires_at ? <Instant at={token.expires_at} /> : t("tokens.never")}
      </Table.Td>
      <Table.Td ta="end">
        <Button
          variant="subtle"
          color="red"
          size="compact-xs"
          leftSection={<IconTrash size={14} />}
          loading={revoke.isPending}
          onClick={confirm}
        >
          {t("tokens.revoke")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

const LIFETIMES_DAYS = ["30", "90", "365", ""] as const;
const LIFETIME_BY_ITSELF = "90";

function MakeToken({ onDone }: { onDone: () => void }) {
  const { t, counted } = useWords();
  const queries = useQueryClient();
  const missing = useMissing();
  const [name, setName] = useState("");
  const [days, setDays] = useState<string>(LIFETIME_BY_ITSELF);
  const make = useMutation({
    mutationFn: () =>
      http.post<Token>(path("tokens"), { name, ...(days === "" ? {} : { days: Number(days) }) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const secret = make.data?.secret;
  const discard = useDiscard();
  useUnsaved(secret === undefined && (name !== "" || days !== LIFETIME_BY_ITSELF));
  if (secret) return <Secret secret={secret} onDone={onDone} />;
  return (
    <form
      {...missing.form(() => {
        make.mutate();
      })}
    >
      <Stack gap="sm">
        <TextInput
          {...missing.input("name", name)}
          label={t("tokens.name")}
          description={t("tokens.name_hint")}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t("tokens.lifetime")}
          allowDeselect={false}
          data={LIFETIMES_DAYS.map((one) => ({
            value: one,
            label: one === "" ? t("tokens.never") : counted("tokens.days", Number(one)),
          }))}
          value={days}
          onChange={(next) => setDays(next ?? "")}
        />
        <Refusal error={make.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => discard(onDone)}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t("tokens.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useWords();
  return (
    <Stack gap="sm">
      <Alert color="yellow" variant="light" py="xs">
        {t("tokens.shown_once")}
      </Alert>
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {t(copied ? "tokens.copied" : "tokens.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t("tokens.done")}</Button>
      </Group>
    </Stack>
  );
}
