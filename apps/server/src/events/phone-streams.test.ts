import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newPhone, phoneStreamPath, type TestPhone } from "../testing/phone.ts";
import { newPerson } from "../testing/rig.ts";
import { signInAt, startWebRig, type WebRig } from "../testing/web-rig.ts";

async function registeredPhone(rig: WebRig): Promise<{ phone: TestPhone; path: string }> {
  const person = await newPerson(rig, "anna");
  const portal = rig.browser("portal");
  await signInAt(portal, person, 0);
  const begun = await portal.call("POST", "/api/v1/me/phones/registrations", { kind: "new" });
  const phone = await newPhone(rig, begun.body.link);
  const digits = phone.digits(await phone.claim());
  await portal.call("POST", `/api/v1/me/phones/registrations/${begun.body.id}/confirm`, { digits });
  await phone.complete();
  const { body } = await phone.finish();
  return { phone, path: `/api/v1/users/${person.user.id}/phones/${body.phoneId}` };
}

describe("the stream of a phone (REG-9)", () => {
  let rig: WebRig;
  let phone: TestPhone;
  let path: string;
  beforeAll(async () => {
    rig = await startWebRig();
    ({ phone, path } = await registeredPhone(rig));
  });
  afterAll(() => rig.stop());

  const handshake = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
  };

  test("says hello, tells that something changed at once, and picks the protocol, not the proof", async () => {
    const { socket, heard } = await phone.follow();
    await expect.poll(() => heard).toEqual([{ type: "hello", heartbeat: "PT25S" }]);
    expect(socket.protocol).toBe("phone-stream.v1.holdfast");
    expect((await rig.call("PATCH", path, { label: "Anna's own" })).status).toBe(200);
    await expect.poll(() => heard, { interval: 10, timeout: 400 }).toContainEqual({ type: "sync" });
    socket.close();
  });

  test("a handshake is refused as every request is: without a proof, with a used one, from another page, at no path", async () => {
    const { origin } = rig.browser("authenticator");
    const ask = (headers: object, at = phoneStreamPath) =>
      rig.raw("authenticator", "GET", at, { origin, ...handshake, ...headers });
    const protocols = (await phone.streamProtocols()).join(", ");
    const proven = { "sec-websocket-protocol": protocols };
    expect((await ask({})).body.code).toBe("unauthenticated");
    expect((await ask({ "sec-websocket-protocol": "phone-stream.v1.holdfast" })).body.code).toBe(
      "unauthenticated",
    );
    expect((await ask({ ...proven, origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await ask(proven, "/api/v1/phone/streams")).status).toBe(404);
    const first = new WebSocket(`${origin}${phoneStreamPath}`, protocols.split(", "));
    await new Promise((resolve) => first.addEventListener("open", resolve));
    first.close();
    const again = await ask(proven);
    expect([again.status, again.body.code, again.headers.connection]).toEqual([
      401,
      "proof-invalid",
      "close",
    ]);
  });

  test("a handshake behind a request without an answer ends that connection, and nothing else", async () => {
    const { host, port } = new URL(rig.browser("authenticator").origin);
    const lines = Object.entries({ host, ...handshake }).map(([name, value]) => `${name}: ${value}`);
    const socket = connect(Number(port), "127.0.0.1");
    const plain = `GET ${phoneStreamPath} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
    socket.write(`${plain}${[`GET ${phoneStreamPath} HTTP/1.1`, ...lines, "", ""].join("\r\n")}`);
    socket.resume();
    await once(socket, "close");
    const { socket: next, heard } = await phone.follow();
    await expect.poll(() => heard[0]?.type).toBe("hello");
    next.close();
  });

  test("a proof among the protocols counts in a handshake only, and a plain request is told what this is", async () => {
    const { origin } = rig.browser("authenticator");
    const protocols = (await phone.streamProtocols()).join(", ");
    const plain = await rig.raw("authenticator", "GET", phoneStreamPath, {
      origin,
      "sec-websocket-protocol": protocols,
    });
    expect([plain.status, plain.body.code]).toEqual([401, "unauthenticated"]);
    const signed = await phone.call("GET", phoneStreamPath);
    expect([signed.status, signed.body.code]).toEqual([400, "invalid-request"]);
    expect(signed.body.detail).toContain("WebSocket");
  });

  test("a handshake that is malformed is refused, and any other upgrade is answered as if there were none", async () => {
    const { origin } = rig.browser("authenticator");
    const protocols = (await phone.streamProtocols()).join(", ");
    const proven = { origin, ...handshake, "sec-websocket-protocol": protocols };
    const malformed = await rig.raw("authenticator", "GET", phoneStreamPath, {
      ...proven,
      "sec-websocket-key": "short",
    });
    expect(malformed.status).toBe(400);
    const other = await rig.raw("authenticator", "GET", "/", {
      ...{ connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABk" },
      accept: "text/html",
    });
    expect(other.status).toBe(200);
  });

  test("who says anything is cut off", async () => {
    const { socket, closed } = await phone.follow();
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.send("hello");
    expect(await closed).toBe(1008);
    const other = await phone.follow();
    await new Promise((resolve) => other.socket.addEventListener("open", resolve));
    other.socket.send("x".repeat(126));
    expect(await other.closed).toBe(1009);
  });

  test("a third stream of one phone ends the oldest, and a removed phone's end", async () => {
    const streams = [];
    for (let nth = 0; nth < 3; nth++) {
      const stream = await phone.follow();
      await expect.poll(() => stream.heard[0]?.type).toBe("hello");
      streams.push(stream);
    }
    const [oldest, second, third] = streams;
    expect(await oldest?.closed).toBe(1001);
    expect((await rig.call("DELETE", path)).status).toBe(204);
    expect(await Promise.all([second?.closed, third?.closed])).toEqual([1001, 1001]);
    const { closed } = await phone.follow();
    expect(await closed, "refused at the handshake").toBe(1006);
  });

  test("neither a follower that takes no part in the closing nor one that comes during it keeps the server from stopping", async () => {
    const own = await startWebRig();
    const { phone: deaf } = await registeredPhone(own);
    const { host, port } = new URL(own.browser("authenticator").origin);
    const follow = async () => {
      const headers = {
        host,
        ...handshake,
        "sec-websocket-protocol": (await deaf.streamProtocols()).join(", "),
      };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      const socket = connect(Number(port), "127.0.0.1");
      socket.write([`GET ${phoneStreamPath} HTTP/1.1`, ...lines, ""].join("\r\n"));
      return socket;
    };
    const [silent, late] = [await follow(), await follow()];
    silent.write("\r\n");
    await once(silent, "data");
    const stopped = own.stop();
    late.write("\r\n");
    const [answer] = await once(late, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 101 /);
    await stopped;
    silent.destroy();
    late.destroy();
  });
});
