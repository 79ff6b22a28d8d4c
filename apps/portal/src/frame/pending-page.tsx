import { LoadingPage } from "@holdfast/ui/states";

/** While a page's code is on its way. */
export function PendingPage() {
  return <LoadingPage what="the page" />;
}
