import { loadReader, readFrame } from "./read-frame.ts";

/** The bytes of the QR code in a picture that its user chose; null: there is none, or it is no picture. */
export async function readPicture(file: Blob): Promise<Uint8Array | null> {
  await loadReader();
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    return readFrame(image, image.width, image.height);
  } finally {
    image.close();
  }
}
