// Switching the language and the colour scheme.

import { Button, SegmentedControl, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { useWords } from "../i18n/language.tsx";

/** One press to the other language, named in that language. */
export function LanguageSwitch() {
  const { language, setLanguage } = useWords();
  const other = language === "en" ? "zh" : "en";
  return (
    <Button
      variant="subtle"
      color="gray"
      leftSection={<IconLanguage size={16} />}
      lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => setLanguage(other)}
    >
      {LANGUAGE_NAMES[other]}
    </Button>
  );
}

/** Languages are named in themselves, so that one finds the way back. */
export const LANGUAGE_NAMES = { en: "English", zh: "简体中文" } as const;

export function ColorSchemeSwitch() {
  const { t } = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const option = (value: "light" | "dark" | "auto", icon: typeof IconSun, name: string) => {
    const Icon = icon;
    return {
      value,
      label: (
        <>
          <Icon size={15} style={{ display: "block" }} aria-hidden="true" />
          <VisuallyHidden>{name}</VisuallyHidden>
        </>
      ),
    };
  };
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t("scheme.title")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
      data={[
        option("light", IconSun, t("scheme.light")),
        option("dark", IconMoon, t("scheme.dark")),
        option("auto", IconDeviceDesktop, t("scheme.auto")),
      ]}
    />
  );
}
