import { showToast } from "../frame/toasts.ts";
import classes from "./codes.module.css";
import { grouped } from "./codes.ts";

/** The digits themselves are the button: the biggest target there is. */
export function CopyCode({ code, of }: { readonly code: string; readonly of: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      showToast(`The code of ${of} is copied.`);
    } catch {
      showToast("The browser did not let the app copy. Type the code instead.");
    }
  };
  return (
    <button
      type="button"
      className={`${classes.digits} ${code.length > 6 ? classes.long : ""}`}
      onClick={() => void copy()}
    >
      <span className="visually-hidden">
        {[...code].join(" ")}, the code of {of}. Press to copy.
      </span>
      <span aria-hidden="true" data-code={code}>
        {grouped(code)}
      </span>
    </button>
  );
}
