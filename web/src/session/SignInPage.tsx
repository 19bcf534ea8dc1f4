// Signing in.

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useWords } from "../i18n/language.tsx";
import { useDocumentTitle } from "../ui/PageHeader.tsx";
import { Doorstep } from "./Doorstep.tsx";
import { SignInForm } from "./SignInForm.tsx";
import { sessionQuery, setUpQuery } from "./session.ts";

export function SignInPage() {
  const { t } = useWords();
  const { next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const setUp = useQuery(setUpQuery);
  useDocumentTitle(t("sign_in.title"));

  if (session.data) return <Navigate href={safe(next)} to="." replace />;

  return (
    <Doorstep title={t("sign_in.title")}>
      {setUp.data?.needed ? (
        <Text size="sm" c="dimmed" mb="sm">
          {t("sign_in.set_up_needed")}
        </Text>
      ) : null}
      <SignInForm onSignedIn={() => void navigate({ href: safe(next), replace: true })} />
    </Doorstep>
  );
}

/** Only a path of this page: never an address that someone put into a link. */
function safe(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}
