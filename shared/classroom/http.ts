import * as v from 'valibot'
import { id, lineageId, seq, timeMs } from '../protocol/fields.ts'
import { lineage } from '../protocol/http.ts'
import { commandResult } from '../protocol/results.ts'
import { studentCommand, token } from './commands.ts'
import { classroomErrorCode } from './errors.ts'
import { base64url, classroomCode, classroomId, classroomTitle, randomId, words } from './fields.ts'
import { SLOW_SECONDS_MAX, TOKENS_PER_DEVICE } from './limits.ts'
import { photosChoice } from './photos.ts'
import { classroomLogRow } from './rows.ts'

/** Students speak to `/q/api/…`, where no cookie goes. */
export const CLASSROOM_PATH = '/q'
export const CLASSROOM_API = '/q/api'

/** `GET /q/api/:id/pull` and, for staff, `GET /api/classrooms/:id/pull`. `wait=1` holds an answer without news back for a while. */
export const classroomPullQuery = v.object({
  lineage: v.optional(lineageId, ''),
  /** Of version 1. */
  epoch: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
  cursor: v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'not a position'), v.transform(Number)),
  wait: v.optional(v.picklist(['0', '1'])),
})
/** All that changed after `from` up to `to`; there is more while `to < head`. */
export const classroomPullPage = v.object({
  /** Of version 1. */
  epoch: v.string(),
  lineage: v.optional(lineage),
  from: seq,
  to: seq,
  head: seq,
  devices: v.number(),
  rows: v.array(classroomLogRow),
})
export type ClassroomPullPage = v.InferOutput<typeof classroomPullPage>

/** `POST /q/api/:id/commands`: one command. `work` is the solution of a challenge that was asked for with `work_needed`. */
export const studentCommandBody = v.object({
  command: studentCommand,
  token: v.optional(v.nullable(token), null),
  work: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
})
export type StudentCommandBody = v.InferInput<typeof studentCommandBody>
/** The answer: the position at which it took effect. What is refused is answered with an error. */
export const studentCommandAnswer = v.object({ seq })

/**
 * What the creation of a photo's upload, `POST /q/api/:id/uploads`, says in `Upload-Metadata` (tus 1.0.0, "Creation"), each
 * value in base64 there. `token`, in JSON, is the one with which the question will pay, where one does; `work` is as with a
 * command.
 */
export const photoUploadMetadata = v.object({
  id: randomId,
  token: v.optional(v.pipe(v.string(), v.maxLength(8_192), v.parseJson(), token)),
  work: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
})

/** `POST /api/classrooms/:id/commands`, for staff: taken in this order, answered in this order. */
export const staffCommandsBody = v.object({
  lineage: v.optional(lineageId, ''),
  cursor: v.optional(seq, 0),
  commands: v.pipe(v.array(v.looseObject({ id: v.string() })), v.minLength(1), v.maxLength(100)),
})
export const staffCommandsAnswer = v.object({
  results: v.array(
    v.variant('status', [
      commandResult.options[0],
      v.object({ status: v.literal('refused'), id: v.string(), code: classroomErrorCode, message: v.string() }),
    ]),
  ),
})
export type StaffCommandResult = v.InferOutput<typeof staffCommandsAnswer>['results'][number]

/** `POST /q/api/find`. */
export const findBody = v.object({
  code: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.transform((code) => code.replaceAll(/[\s-]/g, '')),
    v.maxLength(40),
  ),
})
export const findAnswer = v.object({ id: classroomId, title: v.string(), issuer: v.nullable(base64url) })

/** `GET /q/api/:id/stored`: the tables that hold what students do, read from the database's own schema, with a row each that is made up. */
export const storedAnswer = v.object({
  tables: v.array(
    v.object({
      name: v.string(),
      columns: v.array(
        v.object({ name: v.string(), type: v.string(), sample: v.nullable(v.union([v.string(), v.number()])) }),
      ),
    }),
  ),
})
export type StoredAnswer = v.InferOutput<typeof storedAnswer>

/** `POST /api/classrooms`. `groupId` limits it to the members of a group that one leads; that and `names` stay as they are. */
export const createClassroomBody = v.object({
  title: classroomTitle,
  mode: v.picklist(['open', 'approval', 'closed']),
  opensAt: v.nullable(timeMs),
  endsAt: v.nullable(timeMs),
  threadsUntil: v.nullable(timeMs),
  slowSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(SLOW_SECONDS_MAX)),
  answers: v.picklist(['staff', 'everyone']),
  names: v.boolean(),
  words,
  /** `held` where it is left out. */
  photos: v.optional(photosChoice),
  groupId: v.nullable(id),
})
export type CreateClassroomBody = v.InferOutput<typeof createClassroomBody>
export const createClassroomAnswer = v.object({ id: classroomId, code: classroomCode, issuer: v.nullable(base64url) })

/**
 * `GET /api/classrooms`: those where one is staff, and those limited to a group that one is in, for
 * which a device fetches `tokens` tokens whether or not it will ever ask.
 */
export const classroomsAnswer = v.object({
  staffed: v.array(v.object({ id: classroomId, title: v.string(), endsAt: v.nullable(timeMs) })),
  limited: v.array(
    v.object({ id: classroomId, title: v.string(), groupId: id, issuer: base64url, tokens: v.number() }),
  ),
})
export type ClassroomsAnswer = v.InferOutput<typeof classroomsAnswer>

/** `POST /api/classrooms/:id/tokens`: exactly so many blinded messages, each signed once for this device. */
export const tokensBody = v.object({
  blinded: v.pipe(v.array(base64url), v.length(TOKENS_PER_DEVICE, 'not the number of tokens that every device gets')),
})
export const tokensAnswer = v.object({ signatures: v.array(base64url) })
