// Which language the page speaks, and the functions that say something in it.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Label } from "../api/wire.ts";
import { en } from "./en.ts";
import { type Format, formatFor } from "./format.ts";
import { zh } from "./zh.ts";

export type Language = "en" | "zh";

export type MessageKey = keyof typeof en;

/** Messages whose text differs by number: `X.one` and `X.other`. */
type CountedKey = MessageKey extends infer K
  ? K extends `${infer Stem}.one`
    ? Stem
    : never
  : never;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type Values<K extends MessageKey> = { [name in Placeholders<(typeof en)[K]>]: string | number };

type Translate = <K extends MessageKey>(
  key: K,
  ...values: keyof Values<K> extends never ? [] : [Values<K>]
) => string;

export interface Words {
  language: Language;
  setLanguage: (language: Language) => void;
  /** The message in the current language, its `{placeholders}` filled in. */
  t: Translate;
  /** The message that fits the number; `{count}` is the formatted number. */
  counted: (key: CountedKey, count: number, shown?: string) => string;
  /** The message of a key that is only known at run time, if there is one. */
  find: (key: string, values?: Record<string, string | number>) => string | undefined;
  /** A label from the metadata, in the current language. */
  label: (label: Label) => string;
  format: Format;
}

const STORAGE_KEY = "rondo-language";

const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error("useWords needs a LanguageProvider above it");
  return words;
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);

  const words = useMemo<Words>(
    () =>
      wordsFor(language, (chosen) => {
        storeLanguage(chosen);
        setLanguage(chosen);
      }),
    [language],
  );

  return <WordsContext value={words}>{children}</WordsContext>;
}

/** Whether this browser has chosen a language; until then the user's own setting decides. */
export function hasChosenLanguage(): boolean {
  return storedLanguage() !== undefined;
}

function wordsFor(language: Language, setLanguage: (language: Language) => void): Words {
  const messages: Record<MessageKey, string> = language === "zh" ? zh : en;
  const plural = new Intl.PluralRules(language);
  const format = formatFor(language);
  const t: Translate = (key, ...values) => fill(messages[key], values[0] ?? {});
  return {
    language,
    setLanguage,
    t,
    counted: (key, count, shown) => {
      const form: MessageKey = `${key}.${plural.select(count) === "one" ? "one" : "other"}`;
      return fill(messages[form], { count: shown ?? format.number(count) });
    },
    find: (key, values = {}) =>
      key in messages ? fill(messages[key as MessageKey], values) : undefined,
    label: (label) => label[language] || label.en,
    format,
  };
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function initialLanguage(): Language {
  return storedLanguage() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
}

function storedLanguage(): Language | undefined {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === "en" || stored === "zh" ? stored : undefined;
  } catch {
    return undefined;
  }
}

function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage is blocked: the choice lasts for this visit.
  }
}
