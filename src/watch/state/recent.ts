/** A value of a map that forgets what was not used for longest; asking for it is using it. */
export function useRecent<Key, Value>(held: Map<Key, Value>, key: Key): Value | undefined {
  const found = held.get(key)
  if (found !== undefined) {
    held.delete(key)
    held.set(key, found)
  }
  return found
}

export function setRecent<Key, Value>(held: Map<Key, Value>, key: Key, value: Value, most: number): Value {
  held.delete(key)
  held.set(key, value)
  if (held.size > most) held.delete(held.keys().next().value as Key)
  return value
}
