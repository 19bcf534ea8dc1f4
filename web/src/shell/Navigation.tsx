// The way to every page: the objects as the metadata says, then work, then administration.

import { Kbd, Text, UnstyledButton } from "@mantine/core";

import {
  IconInbox,
  IconKey,
  IconRoute,
  IconSearch,
  IconSend,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useWords } from "../i18n/language.tsx";
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
        <Link to="/" className={classes.home ?? ""} aria-label={t("page.home")}>
          <Logo />
        </Link>
        <UnstyledButton className={classes.search ?? ""} onClick={commandMenu.open}>
          <IconSearch size={16} aria-hidden="true" />
          <span>{t("search.title")}</span>
          <Kbd size="xs">{commandKey} K</Kbd>
        </UnstyledButton>
      </div>
      <div className={classes.links}>
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
      <div className={classes.foot}>
        <UserMenu />
      </div>
    </>
  );
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
