import { PageHeader, Parts } from "@holdfast/ui/page";
import { useCan } from "../frame/session.ts";
import { BackupPanel } from "./backup-panel.tsx";
import { BundleKeysPanel } from "./bundle-keys-panel.tsx";
import { CertificatesPanel } from "./certificates-panel.tsx";
import { MasterKeyPanel } from "./master-key-panel.tsx";

/** What the enterprise trusts, how it is renewed while everybody goes on signing in, and how nothing is lost. */
export function KeysPage() {
  const can = useCan();
  return (
    <>
      <PageHeader
        title="Keys and backup"
        lead="What endpoints and browsers trust. Everything here changes while people go on signing in."
      />
      <Parts>
        <CertificatesPanel />
        <BundleKeysPanel />
        <MasterKeyPanel />
        {can("properties.keys") && <BackupPanel />}
      </Parts>
    </>
  );
}
