// The way to every page: the objects as the metadata says, then work, then administration.

import { Group, Kbd, Text, UnstyledButton } from "@mantine/core";

import {
  IconInbox,
  IconKey,
  IconRoute,
  IconSearch,
  IconSend,
  IconSunHigh,
  IconTable,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useWords } from "../i18n/language.tsx";
import { shareOf, useImportsUnderWay } from "../import/running.ts";
import { NotificationBell } from "../notification/NotificationBell.tsx";
import { ObjectIcon } from "../object/ObjectIcon.tsx";
import { useObjects } from "../object/objects.ts";
import { may, useMe } from "../session/session.ts";
import { useOpenTaskCount } from "../task/tasks.ts";
import { commandMenu } from "./command.ts";
import { Logo } from "./Logo.tsx";
import { commandKey } from "./platform.ts";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu.tsx";

export function Navigation() {
  const { t, label } = useWords();
  const me = useMe();
  const objects = useObjects().filter((object) => object.navigation);

  return (
    <>
      <div className={classes.top}>
        <Group justify="space-between" wrap="nowrap" visibleFrom="sm">
          <Link to="/" className={classes.home ?? ""} aria-label={t("page.home")}>
            <Logo />
          </Link>
          <NotificationBell />
        </Group>
        <UnstyledButton className={classes.search ?? ""} onClick={commandMenu.open}>
          <IconSearch size={16} aria-hidden="true" />
          <span>{t("search.title")}</span>
          <Kbd size="xs">{commandKey} K</Kbd>
        </UnstyledButton>
      </div>
      <div className={classes.links}>
        <Link to="/" className={classes.link ?? ""} activeOptions={{ exact: true }}>
          <IconSunHigh size={18} stroke={1.6} aria-hidden="true" />
          <span>{t("home.title")}</span>
        </Link>
        <InboxLink />
        {objects.length === 0 ? null : (
          <Text component="h2" className={classes.section ?? ""}>
            {t("shell.records")}
          </Text>
        )}
        {objects.map((object) => (
          <Link
            key={object.name}
            to="/records/$object"
            params={{ object: object.name }}
            activeOptions={{ includeSearch: false }}
            className={classes.link ?? ""}
          >
            <ObjectIcon name={object.icon} />
            <span>{label(object.plural)}</span>
          </Link>
        ))}
        <Text component="h2" className={classes.section ?? ""}>
          {t("shell.automation")}
        </Text>
        <Link to="/processes" className={classes.link ?? ""}>
          <IconRoute size={18} stroke={1.6} aria-hidden="true" />
          <span>{t("processes.title")}</span>
        </Link>
        <Link to="/decisions" className={classes.link ?? ""}>
          <IconTable size={18} stroke={1.6} aria-hidden="true" />
          <span>{t("decisions.title")}</span>
        </Link>
        <Link to="/outbox" className={classes.link ?? ""} activeOptions={{ includeSearch: false }}>
          <IconSend size={18} stroke={1.6} aria-hidden="true" />
          <span>{t("outbox.title")}</span>
        </Link>
        <Text component="h2" className={classes.section ?? ""}>
          {t("shell.administration")}
        </Text>
        {may(me, "manage_users") ? (
          <Link to="/users" className={classes.link ?? ""}>
            <IconUsers size={18} stroke={1.6} aria-hidden="true" />
            <span>{t("users.title")}</span>
          </Link>
        ) : null}
        <Link to="/tokens" className={classes.link ?? ""}>
          <IconKey size={18} stroke={1.6} aria-hidden="true" />
          <span>{t("tokens.title")}</span>
        </Link>
      </div>
      <ImportsUnderWay />
      <div className={classes.foot}>
        <UserMenu />
      </div>
    </>
  );
}

/** Imports go on while one looks at other pages; here is the way back to them. */
function ImportsUnderWay() {
  const { t, label, format } = useWords();
  const objects = useObjects();
  return useImportsUnderWay().map((run) => {
    const object = objects.find((one) => one.name === run.object);
    return (
      <Link
        key={run.object}
        to="/records/$object/import"
        params={{ object: run.object }}
        className={classes.import ?? ""}
      >
        <span>
          {t("import.under_way", { objects: object ? label(object.plural) : run.object })}
        </span>
        <span className={classes.count}>{format.percent(Math.floor(100 * shareOf(run)))}</span>
      </Link>
    );
  });
}

function InboxLink() {
  const { t, counted } = useWords();
  const open = useOpenTaskCount();
  return (
    <Link to="/inbox" className={classes.link ?? ""} activeOptions={{ includeSearch: false }}>
      <IconInbox size={18} stroke={1.6} aria-hidden="true" />
      <span>{t("inbox.title")}</span>
      {open === undefined || open.value === 0 ? null : (
        <span
          className={classes.count}
          role="img"
          aria-label={counted("inbox.open_count", open.value, open.shown)}
        >
          {open.shown}
        </span>
      )}
    </Link>
  );
}
