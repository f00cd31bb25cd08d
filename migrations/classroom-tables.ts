/** The tables of classrooms, which steps made until SQLite got a file for them. */
export const CLASSROOM_TABLES = [
  'classroom',
  'classroom_staff',
  'question',
  'reply',
  'vote',
  'poll',
  'poll_answer',
  'spent_token',
  'token_issuance',
  'student_command',
]
