// The frame around every page: navigation at the left (behind a button on a narrow window), the
// command menu, and the one stream that keeps what is shown current.

import { AppShell, Box, Burger, Group, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import { IconSearch } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useLiveUpdates } from "../api/live.ts";
import { hasChosenLanguage, useWords } from "../i18n/language.tsx";
import { NotificationBell } from "../notification/NotificationBell.tsx";
import { SignInAgain } from "../session/SignInAgain.tsx";
import { useMe } from "../session/session.ts";
import { useTitlesOfClipped } from "../ui/clipped.ts";
import { UnsavedGuard } from "../ui/unsaved.tsx";
import { CommandMenu } from "./CommandMenu.tsx";
import { ConnectionLost } from "./ConnectionLost.tsx";
import { commandMenu } from "./command.ts";
import { Logo } from "./Logo.tsx";
import { Navigation } from "./Navigation.tsx";
import classes from "./Shell.module.css";

export function Shell() {
  return (
    <UnsavedGuard>
      <Frame />
    </UnsavedGuard>
  );
}

function Frame() {
  const { t } = useWords();
  const [opened, { toggle, close }] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // The stream ends with the session.
  const [sessions, setSessions] = useState(1);
  const connection = useLiveUpdates(sessions);
  useOwnLanguage();
  useTitlesOfClipped();

  // biome-ignore lint/correctness/useExhaustiveDependencies: going to another page closes the menu.
  useEffect(close, [pathname]);

  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !opened } }}
      transitionDuration={150}
    >
      <a className={classes.skip} href="#main">
        {t("shell.skip")}
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.bar ?? ""}>
        <Group h="100%" px="sm" justify="space-between">
          <Group gap="xs">
            <Burger
              opened={opened}
              onClick={toggle}
              size="sm"
              aria-label={opened ? t("shell.close_navigation") : t("shell.open_navigation")}
            />
            <Link to="/" className={classes.home ?? ""} aria-label={t("page.home")}>
              <Logo />
            </Link>
          </Group>
          <Group gap="xs">
            <NotificationBell />
            <UnstyledButton p={6} onClick={commandMenu.open} aria-label={t("search.title")}>
              <IconSearch size={20} />
            </UnstyledButton>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar ?? ""} aria-label={t("shell.navigation")}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" className={classes.main ?? ""} tabIndex={-1}>
        {connection === "lost" ? <ConnectionLost /> : null}
        <Box className={classes.page ?? ""}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <CommandMenu />
      <SignInAgain onSignedIn={() => setSessions((before) => before + 1)} />
    </AppShell>
  );
}

/** Until this browser has chosen a language, the one in the user's record is spoken. */
function useOwnLanguage(): void {
  const { language, setLanguage } = useWords();
  const me = useMe();
  useEffect(() => {
    const own = me.language;
    if (hasChosenLanguage() || own === language) return;
    if (own === "en" || own === "zh") setLanguage(own);
  }, [me.language, language, setLanguage]);
}
