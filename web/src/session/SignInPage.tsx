// Signing in.

import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { RequestError } from "../api/client.ts";
import { useWords } from "../i18n/language.tsx";
import { useMissing } from "../ui/missing.ts";
import { useDocumentTitle } from "../ui/PageHeader.tsx";
import { Refusal } from "../ui/states.tsx";
import { Doorstep } from "./Doorstep.tsx";
import { sessionQuery, setUpQuery, useSignIn } from "./session.ts";

export function SignInPage() {
  const { t } = useWords();
  const { next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const setUp = useQuery(setUpQuery);
  const signIn = useSignIn();
  const missing = useMissing();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  useDocumentTitle(t("sign_in.title"));

  if (session.data) return <Navigate href={safe(next)} to="." replace />;

  return (
    <Doorstep title={t("sign_in.title")}>
      <form
        {...missing.form(() => {
          signIn.mutate(
            { login, password },
            { onSuccess: () => void navigate({ href: safe(next), replace: true }) },
          );
        })}
      >
        <Stack gap="sm">
          {setUp.data?.needed ? (
            <Text size="sm" c="dimmed">
              {t("sign_in.set_up_needed")}
            </Text>
          ) : null}
          <TextInput
            {...missing.input("username", login)}
            label={t("sign_in.login")}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
          />
          <PasswordInput
            {...missing.input("password", password)}
            label={t("sign_in.password")}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("sign_in.show_password") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Refusal error={signInError(signIn.error)} />
          <Button type="submit" size="sm" loading={signIn.isPending} mt={4}>
            {t("sign_in.submit")}
          </Button>
        </Stack>
      </form>
    </Doorstep>
  );
}

/** Only a path of this page: never an address that someone put into a link. */
function safe(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}

/** A wrong password is not an ended session. */
function signInError(error: Error | null): unknown {
  if (error instanceof RequestError && error.status === 401) {
    return new RequestError(401, { code: "wrong_password" });
  }
  return error;
}
