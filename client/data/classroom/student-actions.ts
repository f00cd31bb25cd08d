import type * as Writing from './student-writing.ts'

/*
 * What a student does in a classroom. How it is written is loaded after the questions are shown, so that they are
 * shown sooner; each function here is the one of that name there.
 */

export const loadWriting = () => import('./student-writing.ts')

export const ask: typeof Writing.ask = async (...given) => (await loadWriting()).ask(...given)
export const editQuestion: typeof Writing.editQuestion = async (...given) =>
  (await loadWriting()).editQuestion(...given)
export const withdrawQuestion: typeof Writing.withdrawQuestion = async (...given) =>
  (await loadWriting()).withdrawQuestion(...given)
export const vote: typeof Writing.vote = async (...given) => (await loadWriting()).vote(...given)
export const retractVote: typeof Writing.retractVote = async (...given) => (await loadWriting()).retractVote(...given)
export const followUp: typeof Writing.followUp = async (...given) => (await loadWriting()).followUp(...given)
export const postReply: typeof Writing.postReply = async (...given) => (await loadWriting()).postReply(...given)
export const withdrawReply: typeof Writing.withdrawReply = async (...given) =>
  (await loadWriting()).withdrawReply(...given)
export const answerPoll: typeof Writing.answerPoll = async (...given) => (await loadWriting()).answerPoll(...given)
export const markLookedAt: typeof Writing.markLookedAt = async (...given) =>
  (await loadWriting()).markLookedAt(...given)
