import { chmod, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";

/**
 * Listens on a Unix socket that only this process's user (root) can connect to. Node has no SO_PEERCRED, so the
 * socket's mode is the check of who may speak.
 *
 * @throws where another process answers there.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  if (await somebodyAnswers(path)) throw new Error(`another agent is running: it answers on ${path}`);
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket is made within this call; nobody may connect before its mode is right.
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
  await chmod(path, 0o600);
}

function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
