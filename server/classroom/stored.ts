import type { StoredAnswer } from '../../shared/classroom/http.ts'
import type { Database, Schema } from '../store/schema.ts'

/**
 * The tables that hold what students do, and the one that says which members have fetched tokens: that one is
 * about accounts, and is told so that nobody need ask what else there is.
 */
const TABLES = ['question', 'reply', 'vote', 'poll_answer', 'spent_token', 'student_command', 'token_issuance'] as const

type Samples = { [Table in (typeof TABLES)[number]]: Schema[Table] }

const QUESTION_ID = '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73'
const CLASSROOM_ID = 'k3vq7zt2mbda'
const ASKED_AT = Date.UTC(2027, 0, 11, 10, 35)

/** Made up. */
const SAMPLES: Samples = {
  question: {
    id: QUESTION_ID,
    classroom_id: CLASSROOM_ID,
    seq: 41,
    n: 7,
    text: 'Why is the zero vector in every subspace?',
    name: null,
    asked_at: ASKED_AT,
    edited: 0,
    receipt_hash: 'pQ3yqv0nZkXH1mTt5wEwq8c2JrV9uLhG4sYdB7aKfMo',
    state: 'shown',
    reason: null,
    note: null,
    merged_into: null,
    pinned: 0,
    answered: 'no',
    muted: 0,
    votes: 3,
  },
  reply: {
    id: 'e41c7d92-0b6a-4d38-9f25-7c3e8a10d5b6',
    classroom_id: CLASSROOM_ID,
    question_id: QUESTION_ID,
    seq: 44,
    author: 'asker',
    staff_id: null,
    receipt_hash: 'bK4vX9mQ2zT7nYc1RjW6pLd0sHf8GgUe5aoIi3BxJwM',
    text: 'I mean also the subspace that holds nothing else.',
    at: ASKED_AT,
    edited: 0,
    endorsed: 0,
    state: 'shown',
  },
  vote: {
    id: '90f2d3ab-6c47-4e1b-b8a4-15d07c9e62f8',
    classroom_id: CLASSROOM_ID,
    question_id: QUESTION_ID,
    receipt_hash: 'V0xkZ7uM4r2sJd9QwYt6bN1hLcPfGa8EoKi3XjTvB5g',
  },
  poll_answer: {
    id: '2d8e51f0-7a9c-4b63-a1d5-c04f6b3e9872',
    classroom_id: CLASSROOM_ID,
    poll_id: '0199c3a2-5d7e-7f10-8b46-3e9a2c5d1f08',
    receipt_hash: 'h8GfR2mWz6YkQ0pLx4TdV9sBn1JcEu7aKoIi5vXgM3A',
    choice: '[1]',
  },
  spent_token: {
    token_hash: 'Zt5rK9wX2bQ7mJ1yHc4vN8dLf0sPgE6aUoIi3TjBxRk',
    classroom_id: CLASSROOM_ID,
    used_for: QUESTION_ID,
  },
  student_command: { id: '7c1e94d0-3b58-4f2a-9d06-e8a5b2f7c413', classroom_id: CLASSROOM_ID },
  token_issuance: {
    classroom_id: CLASSROOM_ID,
    user_id: '0199b7d4-2c6f-7a85-9e13-6f4b0d8c2a57',
    blinded_hash: 'c6TnY1vR8kWq3ZpJ5xLd0sMh9BfGu2EaKoIi4XjVt7Q',
  },
}

/** What the server stores of students, as the database itself says it, with a row of each table that is made up. */
export async function describeStored(db: Database): Promise<StoredAnswer> {
  const found = await db.introspection.getTables()
  return {
    tables: TABLES.map((name) => {
      const table = found.find((one) => one.name === name)
      if (table === undefined) throw new Error(`there is no table "${name}"`)
      const sample = new Map<string, string | number | null>(Object.entries({ ...SAMPLES[name] }))
      return {
        name,
        columns: table.columns.map((column) => ({
          name: column.name,
          type: column.dataType.toLowerCase(),
          sample: sample.get(column.name) ?? null,
        })),
      }
    }),
  }
}
