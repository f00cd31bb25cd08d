/** What a batch of commands has to know of its classroom before it can decide, besides the classroom and its staff. */
export interface ClassroomNeeds {
  /** Questions, each with the one that it was merged into. */
  questions: Set<string>
  /** Questions of which all that was merged into them matters. */
  merges: Set<string>
  /** Questions of which every reply matters, since they may come into view or go. */
  threads: Set<string>
  /** Questions whose replies are to be counted. */
  counts: Set<string>
  /** Replies, each with its question and the count of its thread. */
  replies: Set<string>
  votes: Receipts
  polls: Set<string>
  pollAnswers: Receipts
  /** Ids of students' commands that may have been done. */
  commands: Set<string>
  /** Hashes of tokens that may have been spent. */
  tokens: Set<string>
  /** Photos on their way. */
  uploads: Set<string>
  /** Files that staff have uploaded. */
  files: Set<string>
  /** Accounts, by user id. */
  users: Set<string>
  pollCount: boolean
}

/** Votes or poll answers: by their id, and by what they are for together with their receipt. */
export interface Receipts {
  ids: Set<string>
  /** By both together: one browser's vote for one question. */
  ballots: Map<string, { subject: string; receiptHash: string }>
}

export function createClassroomNeeds(): ClassroomNeeds {
  return {
    questions: new Set(),
    merges: new Set(),
    threads: new Set(),
    counts: new Set(),
    replies: new Set(),
    votes: createReceipts(),
    polls: new Set(),
    pollAnswers: createReceipts(),
    commands: new Set(),
    tokens: new Set(),
    uploads: new Set(),
    files: new Set(),
    users: new Set(),
    pollCount: false,
  }
}

function createReceipts(): Receipts {
  return { ids: new Set(), ballots: new Map() }
}

export function needReceipt(receipts: Receipts, subject: string, receiptHash: string, id?: string): void {
  if (id !== undefined) receipts.ids.add(id)
  receipts.ballots.set(`${subject}/${receiptHash}`, { subject, receiptHash })
}

/** The question with all that hangs on whether it is shown: for whoever may change that. */
export function needQuestionWithThread(needs: ClassroomNeeds, questionId: string): void {
  needs.questions.add(questionId)
  needs.threads.add(questionId)
}

/** The question with what tells whether its thread has room. */
export function needThread(needs: ClassroomNeeds, questionId: string): void {
  needs.questions.add(questionId)
  needs.counts.add(questionId)
}
