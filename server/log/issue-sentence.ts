import * as v from 'valibot'

/** Names the field and what is wrong with it, in our words: what the client sent is not repeated. */
export function toIssueSentence([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const field = v.getDotPath(issue) ?? 'request'
  if (issue.kind === 'schema') {
    return issue.received === 'undefined' ? `${field} is missing.` : `${field} is not of the right type.`
  }
  // valibot's own messages quote the value; those of the contract are written by hand.
  return `${field} ${issue.message.startsWith('Invalid ') ? 'is not in the right form' : issue.message}.`
}
