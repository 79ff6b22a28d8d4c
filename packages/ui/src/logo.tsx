/** Two posts that hold, and a line between them that was cut and is bridged. */
export function Logo({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--hf-ink-raised)" />
      <path d="M9.5 7v18M22.5 7v18" stroke="#fff" strokeWidth="3.4" strokeLinecap="round" />
      <path
        d="M13.4 16h6"
        stroke="var(--hf-ink-mark)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeDasharray="0.1 5.2"
      />
    </svg>
  );
}
