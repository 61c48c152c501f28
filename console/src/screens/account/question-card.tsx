import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { answerQuestion, type Question, questionsQuery } from '../../api/questions.ts'
import { Card } from '../../parts/card.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { TEXTS } from './texts.ts'

const MOST_WORDS = 500

/** One question: a tap answers it, a sentence may go with it. */
export function QuestionCard({ question: { id, text, askedAt, answers } }: { question: Question }) {
  const [words, setWords] = useState('')
  const act = useAct((answer: string) => answerQuestion(id, answer, words), { refresh: [questionsQuery.queryKey] })
  return (
    <Card>
      <Stack gap="md">
        <div>
          <Text className="breaks">{text}</Text>
          <Text size="sm" c="dimmed">
            <Moment at={askedAt} />
          </Text>
        </div>
        <TextInput
          label={TEXTS.questions.words}
          value={words}
          maxLength={MOST_WORDS}
          onChange={({ currentTarget }) => setWords(currentTarget.value)}
        />
        <Group gap="xs" role="group" aria-label={TEXTS.questions.answers}>
          {answers.map(({ answer, says }) => (
            <Button
              key={answer}
              variant="default"
              className="answer"
              loading={act.isPending && act.variables === answer}
              disabled={act.isPending}
              onClick={() => act.mutate(answer)}
            >
              {says}
            </Button>
          ))}
        </Group>
        <Trouble error={act.error} />
      </Stack>
    </Card>
  )
}
