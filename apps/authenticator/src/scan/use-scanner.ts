import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { loadReader, readFrame } from "./read-frame.ts";

export type CameraProblem = "denied" | "none" | "busy";
export type ScannerState =
  | { readonly at: "starting" | "looking" }
  | { readonly at: "failed"; readonly problem: CameraProblem };

/** Between two looks at what the camera sees: a QR code is found within two or three. */
const pauseMs = 60;

/** Runs the camera while the screen is there, and hands on the bytes of the first QR code that it sees. */
export function useScanner(
  onFound: (bytes: Uint8Array) => void,
  { paused }: { readonly paused: boolean },
): {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly state: ScannerState;
  readonly cameras: readonly string[];
  /** To the next camera. */
  next(): void;
  restart(): void;
} {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<ScannerState>({ at: "starting" });
  const [cameras, setCameras] = useState<readonly string[]>([]);
  /** Null: the one that looks away from the person. */
  const [camera, setCamera] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const found = useRef(onFound);
  found.current = onFound;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another try
  useEffect(() => {
    if (paused) return;
    const element = video.current;
    const ended = new AbortController();
    const run = async () => {
      setState({ at: "starting" });
      const [stream] = await Promise.all([openCamera(camera), loadReader()]);
      if (ended.signal.aborted || element === null) return stop(stream);
      ended.signal.addEventListener("abort", () => stop(stream));
      element.srcObject = stream;
      await element.play();
      setState({ at: "looking" });
      setCameras(await cameraIds());
      const bytes = await firstCode(element, ended.signal);
      if (bytes !== null) found.current(bytes);
    };
    run().catch((error: unknown) => {
      if (!ended.signal.aborted) setState({ at: "failed", problem: problemOf(error) });
    });
    return () => ended.abort();
  }, [camera, round, paused]);

  const next = useCallback(() => {
    setCamera((now) => cameras[(cameras.indexOf(now ?? "") + 1) % cameras.length] ?? null);
  }, [cameras]);
  return { video, state, cameras, next, restart: () => setRound((past) => past + 1) };
}

async function firstCode(element: HTMLVideoElement, signal: AbortSignal): Promise<Uint8Array | null> {
  while (!signal.aborted) {
    const bytes = readFrame(element, element.videoWidth, element.videoHeight);
    if (bytes !== null) return signal.aborted ? null : bytes;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return null;
}

function openCamera(id: string | null): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) return Promise.reject(new DOMException("", "NotFoundError"));
  const which = id === null ? { facingMode: { ideal: "environment" } } : { deviceId: { exact: id } };
  const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

async function cameraIds(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map((one) => one.deviceId);
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** By the names of Media Capture and Streams §10.2. */
function problemOf(error: unknown): CameraProblem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "none";
}
