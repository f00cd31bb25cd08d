import { expect, test } from 'vitest'
import { createPhotoPreparer, type PhotoAnswer, type PhotoRequest } from '../../../../client/ui/media/prepare-photo.ts'

type Fate = 'answers' | 'falls over'

/** Workers that do what they are told to, and what became of them. */
function createThreads(fate: Fate | 'none') {
  const transcript: string[] = []
  let busy = 0
  const note = (place: string, { name }: PhotoRequest) => transcript.push(`${place} ${name}`)
  const later = (call: () => void) => void setTimeout(call)
  const threads = {
    startWorker() {
      if (fate === 'none') return undefined
      transcript.push('start')
      return {
        onmessage: null as ((event: MessageEvent<PhotoAnswer>) => void) | null,
        onerror: null as ((event: ErrorEvent) => void) | null,
        postMessage(request: PhotoRequest) {
          note('worker', request)
          expect(++busy).toBe(1)
          later(() => {
            busy--
            if (fate === 'answers') this.onmessage?.({ data: 'not-a-photo' } as MessageEvent<PhotoAnswer>)
            else this.onerror?.({ preventDefault: () => undefined } as ErrorEvent)
          })
        },
        terminate: () => transcript.push('end'),
      }
    },
    async drawHere(request: PhotoRequest): Promise<PhotoAnswer> {
      note('page', request)
      return 'too-large'
    },
  }
  return { threads, transcript }
}

const request = (name: string): PhotoRequest => ({ file: new Blob(), name, isOriginal: false })

test('one worker takes one photo after another, and ends with the last', async () => {
  const { threads, transcript } = createThreads('answers')
  const prepare = createPhotoPreparer(threads)
  expect(await Promise.all([prepare(request('a')), prepare(request('b'))])).toEqual(['not-a-photo', 'not-a-photo'])
  expect(transcript).toEqual(['start', 'worker a', 'worker b', 'end'])
  await prepare(request('c'))
  expect(transcript.slice(4)).toEqual(['start', 'worker c', 'end'])
})

test('where a worker does not come the page draws, and does not ask for one again', async () => {
  const { threads, transcript } = createThreads('falls over')
  const prepare = createPhotoPreparer(threads)
  expect(await Promise.all([prepare(request('a')), prepare(request('b'))])).toEqual(['too-large', 'too-large'])
  expect(transcript).toEqual(['start', 'worker a', 'end', 'page a', 'page b'])
})

test('a browser without workers that draw does without', async () => {
  const { threads, transcript } = createThreads('none')
  expect(await createPhotoPreparer(threads)(request('a'))).toBe('too-large')
  expect(transcript).toEqual(['page a'])
})

test('what went wrong with one photo is not the end of the next', async () => {
  const { threads } = createThreads('none')
  let calls = 0
  const drawHere = async (): Promise<PhotoAnswer> => {
    if (++calls === 1) throw new Error('no memory')
    return 'not-a-photo'
  }
  const prepare = createPhotoPreparer({ ...threads, drawHere })
  const [first, second] = await Promise.allSettled([prepare(request('a')), prepare(request('b'))])
  expect(first.status).toBe('rejected')
  expect(second).toEqual({ status: 'fulfilled', value: 'not-a-photo' })
})
