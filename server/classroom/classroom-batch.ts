import type {
  ClassroomStaffTable,
  ClassroomTable,
  FileTable,
  PhotoUploadTable,
  PollAnswerTable,
  PollTable,
  QuestionTable,
  ReplyFileTable,
  ReplyTable,
  SpentTokenTable,
  StudentCommandTable,
  VoteTable,
} from '../store/schema.ts'
import { toMessageFiles } from '../campus/files.ts'
import { hasWord } from '../campus/words.ts'
import { toQuestionPhoto } from './question-photo.ts'

/** How many replies a thread holds, and how many of them are answers of staff that are shown. */
export interface ThreadCount {
  replies: number
  answers: number
}

/**
 * A classroom as one batch sees and changes it, in memory. Rules read it and change it through these
 * functions alone; `stamp` then gives every changed row its position in the log. A row changed twice has
 * one position: rows, not events.
 */
export interface ClassroomBatch {
  readonly now: number
  readonly classroom: ClassroomTable
  /** Whoever answers here, or did. */
  readonly staff: ReadonlyMap<string, ClassroomStaffTable>
  /** Those of `needs.users` that are registered. */
  readonly users: ReadonlySet<string>
  /** How many polls there are. Only with `needs.pollCount`. */
  readonly pollCount: number
  /** A question of this classroom. */
  findQuestion(id: string): QuestionTable | undefined
  /** Whatever has this id, in any classroom. */
  findAnyQuestion(id: string): QuestionTable | undefined
  /** What was merged into a question of `needs.merges`. */
  listMerged(questionId: string): QuestionTable[]
  findReply(id: string): ReplyTable | undefined
  findAnyReply(id: string): ReplyTable | undefined
  /** Of questions in `needs.counts`, of those that they were merged into, and of those of `needs.replies`. */
  countThread(questionId: string): ThreadCount
  findAnyVote(id: string): VoteTable | undefined
  findVote(questionId: string, receiptHash: string): VoteTable | undefined
  findPoll(id: string): PollTable | undefined
  findAnyPoll(id: string): PollTable | undefined
  findAnyPollAnswer(id: string): PollAnswerTable | undefined
  findPollAnswer(pollId: string, receiptHash: string): PollAnswerTable | undefined
  findSpentToken(tokenHash: string): SpentTokenTable | undefined
  /** A photo on its way to this classroom. */
  findUpload(id: string): PhotoUploadTable | undefined
  /** Whoever's it is. */
  findFile(id: string): FileTable | undefined
  /** Whether a student's command with this id was done. */
  isDone(commandId: string): boolean
  /** Whether a text of a student's waits for staff, for a word in it. */
  isHeld(text: string): boolean

  setClassroom(changes: Partial<ClassroomTable>): void
  /** The next question's number, counted on. */
  takeNumber(): number
  setStaff(staff: ClassroomStaffTable): void
  /**
   * Stores a question. When it comes into view or goes, its replies do too, so they change with it. What it had for a photo
   * and has not any more goes.
   */
  setQuestion(question: QuestionTable): void
  setReply(reply: ReplyTable): void
  addVote(vote: VoteTable): void
  removeVote(vote: VoteTable): void
  setPoll(poll: PollTable): void
  addPollAnswer(answer: PollAnswerTable): void
  /** A photo has come to its question: it is on its way no more. */
  takeUpload(upload: PhotoUploadTable): void
  spendToken(token: SpentTokenTable): void
  noteDone(commandId: string): void
}

export interface LoadedClassroom {
  classroom: ClassroomTable
  staff: readonly ClassroomStaffTable[]
  questions: readonly QuestionTable[]
  replies: readonly ReplyTable[]
  counts: readonly ({ question_id: string } & ThreadCount)[]
  votes: readonly VoteTable[]
  polls: readonly PollTable[]
  pollAnswers: readonly PollAnswerTable[]
  spentTokens: readonly SpentTokenTable[]
  doneCommands: readonly StudentCommandTable[]
  uploads: readonly PhotoUploadTable[]
  files: readonly FileTable[]
  users: readonly string[]
  pollCount: number
}

export interface StampedClassroom {
  head: number
  /** Also when only its counter moved. */
  classroom: ClassroomTable | undefined
  staff: ClassroomStaffTable[]
  /** Apart, because a new row needs a plain insert: an id that is already there must not be overwritten. */
  newQuestions: QuestionTable[]
  changedQuestions: QuestionTable[]
  newReplies: ReplyTable[]
  changedReplies: ReplyTable[]
  polls: PollTable[]
  removedVotes: string[]
  newVotes: VoteTable[]
  newPollAnswers: PollAnswerTable[]
  spentTokens: SpentTokenTable[]
  doneCommands: StudentCommandTable[]
  takenUploads: string[]
  /** Photos of no question any more. */
  gonePhotos: string[]
  replyFiles: ReplyFileTable[]
  /** Answers that carry their files no more, and those. */
  unfiledReplies: string[]
  leftFiles: string[]
}

