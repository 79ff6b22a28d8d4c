// Brings node_modules into step with package-lock.json, and the built web apps into step with their sources, before
// `npm start`, `npm test`, `npm run bench` and the rest. It runs under whatever Node the machine has (20 is enough) and therefore uses nothing but Node itself;
// what it installs contains the Node 24 that everything else runs on.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const binFolder = path.join(root, "node_modules", ".bin");
const again = `npm ${process.env.npm_lifecycle_event?.replace(/^pre/, "run ") ?? "ci"}`.replace(
  /^npm run (start|test)$/,
  "npm $1",
);

const manifest = readJson("package.json");
const lockfile = readJson("package-lock.json");
const neededNode = manifest.engines.node.replace(">=", "");

if (installedMatchesLockfile()) {
  requireUsableNode();
} else {
  requirePlatform();
  await install();
  requireUsableNode();
}
for (const app of staleWebApps()) build(app);

/** npm records what it really installed in node_modules/.package-lock.json; optional packages may be absent. */
function installedMatchesLockfile() {
  const recordFile = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(recordFile)) return false;
  let record;
  try {
    record = JSON.parse(readFileSync(recordFile, "utf8"));
  } catch {
    return false; // an interrupted install
  }
  const wanted = Object.entries(lockfile.packages).filter(([place]) => place.startsWith("node_modules/"));
  const complete = wanted.every(([place, entry]) => {
    const installed = record.packages[place];
    if (!installed) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
  const known = new Set(wanted.map(([place]) => place));
  const surplus = Object.keys(record.packages).some(
    (place) => place.startsWith("node_modules/") && !known.has(place),
  );
  return complete && !surplus;
}

function requirePlatform() {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const brought = Object.keys(manifest.optionalDependencies ?? {});
  if (brought.includes(nodePackage) || atLeast(process.versions.node, neededNode)) return;
  fail(
    `Holdfast runs on Node ${neededNode} or newer, and this is Node ${process.versions.node}.`,
    `npm can bring it only for ${brought.map((name) => name.replace("node-", "")).join(" and ")}; this machine is ${process.platform}-${process.arch}.`,
    `Install Node 24 (https://nodejs.org/en/download), then run: ${again}`,
  );
}

/** Web apps of which some source is newer than the build. `npm run build` builds all of them itself. */
function staleWebApps() {
  if (process.env.npm_lifecycle_event === "prebuild") return [];
  const shared = [
    "packages/ui",
    "packages/web-calls",
    "packages/api-client",
    "package-lock.json",
    "scripts/build-web.ts",
  ];
  return ["console", "portal", "authenticator"].filter((app) => {
    const index = path.join(root, "apps", app, "index.html");
    if (!existsSync(index)) return false;
    const built = path.join(root, "apps", app, "dist", "index.html");
    if (!existsSync(built)) return true;
    const own = [`apps/${app}/src`, `apps/${app}/index.html`, `apps/${app}/package.json`];
    // The phone decides by itself, with the same code as the server.
    const phone = ["apps/authenticator/public", "packages/core/src", "packages/protocol/src"];
    const sources = [...own, ...shared, ...(app === "authenticator" ? phone : [])];
    return Math.max(...sources.map(newestMs)) > statSync(built).mtimeMs;
  });
}

/** When something in a file or folder last changed; a folder's own time tells of files that went. */
function newestMs(place) {
  const full = path.join(root, place);
  const own = statSync(full);
  if (!own.isDirectory()) return own.mtimeMs;
  const inside = readdirSync(full)
    .filter((name) => name !== "node_modules" && !name.endsWith(".test.ts"))
    .map((name) => newestMs(path.join(place, name)));
  return Math.max(own.mtimeMs, ...inside);
}

function build(app) {
  say(`Building the ${app}, because its sources changed (some seconds).`);
  const node = existsSync(path.join(binFolder, "node")) ? path.join(binFolder, "node") : process.execPath;
  const run = spawnSync(node, [path.join(root, "scripts/build-web.ts"), app], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "inherit", "pipe"],
  });
  process.stderr.write(run.stderr ?? "");
  if (run.status === 0) return;
  fail(
    `The ${app} could not be built: ${run.error?.message ?? "see above"}.`,
    `Correct what is wrong there, then run: ${again}`,
  );
}

