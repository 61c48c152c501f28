const PATHS = {
  key: 'M8 20a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9M11.2 12.3 20 3.5M16.5 7l3 3M13.8 9.7l2 2',
  lock: 'M6.5 11V8a5.5 5.5 0 0 1 11 0v3M5 11h14v9.5H5zM12 14.5v2.5',
  phone: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3M11 18h2',
  codes: 'M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4',
  screen: 'M3.5 5h17v11h-17zM9 20h6M12 16v4',
  app: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.8-3.8 3.8-6 7.5-6s6.7 2.2 7.5 6',
  chart: 'M3.5 12.5h4l2.5-6 4 11.5 2.5-5.5h4',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5V12l3 2',
  warning: 'M12 4 3 19.5h18zM12 10v4.5M12 17h.01',
  write: 'M4 20l.8-4L15.5 5.3a2.1 2.1 0 0 1 3 0l.2.2a2.1 2.1 0 0 1 0 3L8 19.2zM13.5 7.5l3 3',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  shield: 'M12 3 4.5 6v6c0 4.5 3.2 7.7 7.5 9 4.3-1.3 7.5-4.5 7.5-9V6z',
} as const

export type IconName = keyof typeof PATHS

/** A drawing beside words that say the same; screen readers pass over it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
