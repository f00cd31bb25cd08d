import type { Rules } from '../campus/rules.ts'
import { addMembers } from './add-members.ts'
import { answerRequest } from './answer-request.ts'
import type { CampusCommand } from '../campus/command.ts'
import { createDirect } from './create-direct.ts'
import { createGroup } from './create-group.ts'
import { deleteMessage } from './delete-message.ts'
import { describeGroup } from './describe-group.ts'
import { editMessage } from './edit-message.ts'
import { eraseMembership } from './erase-membership.ts'
import { eraseMessage } from './erase-message.ts'
import { eraseReaction } from './erase-reaction.ts'
import { eraseUser } from './erase-user.ts'
import { governConversation } from './govern-conversation.ts'
import { handOverGroup } from './hand-over-group.ts'
import { hideMessage } from './hide-message.ts'
import { leaveForGood } from './leave-for-good.ts'
import { leaveGroup } from './leave-group.ts'
import { pinMessage } from './pin-message.ts'
import { read } from './read.ts'
import { receive } from './receive.ts'
import { registerUser } from './register-user.ts'
import { removeMember } from './remove-member.ts'
import { renameGroup } from './rename-group.ts'
import { renameProfile } from './rename-profile.ts'
import type { Rule } from './rule.ts'
import { sendMessage } from './send-message.ts'
import { setBlock } from './set-block.ts'
import { setConversation } from './set-conversation.ts'
import { setDraft } from './set-draft.ts'
import { setGroupPicture } from './set-group-picture.ts'
import { setPicture } from './set-picture.ts'
import { setPreference } from './set-preference.ts'
import { setReaction } from './set-reaction.ts'
import { setRole } from './set-role.ts'
import { setSuspension } from './set-suspension.ts'
import { takeMessageAway } from './take-message-away.ts'
import { publishReceipts } from './publish-receipts.ts'

/** Every command of the campus with its rule. */
const RULES: { [Type in CampusCommand['type']]: Rule<Type> } = {
  'user.register': registerUser,
  'profile.rename': renameProfile,
  'direct.create': createDirect,
  'group.create': createGroup,
  'group.rename': renameGroup,
  'group.picture': setGroupPicture,
  'group.describe': describeGroup,
  'group.hand-over': handOverGroup,
  'member.add': addMembers,
  'member.remove': removeMember,
  'member.leave': leaveGroup,
  'message.send': sendMessage,
  'message.edit': editMessage,
  'message.delete': deleteMessage,
  'message.hide': hideMessage,
  'message.pin': pinMessage,
  'reaction.set': setReaction,
  receive,
  read,
  'conversation.set': setConversation,
  'draft.set': setDraft,
  'preference.set': setPreference,
  'profile.picture': setPicture,
  'message.take-away': takeMessageAway,
  'conversation.govern': governConversation,
  'role.set': setRole,
  'suspension.set': setSuspension,
  'block.set': setBlock,
  'request.answer': answerRequest,
  'member.leave-for-good': leaveForGood,
  'receipts.publish': publishReceipts,
  'user.erase': eraseUser,
  'membership.erase': eraseMembership,
  'message.erase': eraseMessage,
  'reaction.erase': eraseReaction,
}

/** TypeScript cannot see that a command and the rule under its type belong together; the table above says so. */
const ruleOf = (command: CampusCommand) => RULES[command.type] as Rule<CampusCommand['type']>

export const campusRules: Rules = {
  needs: (needs, userId, command) => ruleOf(command).needs(needs, userId, command),
  decide: (batch, userId, command) => ruleOf(command).decide(batch, userId, command),
}
