import { tokensBody } from '../../../shared/classroom/http.ts'
import { issueTokens } from '../../classroom/issue-tokens.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function tokens({ store }: AppParts): AppHandler {
  return withBody(tokensBody, async (c, { blinded }) => {
    const outcome = await issueTokens(store, c.var.session.userId, getClassroomId(c), blinded)
    return 'code' in outcome ? answerClassroomRefusal(c, outcome) : c.json(outcome)
  })
}
