import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clocks } from "../types.ts";

/** The machine's clocks: /proc/uptime counts while it sleeps, too (CLOCK_BOOTTIME). */
export function systemClocks(): Clocks {
  const boot = readBootId();
  return {
    wallMs: () => Date.now(),
    sinceBootMs: () => Math.floor(uptime() * 1000),
    bootId: () => boot,
  };
}

/** One name for every boot where the kernel gives none: a restart then counts as no time passed, never as too much. */
function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().slice(0, 100);
  } catch {
    return "unnamed-boot";
  }
}
