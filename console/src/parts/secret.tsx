import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** A password: can be shown, and pasted. */
export function Secret(props: PasswordInputProps) {
  return (
    <PasswordInput
      size="md"
      withAsterisk={false}
      spellCheck={false}
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      {...props}
    />
  )
}
