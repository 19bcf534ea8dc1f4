// One decision: what its deployed versions do, and what they read.

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { RequestError } from "../api/client.ts";
import type { DecisionModel } from "../api/wire.ts";
import { useWords } from "../i18n/language.tsx";
import { byModel } from "../process/processes.ts";
import { Instant } from "../ui/Instant.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Failed, QueryView } from "../ui/states.tsx";
import { VersionSelect } from "../ui/VersionSelect.tsx";
import { DecisionIcon } from "./DecisionIcon.tsx";
import { DecisionLogic } from "./DecisionLogic.tsx";
import { DecisionName, useDecisionName } from "./DecisionName.tsx";
import classes from "./decision.module.css";
import { decisionModelQuery, decisionModelsQuery } from "./decisions.ts";

const route = getRouteApi("/shell/decisions/$id");

export function DecisionPage() {
  const { id } = route.useParams();
  const { version: wanted } = route.useSearch();
  const models = useQuery(decisionModelsQuery);
  return (
    <QueryView query={models}>
      {({ items }) => {
        const versions = byModel(items).find((group) => group[0]?.id === id) ?? [];
        const shown = versions.find((one) => String(one.version) === wanted) ?? versions[0];
        if (shown === undefined)
          return <Failed error={new RequestError(404, { code: "not_found" })} />;
        return <ShownDecision all={items} versions={versions} shown={shown} />;
      }}
    </QueryView>
  );
}

interface ShownDecisionProps {
  all: DecisionModel[];
  versions: DecisionModel[];
  shown: DecisionModel;
}

function ShownDecision({ all, versions, shown }: ShownDecisionProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const model = useQuery(decisionModelQuery(shown.key));
  const name = useDecisionName({ definition: shown.key, decision_id: shown.id, name: shown.name });
  return (
    <>
      <PageHeader
        title={name}
        icon={<DecisionIcon kind={shown.kind} size={22} />}
        parent={{ label: t("decisions.title"), link: { to: "/decisions" } }}
      >
        <Text size="xs" c="dimmed">
          {t("process.deployed")} <Instant at={shown.deployed_at} />
        </Text>
        <VersionSelect
          versions={versions}
          shown={shown}
          onChoose={(version) =>
            void navigate({
              to: "/decisions/$id",
              params: { id: shown.id },
              search: { version },
              replace: true,
            })
          }
        />
      </PageHeader>
      <div className={classes.page}>
        <Facts all={all} shown={shown} />
        <QueryView query={model} rows={5}>
          {/* Another version is another drawing: what is unfolded in the former one ends with it. */}
          {(whole) => <DecisionLogic key={whole.key} name={name} model={whole} />}
        </QueryView>
      </div>
    </>
  );
}

function Facts({ all, shown }: { all: DecisionModel[]; shown: DecisionModel }) {
  const { t, find } = useWords();
  const required = shown.requires.map((id) => {
    const newest = byModel(all).find((group) => group[0]?.id === id)?.[0];
    return { id, newest };
  });
  return (
    <dl className={classes.facts}>
      {shown.kind ? (
        <div>
          <dt>{t("decision.kind")}</dt>
          <dd>{find(`decision_kind.${shown.kind.toLowerCase()}`) ?? shown.kind}</dd>
        </div>
      ) : null}
      {shown.inputs.length === 0 ? null : (
        <div>
          <dt>{t("decision.inputs")}</dt>
          <dd>{shown.inputs.join(", ")}</dd>
        </div>
      )}
      {required.length === 0 ? null : (
        <div>
          <dt>{t("decision.requires")}</dt>
          <dd className={classes.required}>
            {required.map(({ id, newest }) =>
              newest === undefined ? (
                <span key={id}>{id}</span>
              ) : (
                <TextLink key={id} to="/decisions/$id" params={{ id }} inherit>
                  <DecisionName definition={newest.key} decision_id={id} name={newest.name} />
                </TextLink>
              ),
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
