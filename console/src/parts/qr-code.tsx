import { encodeQR } from 'qr'
import { useMemo } from 'react'

const QUIET = 4

/** Draws a text as a QR code, here in the page; black on white whatever the colours around it. */
export function QrCode({ text, label, size = 192 }: { text: string; label: string; size?: number }) {
  const { path, side } = useMemo(() => draw(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function draw(text: string): { path: string; side: number } {
  const rows = encodeQR(text, 'raw', { border: QUIET })
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { path, side: rows.length }
}
