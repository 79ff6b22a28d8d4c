import { createHash } from "node:crypto";

const script = `
const form = document.querySelector("form");
const say = (text) => { document.querySelector("output").textContent = text; };
// The token is in the fragment, which a browser never sends and no log holds.
form.token.value = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/api/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: form.token.value, name: form.name.value }),
  });
  const content = await answer.json();
  if (!answer.ok) return say(content.detail);
  form.hidden = true;
  say("This is the administrator's API key. It is shown only now:\\n\\n" + content.apiKey.key);
});
`;

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin: 1rem 0; } input { display: block; width: 100%; padding: .5rem; font: inherit; box-sizing: border-box; }
button { padding: .5rem 1.5rem; font: inherit; } output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; margin-top: 1rem; }
`;

const sourceHash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export const setupPagePolicy = [
  "default-src 'none'",
  `script-src ${sourceHash(script)}`,
  `style-src ${sourceHash(style)}`,
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The page of the first start: makes the first administrator out of the one-time link. */
export const setupPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Set up Holdfast</title><style>${style}</style></head>
<body>
<main>
<h1>Set up Holdfast</h1>
<p>The link that the server printed at its first start makes the first administrator, once.</p>
<form>
<label>Setup token <input name="token" autocomplete="off" required></label>
<label>Name of this administrator <input name="name" value="first administrator" required></label>
<button>Create administrator</button>
</form>
<output role="status"></output>
</main>
<script>${script}</script>
</body>
</html>
`;
