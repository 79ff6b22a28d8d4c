import type { Schema } from "@holdfast/api-client/client";
import type { Explanation } from "@holdfast/api-client/problems";
import { FormEnd, PageHeader } from "@holdfast/ui/page";
import { ErrorState, LoadingPage, ProblemNote } from "@holdfast/ui/states";
import { TabRow } from "@holdfast/ui/tab-row";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useCan } from "../frame/session.ts";
import { AuthenticatorAppTab } from "./authenticator-app-tab.tsx";
import { GeneralTab } from "./general-tab.tsx";
import { TemporaryCodesPanel } from "./temporary-codes-panel.tsx";

type Settings = Schema<"SettingsView">;
const route = getRouteApi("/inside/settings");

/** What holds for the whole enterprise. */
export function SettingsPage() {
  const { data, problem, retry } = useRead(["settings"], "read the settings", () =>
    api.GET("/api/v1/settings"),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingPage what="the settings" />;
  return <SettingsForm settings={data} />;
}

function SettingsForm({ settings }: { readonly settings: Settings }) {
  const can = useCan();
  const toast = useToast();
  const { act, busy } = useAct();
  const { tab = "general" } = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState(settings);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const disabled = !can("properties.settings");
  const mayChangeCodes = can("properties.temporary-codes");
  const mayChangeApp = can("properties.authenticator-app");
  const mayChange = {
    general: !disabled,
    "temporary-codes": mayChangeCodes,
    "authenticator-app": mayChangeApp,
  };
  /** Three rights, so three calls at most: each is made where something of its own was changed, on whichever tab. */
  async function save(event: FormEvent) {
    event.preventDefault();
    const { temporaryCodes, authenticatorApp, version, ...others } = draft;
    let kept = version;
    const keep = (answer: Settings) => {
      kept = answer.version;
      setDraft((latest) => ({ ...latest, version: answer.version }));
    };
    const { temporaryCodes: savedCodes, authenticatorApp: savedApp, version: _, ...savedOthers } = settings;
    let refused: Explanation | null = null;
    if (!disabled && differ(others, savedOthers)) {
      refused = await act(
        "save the settings",
        () => api.PATCH("/api/v1/settings", { body: { ...others, version: kept } }),
        keep,
      );
    }
    if (refused === null && mayChangeCodes && differ(temporaryCodes, savedCodes)) {
      refused = await act(
        "save the settings of temporary codes",
        () => api.PUT("/api/v1/settings/temporary-codes", { body: { temporaryCodes, version: kept } }),
        keep,
      );
    }
    if (refused === null && mayChangeApp && differ(authenticatorApp, savedApp)) {
      refused = await act(
        "save the settings of the authenticator app",
        () => api.PUT("/api/v1/settings/authenticator-app", { body: { authenticatorApp, version: kept } }),
        keep,
      );
    }
    setProblem(refused);
    if (refused === null) toast("The settings were saved.");
  }
  const error = (path: string) => problem?.fields[path] ?? null;
  const shown = tab in mayChange ? tab : "general";
  return (
    <>
      <PageHeader title="Global Settings" lead="What holds for the whole enterprise." />
      <form onSubmit={(event) => void save(event)}>
        <Tabs
          value={shown}
          keepMounted={false}
          onChange={(next) =>
            void navigate({
              search: next === "general" || next === null ? {} : { tab: next },
              resetScroll: false,
            })
          }
        >
          <TabRow chosen={shown} label="Settings of">
            <Tabs.Tab value="general">General</Tabs.Tab>
            <Tabs.Tab value="temporary-codes">Temporary Codes</Tabs.Tab>
            <Tabs.Tab value="authenticator-app">Authenticator App</Tabs.Tab>
          </TabRow>
          <Tabs.Panel value="general">
            <GeneralTab draft={draft} disabled={disabled} error={error} onChange={setDraft} />
          </Tabs.Panel>
          <Tabs.Panel value="temporary-codes">
            <TemporaryCodesPanel
              value={draft.temporaryCodes}
              saved={settings.temporaryCodes}
              disabled={!mayChangeCodes}
              error={(field) => error(`temporaryCodes.${field}`)}
              onChange={(temporaryCodes) => setDraft({ ...draft, temporaryCodes })}
            />
          </Tabs.Panel>
          <Tabs.Panel value="authenticator-app">
            <AuthenticatorAppTab
              value={draft.authenticatorApp}
              saved={settings.authenticatorApp}
              disabled={!mayChangeApp}
              onChange={(authenticatorApp) => setDraft({ ...draft, authenticatorApp })}
            />
          </Tabs.Panel>
        </Tabs>
        <ProblemNote problem={problem} />
        {mayChange[tab in mayChange ? (tab as keyof typeof mayChange) : "general"] && (
          <FormEnd stays>
            <Button type="submit" loading={busy}>
              Save
            </Button>
          </FormEnd>
        )}
      </form>
    </>
  );
}

function differ(one: object, other: object): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
