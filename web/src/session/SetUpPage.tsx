// The first visit to an empty server: its one-time link makes the first administrator.

import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useWords } from "../i18n/language.tsx";
import { useMissing } from "../ui/missing.ts";
import { useDocumentTitle } from "../ui/PageHeader.tsx";
import { QueryView, Refusal } from "../ui/states.tsx";
import { Doorstep } from "./Doorstep.tsx";
import { setUpQuery, useSetUp } from "./session.ts";

const SHORTEST_PASSWORD = 8;

export function SetUpPage() {
  const { t } = useWords();
  const { token } = useSearch({ from: "/setup" });
  const setUp = useQuery(setUpQuery);
  useDocumentTitle(t("set_up.title"));

  return (
    <Doorstep title={t("set_up.title")}>
      <QueryView query={setUp} rows={3}>
        {({ needed }) => {
          if (!needed) return <Navigate to="/" replace />;
          if (token === undefined) return <Text size="sm">{t("set_up.link_incomplete")}</Text>;
          return <FirstAdministrator token={token} />;
        }}
      </QueryView>
    </Doorstep>
  );
}

function FirstAdministrator({ token }: { token: string }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const setUp = useSetUp();
  const missing = useMissing();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const tooShort = password !== "" && password.length < SHORTEST_PASSWORD;

  return (
    <form
      {...missing.form(() => {
        if (tooShort) return;
        setUp.mutate(
          { token, login, name, password },
          { onSuccess: () => void navigate({ to: "/", replace: true }) },
        );
      })}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("set_up.explanation")}
        </Text>
        <TextInput
          {...missing.input("name", name)}
          label={t("set_up.name")}
          autoComplete="name"
          autoFocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          {...missing.input("username", login)}
          label={t("sign_in.login")}
          autoComplete="username"
          autoCapitalize="none"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          {...missing.input("password", password)}
          label={t("sign_in.password")}
          description={t("set_up.password_rule", { count: SHORTEST_PASSWORD })}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("sign_in.show_password") }}
          error={
            tooShort
              ? t("set_up.password_rule", { count: SHORTEST_PASSWORD })
              : missing.input("password", password).error
          }
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Refusal error={setUp.error} />
        <Button type="submit" size="sm" loading={setUp.isPending} mt={4}>
          {t("set_up.submit")}
        </Button>
      </Stack>
    </form>
  );
}
