import type { StoredAnswer } from '../../shared/classroom/http.ts'
import type { Database, Schema } from '../store/schema.ts'

/**
 * The tables that hold what students do, and the one that says which members have fetched tokens: that one is
 * about accounts, and is listed so that nobody need ask what else there is.
 */
const TABLES = [
  ...(['question', 'reply', 'vote', 'poll_answer', 'spent_token', 'student_command'] as const),
  ...(['photo_upload', 'photo_piece', 'photo_content', 'question_report', 'token_issuance'] as const),
] as const

/** A picture is shown as its beginning, in hex. */
type Sample<Table> = { [Column in keyof Table]: Table[Column] extends Uint8Array ? string : Table[Column] }
type Samples = { [Table in (typeof TABLES)[number]]: Sample<Schema[Table]> }

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
    photo:
      '{"id":"d3f0a9c2-61be-4e57-a8d4-07b95c2e81f6","width":1600,"height":1200,"preview":"1QcSHQRnh493V4dIh4eXh1h4kJUI",' +
      '"bytes":284113}',
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
    files: null,
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
  photo_upload: {
    id: '1f7b20c8-4d9e-4a36-b5f1-e6820a3c97d4',
    classroom_id: CLASSROOM_ID,
    bytes: 311_870,
    received: 131_072,
    touched_at: ASKED_AT,
    token_hash: null,
    photo: '{"id":"d3f0a9c2-61be-4e57-a8d4-07b95c2e81f6","width":1600,"height":1200,…}',
    verdict: null,
  },
  photo_piece: {
    upload_id: '1f7b20c8-4d9e-4a36-b5f1-e6820a3c97d4',
    start: 65_536,
    classroom_id: CLASSROOM_ID,
    content: 'ffd8ffe000104a464946…',
  },
  photo_content: {
    photo_id: 'd3f0a9c2-61be-4e57-a8d4-07b95c2e81f6',
    variant: 'whole',
    classroom_id: CLASSROOM_ID,
    bytes: 284_113,
    type: 'image/jpeg',
    content: 'ffd8ffe000104a464946…',
  },
  question_report: {
    id: '4b7e02d9-8c15-4f6a-9d23-b1e6a05c7f38',
    classroom_id: CLASSROOM_ID,
    question_id: QUESTION_ID,
    at: ASKED_AT,
    reason: 'This is an insult.',
    context: '[{"id":"5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73","authorId":null,…}]',
  },
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
