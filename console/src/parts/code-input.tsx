import { TextInput, type TextInputProps } from '@mantine/core'

/** A code from an authenticator app. Takes text, since a recovery code may stand in its place. */
export function CodeInput(props: TextInputProps) {
  return (
    <TextInput
      name="code"
      size="md"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      withAsterisk={false}
      {...props}
    />
  )
}
