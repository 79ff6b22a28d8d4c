import type { Schema } from "@holdfast/api-client/client";
import type { ProblemText } from "@holdfast/ui/states";
import { api, backgroundApi, queryClient, useAct, useRead } from "@holdfast/web-calls/calls";
import { useEffect, useState } from "react";
import type { Phone } from "./phone-words.ts";

export type Begun = Schema<"PhoneRegistration">;
export type Followed = Schema<"PhoneRegistrationView">;

const askEveryMs = 1_000;

/** One registration after another: begun, followed each second (REG-8), answered, cancelled. */
export function useRegistration(rescanned: Phone | null) {
  const { act, busy } = useAct();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [overId, setOverId] = useState<string | null>(null);
  const path = { params: { path: { id: begun?.id ?? "" } } };
  const isOver = begun !== null && overId === begun.id;
  const { data, problem: unread } = useRead(
    ["phone-registration", begun?.id],
    "say how far the registration is",
    () => backgroundApi.GET("/api/v1/me/phones/registrations/{id}", path),
    { enabled: begun !== null, ...(isOver ? {} : { refetchEveryMs: askEveryMs }) },
  );
  const followed = begun === null ? undefined : data;
  if (followed !== undefined && !isOver && (followed.state === "done" || followed.state === "ended"))
    setOverId(followed.id);
  useEffect(() => {
    // The phone did it, not this page: what it shows is older.
    if (overId !== null) void queryClient.invalidateQueries({ queryKey: ["me"] });
  }, [overId]);
  const run = async (doing: Promise<ProblemText | null>) => {
    setProblem(null);
    setProblem(await doing);
  };
  return {
    begun,
    followed,
    problem: problem ?? unread,
    busy,
    begin: () =>
      run(
        act(
          "begin the registration",
          () =>
            api.POST("/api/v1/me/phones/registrations", {
              body: rescanned === null ? { kind: "new" } : { kind: "rescan", phoneId: rescanned.id },
            }),
          setBegun,
        ),
      ),
    confirm: (digits: string) =>
      run(
        act("note that the digits are the same", () =>
          api.POST("/api/v1/me/phones/registrations/{id}/confirm", { ...path, body: { digits } }),
        ),
      ),
    /** The digits are not the same: somebody else's phone may have scanned the code. */
    differ: () =>
      run(act("end the registration", () => api.POST("/api/v1/me/phones/registrations/{id}/differ", path))),
    enterDeviceId: (deviceId: string) =>
      run(
        act("register the phone", () =>
          api.POST("/api/v1/me/phones/registrations/{id}/device-id", { ...path, body: { deviceId } }),
        ),
      ),
    cancel: async () => {
      if (begun === null || isOver) return;
      await act("cancel the registration", () => api.DELETE("/api/v1/me/phones/registrations/{id}", path));
    },
  };
}
