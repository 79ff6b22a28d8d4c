import "@holdfast/ui/theme.css";
import { HoldfastTheme, shareNonce } from "@holdfast/ui/theme";
import { queryClient } from "@holdfast/web-calls/calls";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./routes.tsx";

shareNonce();
const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no element with the id app");
createRoot(place).render(
  <StrictMode>
    <HoldfastTheme>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </HoldfastTheme>
  </StrictMode>,
);
