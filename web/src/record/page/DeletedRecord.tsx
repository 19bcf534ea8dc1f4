// In place of a record that was deleted while its page was open: that it was, by whom and when, the way back to the
// list, and what was being typed, to be copied.

import { Alert, EmptyState, Text, Textarea } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useContext, useState } from "react";
import type { ObjectDef, RecordWithParts } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { Instant } from "../../ui/Instant.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { useDocumentTitle } from "../../ui/PageHeader.tsx";
import { useUnsaved } from "../../ui/unsaved.tsx";
import { timelineQuery } from "../records.ts";
import { FieldText } from "../value/FieldText.tsx";
import { Panel } from "./Panel.tsx";
import classes from "./page.module.css";
import { type Typed, TypedContext } from "./typed.ts";

interface DeletedRecordProps {
  object: ObjectDef;
  /** As it was last seen. */
  record: RecordWithParts;
}

export function DeletedRecord({ object, record }: DeletedRecordProps) {
  const { t, label } = useWords();
  const timeline = useInfiniteQuery(timelineQuery(object.name, record.key));
  const all = useContext(TypedContext);
  // The editors, which go with the record, still hold it now.
  const [typed] = useState(() => [...all.values()].flat());
  useUnsaved(typed.length > 0);
  useDocumentTitle(record.title);
  const entries = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const deletion = entries.find((entry) => entry.kind === "deleted");
  return (
    <>
      <EmptyState
        size="sm"
        py="xl"
        px="md"
        role="alert"
        icon={<IconTrash size={28} stroke={1.5} />}
      >
        <EmptyState.Title order={1}>{t("record.gone", { title: record.title })}</EmptyState.Title>
        <EmptyState.Description>
          {deletion?.by ? `${t("record.gone_by", { name: deletion.by.title })} · ` : null}
          {deletion === undefined ? t("record.gone_hint") : <Instant at={deletion.at} />}
        </EmptyState.Description>
        <EmptyState.Actions>
          <ButtonLink
            to="/records/$object"
            params={{ object: object.name }}
            variant={typed.length > 0 ? "default" : "filled"}
          >
            {t("record.gone_back", { objects: label(object.plural) })}
          </ButtonLink>
        </EmptyState.Actions>
      </EmptyState>
      {typed.length > 0 ? <NotSaved typed={typed} /> : null}
    </>
  );
}

function NotSaved({ typed }: { typed: readonly Typed[] }) {
  const { t, label } = useWords();
  return (
    <div className={classes.notSaved}>
      <Panel title={t("record.gone_typed")}>
        <Alert variant="light" color="yellow" mx="md" my="sm" py={6}>
          {t("record.gone_typed_hint")}
        </Alert>
        <dl className={classes.fields}>
          {typed.map(({ field, value, reference }) => (
            <div key={field.name} className={classes.field} data-wide={field.type === "long_text"}>
              <dt>{label(field.label)}</dt>
              <dd>
                {typeof value === "string" && COPIED.has(field.type) ? (
                  <Textarea
                    readOnly
                    autosize
                    minRows={1}
                    aria-label={label(field.label)}
                    value={value}
                    onFocus={(event) => event.currentTarget.select()}
                  />
                ) : (
                  <Text size="sm">
                    <FieldText field={field} value={value} reference={reference} />
                  </Text>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}

/** Types whose value is the text that was typed. */
const COPIED = new Set(["text", "long_text", "email", "phone", "url"]);
