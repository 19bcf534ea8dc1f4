// One record: its fields, its parts, what refers to it, what happened to it and why.

import { ActionIcon, Alert, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconDots, IconLink, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { RequestError } from "../../api/client.ts";
import type { ObjectDef, RecordWithParts } from "../../api/wire.ts";
import { DecisionDrawer } from "../../decision/DecisionDrawer.tsx";
import { useWords } from "../../i18n/language.tsx";
import { ObjectIcon } from "../../object/ObjectIcon.tsx";
import {
  attachable,
  partsOf,
  RELATED_KEY,
  RELATED_OBJECT,
  relationsTo,
  useObject,
  useObjects,
} from "../../object/objects.ts";
import { useErrorText } from "../../ui/errorText.ts";
import { Instant } from "../../ui/Instant.tsx";
import { TextLink } from "../../ui/links.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/states.tsx";
import { recordQuery, useDeleteRecord } from "../records.ts";
import { DeletedRecord } from "./DeletedRecord.tsx";
import { FieldsPanel } from "./FieldsPanel.tsx";
import { InstancesPanel } from "./InstancesPanel.tsx";
import { LockBanner, ReleasedBanner } from "./LockBanner.tsx";
import { PartsPanel } from "./PartsPanel.tsx";
import classes from "./page.module.css";
import { AttachedPanel, RelatedPanel } from "./RelatedPanel.tsx";
import { StageBar } from "./StageBar.tsx";
import { StartItems } from "./StartButtons.tsx";
import { Timeline } from "./Timeline.tsx";
import { type TypedByEditor, TypedContext } from "./typed.ts";

const route = getRouteApi("/shell/records/$object/$key");

export function RecordPage() {
  const { object: name, key } = route.useParams();
  const object = useObject(name);
  const record = useQuery(recordQuery(name, key));
  return (
    <QueryView query={record} rows={10}>
      {(data) => (
        <ShownRecord key={key} object={object} record={data} gone={isGone(record.error)} />
      )}
    </QueryView>
  );
}

/** Whether what was there before is not any more. */
function isGone(error: Error | null): boolean {
  return error instanceof RequestError && error.status === 404;
}

interface ShownRecordProps {
  object: ObjectDef;
  record: RecordWithParts;
  gone: boolean;
}

function ShownRecord({ object, record, gone }: ShownRecordProps) {
  const [typed] = useState<TypedByEditor>(() => new Map());
  return (
    <TypedContext value={typed}>
      {gone ? (
        <DeletedRecord object={object} record={record} />
      ) : (
        <WholeRecord object={object} record={record} />
      )}
    </TypedContext>
  );
}

function WholeRecord({ object, record }: { object: ObjectDef; record: RecordWithParts }) {
  const { t, label } = useWords();
  const objects = useObjects();
  const { decision } = route.useSearch();
  const navigate = useNavigate();
  const showDecision = (key: string | undefined) =>
    void navigate({
      to: "/records/$object/$key",
      params: { object: object.name, key: record.key },
      search: key === undefined ? {} : { decision: key },
      replace: key === undefined,
    });

  return (
    <>
      <PageHeader
        title={record.title}
        icon={<ObjectIcon name={object.icon} size={22} />}
        parent={{
          label: label(object.plural),
          link: { to: "/records/$object", params: { object: object.name } },
        }}
      >
        <AboutLink object={object} record={record} />
        <Text size="xs" c="dimmed">
          {t("record.updated")} <Instant at={record.updated_at} />
        </Text>
        <RecordMenu object={object} record={record} />
      </PageHeader>
      {object.stages ? <StageBar object={object} record={record} /> : null}
      {object.access.write ? null : (
        <Alert variant="light" color="gray" mx="md" mb="sm" py={6}>
          {t("record.read_only")}
        </Alert>
      )}
      {record.locked && object.access.write ? (
        <LockBanner object={object} record={record} lock={record.locked} />
      ) : null}
      {!record.locked && object.access.write ? (
        <ReleasedBanner object={object} record={record} />
      ) : null}
      <div className={classes.columns}>
        <div className={classes.left}>
          <FieldsPanel object={object} record={record} />
          {partsOf(objects, object).map((part) => (
            <PartsPanel key={part.collection} part={part} record={record} />
          ))}
          {relationsTo(objects, object).map((relation) => (
            <RelatedPanel
              key={`${relation.object.name}.${relation.field.name}`}
              relation={relation}
              record={record}
            />
          ))}
          {attachable(objects)
            .filter((other) => other !== object)
            .map((other) => (
              <AttachedPanel key={other.name} object={other} record={record} />
            ))}
        </div>
        <div className={classes.right}>
          <InstancesPanel object={object.name} recordKey={record.key} />
          <Timeline object={object} recordKey={record.key} onDecision={showDecision} />
        </div>
      </div>
      <DecisionDrawer
        object={object.name}
        recordKey={record.key}
        decision={decision}
        onClose={() => showDecision(undefined)}
      />
    </>
  );
}

/** The way to the record that this one is about. */
function AboutLink({ object, record }: { object: ObjectDef; record: RecordWithParts }) {
  const { t } = useWords();
  const about = record.fields[RELATED_OBJECT];
  const key = record.fields[RELATED_KEY];
  if (!attachable([object]).includes(object) || !about || !key) return null;
  return (
    <TextLink
      to="/records/$object/$key"
      params={{ object: String(about), key: String(key) }}
      size="sm"
    >
      {t("related.open")}
    </TextLink>
  );
}

function RecordMenu({ object, record }: { object: ObjectDef; record: RecordWithParts }) {
  const { t } = useWords();
  const errorText = useErrorText();
  const navigate = useNavigate();
  // The page may have heard of it before the answer comes, and not show this any more.
  const remove = useDeleteRecord(
    object.name,
    () => void navigate({ to: "/records/$object", params: { object: object.name } }),
  );

  const confirmDelete = () =>
    modals.openConfirmModal({
      title: t("record.delete_title", { title: record.title }),
      children: <Text size="sm">{t("record.delete_warning")}</Text>,
      labels: { confirm: t("record.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () =>
        remove.mutate(
          { key: record.key, version: record.version },
          {
            onError: (error) =>
              notifications.show({
                color: "red",
                title: t("record.not_deleted"),
                message: errorText(error),
              }),
          },
        ),
    });

  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size={30} variant="default" aria-label={t("action.more")}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconLink size={16} />}
          onClick={() => {
            void navigator.clipboard
              .writeText(location.href)
              .then(() => notifications.show({ message: t("record.link_copied") }));
          }}
        >
          {t("record.copy_link")}
        </Menu.Item>
        <StartItems object={object} recordKey={record.key} />
        {object.access.write ? (
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            disabled={Boolean(record.locked)}
            onClick={confirmDelete}
          >
            {t("record.delete")}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
