import "./frame/theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startApprovals } from "./approvals/waiting.ts";
import { App } from "./frame/app.tsx";
import { startServerLink } from "./server-link/server-link.ts";
import { registerServiceWorker } from "./service-worker/register.ts";
import { vault } from "./vault/vault.ts";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no element with the id app");
void vault.start();
startApprovals();
startServerLink();
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
registerServiceWorker().catch(reportError);
