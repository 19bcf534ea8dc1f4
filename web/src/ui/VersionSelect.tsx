// Which version of a deployed model is shown.

import { Select } from "@mantine/core";
import { useWords } from "../i18n/language.tsx";

interface VersionSelectProps<Version> {
  versions: readonly Version[];
  shown: Version;
  /** What a version has besides its number. */
  tagOf?: (version: Version) => string | undefined;
  onChoose: (version: string) => void;
}

export function VersionSelect<Version extends { version: number }>({
  versions,
  shown,
  tagOf,
  onChoose,
}: VersionSelectProps<Version>) {
  const { t } = useWords();
  const label = (one: Version) =>
    [t("process.version", { version: one.version }), tagOf?.(one)].filter(Boolean).join(" · ");
  return (
    <Select
      size="xs"
      w={170}
      aria-label={t("process.versions")}
      allowDeselect={false}
      data={versions.map((one) => ({ value: String(one.version), label: label(one) }))}
      value={String(shown.version)}
      onChange={(version) => {
        if (version !== null) onChoose(version);
      }}
    />
  );
}
