import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";

export type SignInRequest = { readonly userName: string; readonly attemptId: string };

/** A Fastify that takes the same requests as the real server and answers once `signIn` says it is on disk. */
export function bareServer(signIn: (request: SignInRequest) => Promise<string | null>): FastifyInstance {
  const server = Fastify({ logger: false });
  server.post<{ Body: SignInRequest }>("/api/v1/sign-ins", { schema }, async (request, reply) => {
    const userId = await signIn(request.body);
    if (userId === null) return await reply.code(403).send({ status: "refused", userId: "" });
    return { status: "succeeded", userId };
  });
  return server;
}

/** Says the port on stdout, and ends with stdin. */
export async function listen(server: FastifyInstance): Promise<void> {
  await server.listen({ host: "127.0.0.1", port: 0 });
  process.stdout.write(`listening on ${(server.server.address() as AddressInfo).port}\n`);
  process.once("SIGTERM", () => process.exit(0));
}

const answer = { type: "object", properties: { status: { type: "string" }, userId: { type: "string" } } };
const schema = {
  body: {
    type: "object",
    required: ["attemptId", "userName"],
    properties: { attemptId: { type: "string" }, userName: { type: "string" } },
  },
  response: { 200: answer, 403: answer },
};
