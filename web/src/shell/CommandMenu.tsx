// Cmd-K: go to any page or record, make a new record, change a setting, all from the keyboard.

import { Kbd, Modal, Text, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight } from "@mantine/spotlight";
import {
  IconBell,
  IconInbox,
  IconKey,
  IconLanguage,
  IconMoon,
  IconPlus,
  IconRoute,
  IconSearch,
  IconSend,
  IconSun,
  IconSunHigh,
  IconTable,
  IconUpload,
  IconUsers,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { RecordRef } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { ObjectIcon } from "../object/ObjectIcon.tsx";
import { useObjects } from "../object/objects.ts";
import { searchQuery } from "../record/records.ts";
import { may, useMe } from "../session/session.ts";
import classes from "./CommandMenu.module.css";
import { commandStore } from "./command.ts";
import { LANGUAGE_NAMES } from "./switches.tsx";

interface Command {
  id: string;
  label: string;
  icon: ReactNode;
  run: () => void;
  hint?: string;
}

interface CommandGroup {
  title: string;
  commands: Command[];
}

/** The list scrolls, so the keyboard has to reach it; the library's types do not know that it passes this on. */
const REACHABLE = { viewportProps: { tabIndex: 0 } };

export function CommandMenu() {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const text = query.trim();
  const records = useRecordCommands(text);
  const groups = [
    { title: t("command.records"), commands: records.commands },
    ...matching(useFixedCommands(), text),
  ].filter((group) => group.commands.length > 0);
  const list = useRef<HTMLDivElement>(null);
  useFirstSelected(list, groups.flatMap((group) => group.commands.map((one) => one.id)).join());

  return (
    <Spotlight.Root
      store={commandStore}
      query={query}
      onQueryChange={setQuery}
      tagsToIgnore={[]}
      triggerOnContentEditable
      maxHeight={420}
      scrollable
      yOffset="12vh"
      centered={false}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      classNames={{
        action: classes.action ?? "",
        actionBody: classes.body ?? "",
        actionLabel: classes.label ?? "",
        actionSection: classes.section ?? "",
        actionsGroup: classes.group ?? "",
      }}
    >
      <VisuallyHidden component="div">
        <Modal.Title>{t("search.title")}</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        placeholder={t("command.placeholder")}
        aria-label={t("command.placeholder")}
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList ref={list} {...REACHABLE}>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.title} label={group.title}>
            {group.commands.map((command) => (
              <Spotlight.Action
                key={command.id}
                label={command.label}
                leftSection={command.icon}
                rightSection={
                  command.hint === undefined ? null : (
                    <Text size="xs" c="dimmed" className={classes.hint ?? ""}>
                      {command.hint}
                    </Text>
                  )
                }
                onClick={command.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && !records.loading ? (
          <Spotlight.Empty>{t("command.nothing")}</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <Text size="xs" c="dimmed" className="rondo-keys">
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {t("command.move")}
          {"   "}
          <Kbd size="xs">↵</Kbd> {t("command.choose")}
        </Text>
      </Spotlight.Footer>
    </Spotlight.Root>
  );
}

/** Selects the first command whenever the commands change, so that Enter takes the best one. */
function useFirstSelected(list: React.RefObject<HTMLDivElement | null>, commands: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the commands change.
  useEffect(() => {
    const actions = list.current?.querySelectorAll("[data-action]") ?? [];
    actions.forEach((action, index) => {
      if (index === 0) action.setAttribute("data-selected", "true");
      else action.removeAttribute("data-selected");
    });
    commandStore.updateState((state) => ({ ...state, selected: actions.length > 0 ? 0 : -1 }));
  }, [commands]);
}

function useRecordCommands(text: string): { commands: Command[]; loading: boolean } {
  const { label } = useWords();
  const navigate = useNavigate();
  const objects = useObjects();
  const [debounced] = useDebouncedValue(text, 120);
  const found = useQuery({
    ...searchQuery(debounced),
    enabled: debounced.length > 0,
    placeholderData: keepPreviousData,
  });
  const items: RecordRef[] = text === "" ? [] : (found.data?.items ?? []);
  const commands = items.flatMap((item) => {
    const object = objects.find((one) => one.name === item.object);
    if (object === undefined) return [];
    return {
      id: `record-${item.key}`,
      label: item.title,
      icon: <ObjectIcon name={object.icon} />,
      hint: label(object.label),
      run: () =>
        void navigate({
          to: "/records/$object/$key",
          params: { object: item.object, key: item.key },
        }),
    };
  });
  return { commands, loading: text !== "" && (found.isFetching || debounced !== text) };
}

function useFixedCommands(): CommandGroup[] {
  const { t, label, language, setLanguage } = useWords();
  const navigate = useNavigate();
  const me = useMe();
  const { setColorScheme } = useMantineColorScheme();
  const objects = useObjects().filter((object) => object.navigation);
  const other = language === "en" ? "zh" : "en";
  const page = (
    to:
      | "/"
      | "/inbox"
      | "/notifications"
      | "/processes"
      | "/decisions"
      | "/outbox"
      | "/users"
      | "/tokens",
    text: string,
    icon: ReactNode,
  ) => ({
    id: to,
    label: text,
    icon,
    run: () => void navigate({ to }),
  });

  return [
    {
      title: t("command.pages"),
      commands: [
        page("/", t("home.title"), <IconSunHigh size={18} stroke={1.6} />),
        page("/inbox", t("inbox.title"), <IconInbox size={18} stroke={1.6} />),
        ...objects.map((object) => ({
          id: `list-${object.name}`,
          label: label(object.plural),
          icon: <ObjectIcon name={object.icon} />,
          run: () => void navigate({ to: "/records/$object", params: { object: object.name } }),
        })),
        page("/processes", t("processes.title"), <IconRoute size={18} stroke={1.6} />),
        page("/decisions", t("decisions.title"), <IconTable size={18} stroke={1.6} />),
        page("/notifications", t("notification.title"), <IconBell size={18} stroke={1.6} />),
        page("/outbox", t("outbox.title"), <IconSend size={18} stroke={1.6} />),
        ...(may(me, "manage_users")
          ? [page("/users", t("users.title"), <IconUsers size={18} stroke={1.6} />)]
          : []),
        page("/tokens", t("tokens.title"), <IconKey size={18} stroke={1.6} />),
      ],
    },
    {
      title: t("command.create"),
      commands: objects
        .filter((object) => object.access.write)
        .map((object) => ({
          id: `new-${object.name}`,
          label: t("record.new", { object: label(object.label) }),
          icon: <IconPlus size={18} stroke={1.6} />,
          run: () => void navigate({ to: "/records/$object/new", params: { object: object.name } }),
        })),
    },
    {
      title: t("command.import"),
      commands: objects
        .filter((object) => object.access.write)
        .map((object) => ({
          id: `import-${object.name}`,
          label: t("import.title", { objects: label(object.plural) }),
          icon: <IconUpload size={18} stroke={1.6} />,
          run: () =>
            void navigate({ to: "/records/$object/import", params: { object: object.name } }),
        })),
    },
    {
      title: t("command.settings"),
      commands: [
        {
          id: "language",
          label: LANGUAGE_NAMES[other],
          icon: <IconLanguage size={18} stroke={1.6} />,
          run: () => setLanguage(other),
        },
        {
          id: "light",
          label: t("scheme.light"),
          icon: <IconSun size={18} stroke={1.6} />,
          run: () => setColorScheme("light"),
        },
        {
          id: "dark",
          label: t("scheme.dark"),
          icon: <IconMoon size={18} stroke={1.6} />,
          run: () => setColorScheme("dark"),
        },
      ],
    },
  ];
}

function matching(groups: CommandGroup[], text: string): CommandGroup[] {
  const words = text.toLowerCase().split(/\s+/);
  const matches = (command: Command) =>
    words.every((word) => command.label.toLowerCase().includes(word));
  return groups.map((group) => ({ ...group, commands: group.commands.filter(matches) }));
}