export interface OpenClassroomBatch extends ClassroomBatch {
  /** Gives each changed row the next seq after `head`, in the order of the changes, and returns what has to be written. */
  stamp(head: number): StampedClassroom
}

/** Whether everybody sees a question's thread. Of a merged one they saw it before, and its asker goes on looking there. */
export function isInView({ state }: Pick<QuestionTable, 'state'>): boolean {
  return state === 'shown' || state === 'merged'
}

type Change =
  | { table: 'classroom' }
  | { table: 'staff'; record: ClassroomStaffTable }
  | { table: 'question'; record: QuestionTable; isNew: boolean }
  | { table: 'reply'; record: ReplyTable; isNew: boolean }
  | { table: 'poll'; record: PollTable }

/** `heldWords` hold what students write in every classroom, besides its own list. */
export function createClassroomBatch(
  now: number,
  loaded: LoadedClassroom,
  heldWords: readonly string[] = [],
): OpenClassroomBatch {
  const everywhere = { words: JSON.stringify(heldWords) }
  let { classroom } = loaded
  let isCounted = false
  const classroomId = classroom.id
  const staff = new Map(loaded.staff.map((one) => [one.user_id, one]))
  const questions = new Map(loaded.questions.map((one) => [one.id, one]))
  const replies = new Map(loaded.replies.map((one) => [one.id, one]))
  const counts = new Map(loaded.counts.map(({ question_id, ...count }) => [question_id, count]))
  const votes = new Map(loaded.votes.map((one) => [one.id, one]))
  const ballots = new Map(loaded.votes.map((one) => [ballotKey(one.question_id, one.receipt_hash), one]))
  const polls = new Map(loaded.polls.map((one) => [one.id, one]))
  const answers = new Map(loaded.pollAnswers.map((one) => [one.id, one]))
  const answered = new Map(loaded.pollAnswers.map((one) => [ballotKey(one.poll_id, one.receipt_hash), one]))
  const spent = new Map(loaded.spentTokens.map((one) => [one.token_hash, one]))
  let { pollCount } = loaded

  const changes = new Map<string, Change>()
  const newVotes = new Map<string, VoteTable>()
  const removedVotes = new Set<string>()
  const newPollAnswers: PollAnswerTable[] = []
  const spentTokens: SpentTokenTable[] = []
  const done = new Set(loaded.doneCommands.map(({ id }) => id))
  const doneCommands: StudentCommandTable[] = []
  const uploads = new Map(loaded.uploads.map((one) => [one.id, one]))
  const files = new Map(loaded.files.map((one) => [one.id, one]))
  const takenUploads: string[] = []
  const gonePhotos: string[] = []
  const replyFiles: ReplyFileTable[] = []
  const unfiledReplies: string[] = []
  const leftFiles: string[] = []

  /** An answer's files come with it, and go with its text. */
  const noteFiles = (before: ReplyTable | undefined, record: ReplyTable) => {
    if (before === undefined) {
      for (const { id } of toMessageFiles(record)) {
        replyFiles.push({ file_id: id, reply_id: record.id, classroom_id: classroomId })
      }
    } else if (before.files !== null && record.files === null) {
      unfiledReplies.push(record.id)
      leftFiles.push(...toMessageFiles(before).map(({ id }) => id))
    }
  }

  const setReply = (record: ReplyTable) => {
    const before = replies.get(record.id)
    noteFiles(before, record)
    const count = counts.get(record.question_id)
    if (count !== undefined) {
      counts.set(record.question_id, {
        replies: count.replies + (before === undefined ? 1 : 0),
        answers: count.answers + countAnswer(record) - (before === undefined ? 0 : countAnswer(before)),
      })
    }
    replies.set(record.id, record)
    const key = `reply/${record.id}`
    const change = changes.get(key)
    const isNew = change === undefined ? before === undefined : change.table === 'reply' && change.isNew
    changes.set(key, { table: 'reply', record, isNew })
  }

  return {
    now,
    get classroom() {
      return classroom
    },
    staff,
    users: new Set(loaded.users),
    get pollCount() {
      return pollCount
    },
    findQuestion: (id) => within(classroomId, questions.get(id)),
    findAnyQuestion: (id) => questions.get(id),
    listMerged: (questionId) => [...questions.values()].filter((question) => question.merged_into === questionId),
    findReply: (id) => within(classroomId, replies.get(id)),
    findAnyReply: (id) => replies.get(id),
    countThread(questionId) {
      const count = counts.get(questionId)
      if (count === undefined) throw new Error('a thread is counted that no need named')
      return count
    },
    findAnyVote: (id) => votes.get(id),
    findVote: (questionId, receiptHash) => ballots.get(ballotKey(questionId, receiptHash)),
    findPoll: (id) => within(classroomId, polls.get(id)),
    findAnyPoll: (id) => polls.get(id),
    findAnyPollAnswer: (id) => answers.get(id),
    findPollAnswer: (pollId, receiptHash) => answered.get(ballotKey(pollId, receiptHash)),
    findSpentToken: (tokenHash) => spent.get(tokenHash),
    findUpload: (id) => within(classroomId, uploads.get(id)),
    findFile: (id) => files.get(id),
    isDone: (commandId) => done.has(commandId),
    isHeld: (text) => hasWord(text, classroom) || hasWord(text, everywhere),

    setClassroom(changed) {
      classroom = { ...classroom, ...changed }
      changes.set('classroom', { table: 'classroom' })
    },
    takeNumber() {
      classroom = { ...classroom, question_count: classroom.question_count + 1 }
      isCounted = true
      return classroom.question_count
    },
    setStaff(record) {
      staff.set(record.user_id, record)
      changes.set(`staff/${record.user_id}`, { table: 'staff', record })
    },
    setQuestion(record) {
      const before = questions.get(record.id)
      questions.set(record.id, record)
      const gone = before !== undefined && record.photo === null ? toQuestionPhoto(before) : undefined
      if (gone !== undefined) gonePhotos.push(gone.id)
      if (before === undefined) counts.set(record.id, { replies: 0, answers: 0 })
      const key = `question/${record.id}`
      const change = changes.get(key)
      const isNew = change === undefined ? before === undefined : change.table === 'question' && change.isNew
      changes.set(key, { table: 'question', record, isNew })
      if (before === undefined || isInView(before) === isInView(record)) return
      for (const reply of replies.values()) {
        if (reply.question_id === record.id && reply.state === 'shown') setReply({ ...reply })
      }
    },
    setReply,
    addVote(vote) {
      votes.set(vote.id, vote)
      ballots.set(ballotKey(vote.question_id, vote.receipt_hash), vote)
      newVotes.set(vote.id, vote)
    },
    removeVote(vote) {
      votes.delete(vote.id)
      ballots.delete(ballotKey(vote.question_id, vote.receipt_hash))
      if (!newVotes.delete(vote.id)) removedVotes.add(vote.id)
    },
    setPoll(record) {
      if (!polls.has(record.id)) pollCount += 1
      polls.set(record.id, record)
      changes.set(`poll/${record.id}`, { table: 'poll', record })
    },
    addPollAnswer(answer) {
      answers.set(answer.id, answer)
      answered.set(ballotKey(answer.poll_id, answer.receipt_hash), answer)
      newPollAnswers.push(answer)
    },
    takeUpload({ id }) {
      uploads.delete(id)
      takenUploads.push(id)
    },
    spendToken(token) {
      spent.set(token.token_hash, token)
      spentTokens.push(token)
    },
    noteDone(commandId) {
      done.add(commandId)
      doneCommands.push({ id: commandId, classroom_id: classroomId })
    },

    stamp(head) {
      const stamped: StampedClassroom = {
        head,
        classroom: undefined,
        staff: [],
        newQuestions: [],
        changedQuestions: [],
        newReplies: [],
        changedReplies: [],
        polls: [],
        removedVotes: [...removedVotes],
        newVotes: [...newVotes.values()],
        newPollAnswers,
        spentTokens,
        doneCommands,
        takenUploads,
        gonePhotos,
        replyFiles,
        unfiledReplies,
        leftFiles,
      }
      for (const change of changes.values()) {
        stamped.head += 1
        const position = { seq: stamped.head }
        switch (change.table) {
          case 'classroom':
            classroom = { ...classroom, ...position }
            isCounted = true
            break
          case 'staff':
            stamped.staff.push({ ...change.record, ...position })
            break
          case 'question':
            stamped[change.isNew ? 'newQuestions' : 'changedQuestions'].push({ ...change.record, ...position })
            break
          case 'reply':
            stamped[change.isNew ? 'newReplies' : 'changedReplies'].push({ ...change.record, ...position })
            break
          case 'poll':
            stamped.polls.push({ ...change.record, ...position })
            break
        }
      }
      if (isCounted) stamped.classroom = classroom
      return stamped
    },
  }
}

function ballotKey(subject: string, receiptHash: string): string {
  return `${subject}/${receiptHash}`
}

function within<Row extends { classroom_id: string }>(classroomId: string, row: Row | undefined): Row | undefined {
  return row?.classroom_id === classroomId ? row : undefined
}

function countAnswer({ author, state }: ReplyTable): number {
  return author === 'staff' && state === 'shown' ? 1 : 0
}
