import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { questionsQuery } from '../../api/questions.ts'
import { Part } from './part.tsx'
import { QuestionCard } from './question-card.tsx'
import { TEXTS } from './texts.ts'

/** What the watch asks this person. Nothing at all is shown while nothing is asked. */
export function Questions() {
  const { data: known, error } = useQuery(questionsQuery)
  if (error === null && (known?.questions.length ?? 0) === 0) return null
  return (
    <Part title={TEXTS.questions.title} loading={TEXTS.questions.loading} error={error}>
      <Stack gap="md">
        {known?.questions.map((question) => (
          <QuestionCard key={question.id} question={question} />
        ))}
      </Stack>
    </Part>
  )
}
