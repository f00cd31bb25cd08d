import { afterEach, beforeEach, expect, test } from 'vitest'
import { toEntry } from '../../../server/campus/command.ts'
import type { Campus } from '../../../server/campus/types.ts'
import { withDrawnPictures } from '../../../server/commands/draw-pictures.ts'
import type { Sequencer } from '../../../server/log/sequencer.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus, renameProfile, send, setPicture } from '../../support/campus.ts'
import { BASELINE, GREY, toText } from '../files/example-pictures.ts'

let backend: Backend
let ann: string
let ben: string
/** What came to the log, in order. */
let came: string[]
/** Ends the drawing of each picture, in the order in which they began. */
let ends: (() => void)[]
let log: Sequencer<Campus>
let sequencer: Sequencer<Campus>
beforeEach(async () => {
  backend = await createBackend()
  const campus = createCampus({ store: backend.store })
  ann = await campus.register()
  ben = await campus.register()
  came = []
  ends = []
  log = {
    submit(name, entries) {
      came.push(...entries.map(({ command }) => command.type))
      return campus.sequencer.submit(name, entries)
    },
    close: () => campus.sequencer.close(),
  }
  sequencer = withDrawnPictures(log, async (bytes) => {
    await new Promise<void>((resolve) => ends.push(resolve))
    return new Uint8Array(bytes)
  })
})
afterEach(() => backend.dispose())

const submit = (userId: string, ...commands: Command[]) =>
  sequencer.submit(
    CAMPUS_LOG,
    commands.map((command) => toEntry(userId, command)),
  )

/** Lets everything that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('what somebody commands after a picture waits behind it; others do not', async () => {
  const first = submit(ann, setPicture(toText(BASELINE)))
  const second = submit(ann, renameProfile('Anna'), send())
  await submit(ben, renameProfile('Benno'))
  expect(came).toEqual(['profile.rename'])
  for (const end of ends) end()
  await Promise.all([first, second])
  expect(came).toEqual(['profile.rename', 'profile.picture', 'profile.rename', 'message.send'])
  await submit(ann, send())
  expect(came).toHaveLength(5)
})

test('of two pictures the one that came last stays, however long each takes', async () => {
  const [first, second] = [setPicture(toText(BASELINE)), setPicture(toText(GREY))]
  const both = [submit(ann, first), submit(ann, second)]
  await settle()
  for (const end of ends.toReversed()) {
    end()
    await settle()
  }
  await Promise.all(both)
  const user = await backend.store.db.selectFrom('user').selectAll().where('id', '=', ann).executeTakeFirstOrThrow()
  expect(user.picture_id).toBe(second.id)
})

test('a picture sent twice is set once, also when it is drawn otherwise the second time', async () => {
  const command = setPicture(toText(BASELINE))
  const outcomes = []
  for (const drawn of [BASELINE, GREY]) {
    const again = withDrawnPictures(log, async () => new Uint8Array(drawn))
    outcomes.push(...(await again.submit(CAMPUS_LOG, [toEntry(ann, command)])))
  }
  expect(outcomes[0]).toHaveProperty('seq')
  expect(outcomes[1]).toEqual(outcomes[0])
})

test('a picture that is none is refused by its rule, after who may set one', async () => {
  const campus = createCampus({ store: backend.store })
  const group = await campus.group(ann, ben)
  const none = { type: 'group.picture', id: setPicture(null).id, conversationId: group, picture: 'AAAA' } as const
  expect(await campus.codeOf(ben, none)).toBe('only_creator')
  expect(await campus.codeOf(ann, none)).toBe('bad_picture')
})

test('closing waits for what is still drawn', async () => {
  const submitted = submit(ann, setPicture(toText(BASELINE)))
  await settle()
  const closed = sequencer.close()
  for (const end of ends) end()
  await closed
  expect(came).toEqual(['profile.picture'])
  await submitted
})
