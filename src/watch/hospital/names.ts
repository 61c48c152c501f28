/** Words as small numbers, so that millions of rows hold no strings. 0 is the empty word. */
export type Names = ReturnType<typeof createNames>

export function createNames() {
  const numbers = new Map<string, number>([['', 0]])
  const words = ['']
  return {
    of(word: string): number {
      const known = numbers.get(word)
      if (known !== undefined) return known
      numbers.set(word, words.length)
      return words.push(word) - 1
    },
    /** The number of a word seen before, else undefined. */
    known: (word: string): number | undefined => numbers.get(word),
    word: (number: number): string => words[number] ?? '',
    /** All words in the order of their numbers. */
    all: (): string[] => [...words],
    get size() {
      return words.length
    },
  }
}
