// The processes that offer themselves on a record, each as a button.

import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ObjectDef, ProcessRef } from "../../api/wire.ts";
import { useWords } from "../../i18n/language.tsx";
import { useNameOf } from "../../process/translated.ts";
import { useErrorText } from "../../ui/errorText.ts";
import { recordOffersQuery, useStartOnRecord } from "../records.ts";

interface StartProps {
  object: ObjectDef;
  recordKey: string;
}

function useOffers({ object, recordKey }: StartProps) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const errorText = useErrorText();
  const offers = useQuery({
    ...recordOffersQuery(object.name, recordKey),
    enabled: object.access.write,
  });
  const start = useStartOnRecord(object.name, recordKey);
  const press = (process: ProcessRef) =>
    start.mutate(process.id, {
      onSuccess: () =>
        notifications.show({ message: t("record.started", { process: nameOf(process) }) }),
      onError: (error) =>
        notifications.show({
          color: "red",
          title: t("record.not_started"),
          message: errorText(error),
        }),
    });
  return { offers: offers.data?.items ?? [], press, isPending: start.isPending };
}

export function StartButtons(props: StartProps) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const { offers, press, isPending } = useOffers(props);
  return offers.map((process) => (
    <Button
      key={process.id}
      size="compact-sm"
      variant="default"
      leftSection={<IconPlayerPlay size={14} />}
      loading={isPending}
      onClick={() => press(process)}
    >
      {t("record.start", { process: nameOf(process) })}
    </Button>
  ));
}

export function StartItems(props: StartProps) {
  const { t } = useWords();
  const nameOf = useNameOf();
  const { offers, press, isPending } = useOffers(props);
  return offers.map((process) => (
    <Menu.Item
      key={process.id}
      leftSection={<IconPlayerPlay size={16} />}
      disabled={isPending}
      onClick={() => press(process)}
    >
      {t("record.start", { process: nameOf(process) })}
    </Menu.Item>
  ));
}
