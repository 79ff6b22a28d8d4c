import { crc32, deflateSync } from "node:zlib";

/**
 * What a camera sees of a QR code that stands on a terminal in half blocks: each character a cell of two squares, one above
 * the other. `ink` is the colour of letters there.
 */
export function terminalPicture(rows: readonly string[], ink: "light" | "dark", pixels = 8): Buffer {
  const [across, down] = [Math.max(...rows.map((row) => [...row].length)) + 8, rows.length * 2 + 8];
  const [inked, bare] = ink === "light" ? [0xe6, 0x10] : [0x10, 0xf4];
  const squares = Array.from({ length: down }, () => Buffer.alloc(across, bare));
  for (const [row, text] of rows.entries())
    for (const [column, character] of [...text].entries()) {
      if ("█▀".includes(character)) squares[row * 2 + 4]?.writeUInt8(inked, column + 4);
      if ("█▄".includes(character)) squares[row * 2 + 5]?.writeUInt8(inked, column + 4);
    }
  const lines = squares.flatMap((square) => {
    const line = Buffer.from([0, ...[...square].flatMap((grey) => Array<number>(pixels).fill(grey))]);
    return Array<Buffer>(pixels).fill(line);
  });
  return png(across * pixels, down * pixels, Buffer.concat(lines));
}

/** The rows of a QR code among what a terminal showed: those that are of block characters alone. */
export function blockRows(lines: readonly string[]): string[] {
  return lines.filter((line) => line.length >= 20 && /^[█▀▄ ]+$/u.test(line));
}

/** 8-bit greyscale (PNG, third edition, §11.2.1). */
function png(width: number, height: number, lines: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