/** The Node that npm scripts will find first: the one just installed, else the one that runs this file. */
function requireUsableNode() {
  const broughtNode = path.join(binFolder, "node");
  if (!existsSync(broughtNode)) {
    if (atLeast(process.versions.node, neededNode)) return;
    fail(
      `Node ${neededNode} or newer is needed, this is ${process.versions.node}, and node_modules holds none for ${process.platform}-${process.arch}.`,
      `Install it with optional packages: npm ci --include=optional, then run: ${again}`,
    );
  }
  const answer = spawnSync(broughtNode, ["--version"], { encoding: "utf8" });
  const version = (answer.stdout ?? "").trim().replace(/^v/, "");
  if (answer.status === 0 && atLeast(version, neededNode)) return;
  fail(
    `The Node that npm installed (${path.relative(root, broughtNode)}) does not run here: ${answer.error?.message ?? (answer.stderr?.trim() || `it says "${version}"`)}.`,
    `It needs glibc (not musl) and a matching processor. Install Node 24 yourself, run npm ci --omit=optional, then: ${again}`,
  );
}

async function install() {
  const places = Object.entries(lockfile.packages)
    .filter(([place, entry]) => place.startsWith("node_modules/") && belongsHere(entry))
    .map(([place]) => place);
  say(
    `Installing ${places.length} npm packages, Node ${neededNode.split(".")[0]} among them (about half a minute).`,
  );
  const startedAt = Date.now();
  const npm = spawn("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    env: {
      // npm's own patience without a network is several minutes.
      npm_config_fetch_retries: "3",
      npm_config_fetch_retry_mintimeout: "1000",
      npm_config_fetch_retry_maxtimeout: "8000",
      ...process.env,
      PATH: pathWithoutOwnBin(),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      output += text;
    });
  }
  const isTerminal = process.stderr.isTTY === true;
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const progress = setInterval(
    () => {
      const present = places.filter((place) => existsSync(path.join(root, place, "package.json"))).length;
      const line = `  ${present} of ${places.length} unpacked, ${seconds()} s`;
      process.stderr.write(isTerminal ? `\r${line}` : `${line}\n`);
    },
    isTerminal ? 500 : 10_000,
  );
  const ended = await new Promise((resolve) => {
    npm.on("error", (error) => resolve({ code: 127, error }));
    npm.on("close", (code, signal) => resolve({ code: code ?? signal }));
  });
  clearInterval(progress);
  if (isTerminal) process.stderr.write("\r\u001b[K");
  if (ended.code === 0) {
    say(`Installed in ${seconds()} s.`);
    return;
  }
  if (ended.error) {
    fail(
      `npm could not be started: ${ended.error.message}`,
      `Install npm (it comes with Node), then run: ${again}`,
    );
  }
  const told = output
    .split("\n")
    .filter((line) => /^npm (err|error)/i.test(line))
    .slice(0, 12)
    .join("\n");
  fail(told || output.trim().slice(-2000) || `npm ci ended with ${ended.code}`, nextStep(output));
}

/** Whether npm installs this entry on this system: package.json's `os` and `cpu`, one or a list, negated by "!". */
function belongsHere(entry) {
  const allows = (given, value) => {
    const list = [given ?? []].flat();
    return (
      !list.includes(`!${value}`) && (list.every((item) => item.startsWith("!")) || list.includes(value))
    );
  };
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch);
}

/** What the person can do about a failed `npm ci`, read from npm's own error codes. */
function nextStep(output) {
  if (
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET/.test(output)
  ) {
    return `npm could not reach its registry. Check the network (and "npm config get proxy" behind a proxy), then run: ${again}`;
  }
  if (/ENOSPC/.test(output))
    return `The disk is full: about 700 MB are needed here. Free some, then run: ${again}`;
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `This folder cannot be written by you. Use a clone of your own (git clone … ~/holdfast), then run: ${again}`;
  }
  if (/EINTEGRITY/.test(output)) {
    return `A download differs from what package-lock.json promises: a proxy changed it, or worse. Try another network, then run: ${again}`;
  }
  if (/EUSAGE|can only install packages when/.test(output)) {
    return `package.json and package-lock.json disagree. Developers: run npm install and commit both. Otherwise restore them: git checkout package-lock.json`;
  }
  return `See npm's own log above, then run: ${again}`;
}

/** npm puts node_modules/.bin first in PATH; `npm ci` deletes that folder, so npm and its Node come from elsewhere. */
function pathWithoutOwnBin() {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => !path.resolve(folder).startsWith(path.join(root, "node_modules")))
    .join(path.delimiter);
}

function atLeast(version, floor) {
  const [have, want] = [version, floor].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10) || 0),
  );
  for (const index of [0, 1, 2]) {
    if ((have[index] ?? 0) !== (want[index] ?? 0)) return (have[index] ?? 0) > (want[index] ?? 0);
  }
  return true;
}

function readJson(name) {
  return JSON.parse(readFileSync(path.join(root, name), "utf8"));
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(...lines) {
  process.stderr.write(`\nCould not prepare this checkout.\n${lines.join("\n")}\n`);
  process.exit(1);
}
