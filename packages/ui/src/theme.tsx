import { createTheme, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { Toasts } from "./toasts.tsx";

const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 6, dark: 8 },
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "never",
  components: {
    Button: { defaultProps: { size: "sm" } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: "md",
        overlayProps: { backgroundOpacity: 0.45, color: "#06161c" },
        closeButtonProps: { "aria-label": "Close" },
        transitionProps: { duration: 120 },
      },
    },
    Menu: { defaultProps: { shadow: "md", radius: "md", withinPortal: true } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
    PasswordInput: {
      defaultProps: {
        visibilityToggleButtonProps: { "aria-label": "Show or hide what is typed", tabIndex: 0 },
      },
    },
  },
});

/**
 * What every page of a web app stands in. The colours come from theme.css; whatever a library still adds as a style
 * element carries the page's nonce.
 */
export function HoldfastTheme({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      deduplicateInlineStyles
      getStyleNonce={pageNonce}
    >
      <Toasts>{children}</Toasts>
    </MantineProvider>
  );
}

/** The Content-Security-Policy's nonce of this page; the server puts it into index.html. */
function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Call once before rendering: libraries that add style elements of their own ask for the nonce by this name. */
export function shareNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: pageNonce() });
}
