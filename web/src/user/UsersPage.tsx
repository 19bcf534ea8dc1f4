// The people who may sign in. Users are records; only their passwords are not.

import { Button, Group, PasswordInput, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconKey, IconPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { http, path } from "../api/client.ts";
import type { FieldDef, RecordRow } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { columnsOf, useObject } from "../object/objects.ts";
import { recordsQuery } from "../record/records.ts";
import { FieldText } from "../record/value/FieldText.tsx";
import { may, useMe } from "../session/session.ts";
import { FormDialog } from "../ui/FormDialog.tsx";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { useMissing } from "../ui/missing.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Scroll } from "../ui/Scroll.tsx";
import { Nothing, QueryView, Refusal } from "../ui/states.tsx";
import table from "../ui/table.module.css";
import { useDiscard, useUnsaved } from "../ui/unsaved.tsx";

export function UsersPage() {
  const { t, label } = useWords();
  const me = useMe();
  const object = useObject("user");
  const users = useInfiniteQuery(recordsQuery("user", { sort: "name" }));
  const columns = columnsOf(object, undefined);
  const manages = may(me, "manage_users");
  const [changing, setChanging] = useState<RecordRow | null>(null);

  return (
    <>
      <PageHeader title={t("users.title")} icon={<IconUsers size={22} stroke={1.6} />}>
        {manages ? (
          <ButtonLink
            to="/records/$object/new"
            params={{ object: "user" }}
            leftSection={<IconPlus size={16} />}
          >
            {t("record.new", { object: label(object.label) })}
          </ButtonLink>
        ) : null}
      </PageHeader>
      <QueryView query={users}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <Nothing title={t("users.empty")} />;
          return (
            <Scroll className={table.scroll}>
              <Table className={table.table ?? ""} data-lines="one" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    {columns.map((column) => (
                      <Table.Th key={column.name}>{label(column.label)}</Table.Th>
                    ))}
                    {manages ? (
                      <Table.Th>
                        <VisuallyHidden>{t("parts.actions")}</VisuallyHidden>
                      </Table.Th>
                    ) : null}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((user) => (
                    <UserRow
                      key={user.key}
                      user={user}
                      columns={columns}
                      onPassword={manages ? () => setChanging(user) : undefined}
                    />
                  ))}
                </Table.Tbody>
              </Table>
              {users.hasNextPage ? (
                <Button variant="subtle" m="sm" onClick={() => void users.fetchNextPage()}>
                  {t("action.show_more")}
                </Button>
              ) : null}
            </Scroll>
          );
        }}
      </QueryView>
      <FormDialog
        opened={changing !== null}
        onClose={() => setChanging(null)}
        title={t("users.set_password_of", { name: changing?.title ?? "" })}
      >
        {changing === null ? null : <PasswordOf user={changing} onDone={() => setChanging(null)} />}
      </FormDialog>
    </>
  );
}

interface UserRowProps {
  user: RecordRow;
  columns: readonly FieldDef[];
  onPassword: (() => void) | undefined;
}

function UserRow({ user, columns, onPassword }: UserRowProps) {
  const { t } = useWords();
  return (
    <Table.Tr>
      {columns.map((column, index) => (
        <Table.Td key={column.name}>
          {index === 0 ? (
            <TextLink
              to="/records/$object/$key"
              params={{ object: "user", key: user.key }}
              inherit
              c="inherit"
              fw={540}
            >
              {user.title}
            </TextLink>
          ) : (
            <FieldText
              field={column}
              value={user.fields[column.name]}
              reference={user.references?.[column.name]}
              place="list"
            />
          )}
        </Table.Td>
      ))}
      {onPassword === undefined ? null : (
        <Table.Td ta="end">
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconKey size={14} />}
            onClick={onPassword}
          >
            {t("users.set_password")}
          </Button>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function PasswordOf({ user, onDone }: { user: RecordRow; onDone: () => void }) {
  const { t } = useWords();
  const missing = useMissing();
  const [password, setPassword] = useState("");
  const discard = useDiscard();
  useUnsaved(password !== "");
  const set = useMutation({
    mutationFn: () => http.post(path("users", user.key, "password"), { password }),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("password.changed") });
      onDone();
    },
  });
  return (
    <form
      {...missing.form(() => {
        set.mutate();
      })}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("users.password_hint")}
        </Text>
        <PasswordInput
          {...missing.input("password", password)}
          label={t("password.new")}
          autoComplete="new-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Refusal error={set.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => discard(onDone)}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={set.isPending}>
            {t("users.set_password")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
