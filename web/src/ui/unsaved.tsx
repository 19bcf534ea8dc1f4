// What was typed and is nowhere else yet. Whoever would leave it, by a link, the back button, Cancel, Escape in
// a dialog or by closing the window, is asked first. Where nothing was typed nothing is asked.

import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from "react";
import { useWords } from "../i18n/language.tsx";

/** Where one would go, as far as it decides whether what was typed is lost. */
interface Place {
  pathname: string;
  search: object;
}

/** What somebody typed. */
interface Typed {
  /** Whether it outlives going to another place. */
  outlives: (next: Place, current: Place) => boolean;
  /** Becomes true when it is saved, where that is under way: then nothing has to be asked. */
  saving: () => Promise<boolean> | undefined;
}

interface Unsaved {
  typed: Pick<Set<Typed>, "add" | "delete">;
  /** Does what would discard what was typed, after asking where there is something. */
  discard: (act: () => void) => void;
  /** Asks in any case. What was typed elsewhere stays guarded. */
  ask: (act: () => void) => void;
  /** Whether the question is open, or something else lies above the page and its dialogs. */
  asking: boolean;
  kept: Kept;
}

/** What was typed as a whole, for what comes over the page from elsewhere. */
interface Kept {
  isEmpty: () => boolean;
  /** Gives it up without asking. */
  forget: () => void;
  /** Tells that something lies above the page and its dialogs, so that Escape is not for them. */
  cover: (covered: boolean) => void;
}

/** What is done once somebody agrees to discard. */
interface Act {
  run: () => void;
  discards: "everything" | "its own";
}

export const UnsavedContext = createContext<Unsaved | null>(null);

function useUnsavedContext(): Unsaved {
  const unsaved = useContext(UnsavedContext);
  if (unsaved === null) throw new Error("this needs an UnsavedGuard above it");
  return unsaved;
}

const samePage: Typed["outlives"] = (next, current) => next.pathname === current.pathname;

/**
 * Guards what was typed for as long as `changed`. By itself it outlives whatever stays on the page, such as
 * another tab of it.
 */
export function useUnsaved(changed: boolean, how: Partial<Typed> = {}): void {
  const { typed } = useUnsavedContext();
  const outlives = useEffectEvent(how.outlives ?? samePage);
  const saving = useEffectEvent(how.saving ?? (() => undefined));
  useEffect(() => {
    if (!changed) return;
    const one: Typed = {
      outlives: (next, current) => outlives(next, current),
      saving: () => saving(),
    };
    typed.add(one);
    return () => {
      typed.delete(one);
    };
  }, [changed, typed]);
}

/** For what leaves nothing but what was typed, such as a Cancel within the page. */
export function useDiscard(): (act: () => void) => void {
  return useUnsavedContext().discard;
}

/** The same within a dialog, which is closed without a question unless something was typed in the dialog itself. */
export function useUnsavedWithin(): Unsaved {
  const { typed, ask, asking, kept } = useUnsavedContext();
  const [own] = useState(() => new Set<Typed>());
  return useMemo(
    () => ({
      typed: {
        add: (one) => {
          typed.add(one);
          return own.add(one);
        },
        delete: (one) => {
          typed.delete(one);
          return own.delete(one);
        },
      },
      discard: (act) => (own.size === 0 ? act() : ask(act)),
      ask,
      asking,
      kept,
    }),
    [typed, own, ask, asking, kept],
  );
}

/** For what may end the page as a whole. */
export function useKept(): Kept {
  return useUnsavedContext().kept;
}

export function UnsavedGuard({ children }: { children: ReactNode }) {
  const [typed] = useState(() => new Set<Typed>());
  const [covered, cover] = useState(false);
  const kept = useMemo<Kept>(
    () => ({ isEmpty: () => typed.size === 0, forget: () => typed.clear(), cover }),
    [typed],
  );
  const [act, setAct] = useState<Act>();
  const enableBeforeUnload = useCallback(() => typed.size > 0, [typed]);
  const shouldBlockFn = useCallback(
    async ({ next, current }: { next: Place; current: Place }) => {
      const lost = [...typed].filter((one) => !one.outlives(next, current));
      const saved = await Promise.all(lost.map((one) => one.saving()));
      return saved.some((one) => one !== true);
    },
    [typed],
  );
  const leaving = useBlocker({ shouldBlockFn, enableBeforeUnload, withResolver: true });
  const opened = leaving.status === "blocked" || act !== undefined;
  const unsaved = useMemo<Unsaved>(
    () => ({
      typed,
      discard: (run) => (typed.size === 0 ? run() : setAct({ run, discards: "everything" })),
      ask: (run) => setAct({ run, discards: "its own" }),
      asking: opened || covered,
      kept,
    }),
    [typed, opened, covered, kept],
  );
  const stay = () => {
    leaving.reset?.();
    setAct(undefined);
  };
  const go = () => {
    setAct(undefined);
    if (act?.discards !== "its own") typed.clear();
    leaving.proceed?.();
    act?.run();
  };
  return (
    <UnsavedContext value={unsaved}>
      {children}
      <Question opened={opened} onStay={stay} onDiscard={go} />
    </UnsavedContext>
  );
}

interface QuestionProps {
  opened: boolean;
  onStay: () => void;
  onDiscard: () => void;
}

function Question({ opened, onStay, onDiscard }: QuestionProps) {
  const { t } = useWords();
  return (
    <Modal
      opened={opened}
      onClose={onStay}
      withCloseButton={false}
      // Above the dialog that it asks about.
      zIndex={400}
      title={<Text fw={620}>{t("unsaved.title")}</Text>}
      // Escape stays, and is not also heard by what lies behind. Nor is the one heard here that has asked, as it
      // would be by a listener of the window.
      closeOnEscape={false}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") onStay();
      }}
    >
      <Text size="sm">{t("unsaved.explanation")}</Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" data-autofocus onClick={onStay}>
          {t("unsaved.stay")}
        </Button>
        <Button color="red" onClick={onDiscard}>
          {t("unsaved.discard")}
        </Button>
      </Group>
    </Modal>
  );
}
