import { openScreen } from "../frame/navigation.ts";
import { Button, Note } from "../frame/parts.tsx";
import { type Staged, stagedOf } from "../server-link/registrations.ts";
import { useProfiles } from "../vault/use-vault.ts";
import classes from "./online.module.css";

/** Registrations that are not through yet, above the codes. */
export function Unfinished() {
  const unfinished = useProfiles().filter((profile) => stagedOf(profile) !== null);
  if (unfinished.length === 0) return null;
  return (
    <ul className={classes.list}>
      {unfinished.map((profile) => {
        const over = stagedOf(profile)?.state.step === "dropped";
        return (
          <li key={profile.id}>
            <Note
              tone={over ? "caution" : "info"}
              title={titles[stagedOf(profile)?.state.step ?? "claiming"]}
            >
              <p>
                {profile.issuer}, {profile.account}
              </p>
              <Button onClick={() => openScreen(`/register/online/${encodeURIComponent(profile.id)}`)}>
                {over ? "Why" : "Go on"}
              </Button>
            </Note>
          </li>
        );
      })}
    </ul>
  );
}

const titles: Readonly<Record<Staged["state"]["step"], string>> = {
  claiming: "A registration waits for the network",
  comparing: "A registration waits for you to compare digits",
  finishing: "A registration is finishing",
  registered: "A registration is finishing",
  dropped: "A registration came to nothing",
};
