import { createTheme, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { Toasts } from "./toasts.tsx";

/** What helps to fill a field in stands under it, so that the fields of a row stand at one height. */
const field = {
  defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] as const },
};

const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 6, dark: 8 },
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "never",
  components: {
    TextInput: field,
    NativeSelect: field,
    PasswordInput: {
      defaultProps: {
        ...field.defaultProps,
        visibilityToggleButtonProps: { "aria-label": "Show or hide what is typed", tabIndex: 0 },
      },
    },
    Textarea: field,
    // 24 CSS pixels, as WCAG 2.5.8 wants targets.
    Checkbox: { defaultProps: { size: "md" } },
    Radio: { defaultProps: { size: "md" } },
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
