import { createRandom } from '../../../server/ops/demo/random.ts'
import { percentile } from '../ratio.ts'
import type { Costs } from './costs.ts'
import { createTimeline } from './timeline.ts'

/*
 * The start of a lecture, as a discrete-event simulation: at the quarter hour phones come out and back online within a
 * minute, some of their owners write, and a few things are said to all.
 *
 *   phone ──▶ a process (one core, first come first served) ── resume ──▶ equal
 *                └── send ──▶ the log (one commit at a time takes all that waits) ──▶ acknowledged
 *                                └──▶ every process hears of the batch, and tells its own sockets
 */

export interface LectureOptions {
  /** Phones that come out. */
  phones: number
  processes: number
  /** Over so many seconds they come. */
  withinSeconds: number
  /** Of them who write one message, and how many hear it. */
  writingShare: number
  hearers: number
  /** Messages to all. */
  announcements: number
  /** What a commit takes, and how many sends go into one at most. */
  commitMs: number
  batchMax: number
  seed: number
}

export interface LectureOutcome {
  resumeP50Ms: number
  resumeP99Ms: number
  sendP50Ms: number
  sendP99Ms: number
  /** Until an announcement was written into the last socket. */
  announcedMostMs: number
  /** Of the time until all was done, how much of it the busiest process and the log were at work. */
  processBusy: number
  logBusy: number
  sendsPerCommit: number
}

interface Send {
  at: number
  process: number
  isToAll: boolean
}

export function simulateLecture(costs: Costs, options: LectureOptions): LectureOutcome {
  const { phones, processes, withinSeconds, announcements, hearers } = options
  const random = createRandom(options.seed)
  const timeline = createTimeline()
  const freeAt = Array.from({ length: processes }, () => 0)
  const workedMs = Array.from({ length: processes }, () => 0)
  const resumes: number[] = []
  const sends: number[] = []
  const announced: number[] = []
  const waiting: Send[] = []
  let isCommitting = false
  let [commits, commitMs, online] = [0, 0, 0]

  /** Puts work into a process's queue; answers when it is done. */
  function work(process: number, ms: number): number {
    const done = Math.max(freeAt[process] ?? 0, timeline.now()) + ms
    freeAt[process] = done
    workedMs[process] = (workedMs[process] ?? 0) + ms
    return done
  }

  function comeBack(process: number): void {
    const came = timeline.now()
    timeline.at(work(process, costs.resumeCpuMs), () => {
      online += 1
      resumes.push(timeline.now() - came)
    })
  }

  function send(process: number, isToAll: boolean): void {
    const at = timeline.now()
    timeline.at(work(process, costs.sendCpuMs), () => {
      waiting.push({ at, process, isToAll })
      commit()
    })
  }

  function commit(): void {
    if (isCommitting || waiting.length === 0) return
    isCommitting = true
    const batch = waiting.splice(0, options.batchMax)
    commits += 1
    // At full speed the log takes as many in a second as was measured; a small batch costs a whole commit.
    const took = Math.max(options.commitMs, (batch.length / costs.logSendsPerSecond) * 1_000)
    commitMs += took
    timeline.at(timeline.now() + took, () => {
      isCommitting = false
      for (const { at } of batch) sends.push(timeline.now() - at)
      tell(batch)
      commit()
    })
  }

  function tell(batch: readonly Send[]): void {
    for (let process = 0; process < processes; process += 1) {
      const heard = batch.filter((one) => one.process !== process).length * costs.heardSendCpuMs
      const toAll = batch.filter(({ isToAll }) => isToAll)
      const told = ((batch.length - toAll.length) * hearers + toAll.length * online) / processes
      const done = work(process, heard + told * costs.deliveryCpuMs)
      for (const { at } of toAll) announced.push(done - at)
    }
  }

  for (let phone = 0; phone < phones; phone += 1) {
    const process = random.between(0, processes - 1)
    // Most come at once, and the rest straggle in.
    const at = Math.min(withinSeconds, -Math.log(1 - random.next()) * (withinSeconds / 3)) * 1_000
    timeline.at(at, () => comeBack(process))
    if (random.next() < options.writingShare) {
      timeline.at(at + random.next() * (withinSeconds * 1_000 - at), () => send(process, false))
    }
  }
  for (let said = 0; said < announcements; said += 1) {
    const at = ((said + 1) / (announcements + 1)) * withinSeconds * 1_000
    timeline.at(at, () => send(random.between(0, processes - 1), true))
  }
  timeline.run()
  const all = Math.max(timeline.now(), ...freeAt)
  return {
    ...{ resumeP50Ms: percentile(resumes, 50), resumeP99Ms: percentile(resumes, 99) },
    ...{ sendP50Ms: percentile(sends, 50), sendP99Ms: percentile(sends, 99) },
    announcedMostMs: announced.reduce((most, ms) => Math.max(most, ms), 0),
    processBusy: Math.max(...workedMs) / all,
    logBusy: commitMs / all,
    sendsPerCommit: sends.length / commits,
  }
}
