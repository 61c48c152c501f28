import { Stack, type StackProps } from '@mantine/core'
import type { ReactNode } from 'react'

/** What was typed into the field of that name; empty when there is none. */
export type Typed = (name: string) => string

type Props = {
  onSubmit: (typed: Typed) => void
  role?: 'search'
  gap?: StackProps['gap']
  children: ReactNode
}

/** A form that is sent by the page itself, never by the browser. */
export function Form({ onSubmit, role, gap = 'md', children }: Props) {
  return (
    <form
      {...(role === undefined ? {} : { role })}
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        onSubmit((name) => String(form.get(name) ?? ''))
      }}
    >
      <Stack gap={gap}>{children}</Stack>
    </form>
  )
}
