// Name and password, on the page for signing in and in the dialog for signing in again.

import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { RequestError } from "../api/client.ts";
import type { Me } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { useMissing } from "../ui/missing.ts";
import { Refusal } from "../ui/states.tsx";
import { useSignIn } from "./session.ts";

interface SignInFormProps {
  /** Whose password is asked for, unless somebody else signs in. */
  expected?: string;
  onSignedIn: (me: Me) => void;
}

export function SignInForm({ expected = "", onSignedIn }: SignInFormProps) {
  const { t } = useWords();
  const signIn = useSignIn();
  const missing = useMissing();
  const [login, setLogin] = useState(expected);
  const [password, setPassword] = useState("");
  const first = { autoFocus: true, "data-autofocus": true };

  return (
    <form
      {...missing.form(() => {
        signIn.mutate({ login, password }, { onSuccess: onSignedIn });
      })}
    >
      <Stack gap="sm">
        <TextInput
          {...missing.input("username", login)}
          {...(expected === "" ? first : {})}
          label={t("sign_in.login")}
          autoComplete="username"
          autoCapitalize="none"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          {...missing.input("password", password)}
          {...(expected === "" ? {} : first)}
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
  );
}

/** A wrong password is not an ended session. */
function signInError(error: Error | null): unknown {
  if (error instanceof RequestError && error.status === 401) {
    return new RequestError(401, { code: "wrong_password" });
  }
  return error;
}
