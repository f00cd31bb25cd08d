import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'
import { up as log } from './0001-log.ts'
import { up as user } from './0002-user.ts'
import { up as credential } from './0003-credential.ts'
import { up as session } from './0004-session.ts'
import { up as conversation } from './0005-conversation.ts'
import { up as member } from './0006-member.ts'
import { up as message } from './0007-message.ts'
import { up as reading } from './0008-reading.ts'
import { up as command } from './0009-command.ts'
import { up as everyone } from './0010-everyone.ts'
import { up as campus } from './0011-campus.ts'
import { up as userPicture } from './0012-user-picture.ts'
import { up as picture } from './0013-picture.ts'
import { up as messageReplyTo } from './0014-message-reply-to.ts'
import { up as messageReplyToN } from './0015-message-reply-to-n.ts'
import { up as messageMentions } from './0016-message-mentions.ts'
import { up as messageMentionsAll } from './0017-message-mentions-all.ts'
import { up as messageForwarded } from './0018-message-forwarded.ts'
import { up as messagePinned } from './0019-message-pinned.ts'
import { up as messageEdits } from './0020-message-edits.ts'
import { up as messagePinnedIndex } from './0021-message-pinned-index.ts'
import { up as messageSentIndex } from './0022-message-sent-index.ts'
import { up as mention } from './0023-mention.ts'
import { up as annotation } from './0024-annotation.ts'
import { up as personal } from './0025-personal.ts'
import { up as preference } from './0026-preference.ts'
import { up as conversationMemberCount } from './0027-conversation-member-count.ts'
import { up as memberCounts } from './0028-member-counts.ts'
import { up as readingIndex } from './0029-reading-index.ts'
import { up as sessionSync } from './0030-session-sync.ts'
import { up as classroom } from './0031-classroom.ts'
import { up as classroomStaff } from './0032-classroom-staff.ts'
import { up as question } from './0033-question.ts'
import { up as reply } from './0034-reply.ts'
import { up as vote } from './0035-vote.ts'
import { up as poll } from './0036-poll.ts'
import { up as pollAnswer } from './0037-poll-answer.ts'
import { up as spentToken } from './0038-spent-token.ts'
import { up as tokenIssuance } from './0039-token-issuance.ts'
import { up as logLineage } from './0040-log-lineage.ts'
import { up as logLineageStart } from './0041-log-lineage-start.ts'
import { up as endedLineage } from './0042-ended-lineage.ts'
import { up as studentCommand } from './0043-student-command.ts'
import { up as receipt } from './0044-receipt.ts'
import { up as receiptChangeIndex } from './0045-receipt-change-index.ts'
import { up as receiptSeqIndex } from './0046-receipt-seq-index.ts'
import { up as receiptUntoldIndex } from './0047-receipt-untold-index.ts'
import { up as receiptsOfAnnotations } from './0048-receipts-of-annotations.ts'
import { up as annotationsWithoutReceipts } from './0049-annotations-without-receipts.ts'
import { up as logFloor } from './0050-log-floor.ts'
import { up as commandCreatedIndex } from './0051-command-created-index.ts'
import { up as sessionSeenIndex } from './0052-session-seen-index.ts'
import { up as probe } from './0053-probe.ts'
import { up as classroomFile } from './0054-classroom-file.ts'
import { up as classroomLog } from './0055-classroom-log.ts'
import { up as classroomCommand } from './0056-classroom-command.ts'
import { up as classroomLineage } from './0057-classroom-lineage.ts'
import { up as classroomTablesMoved } from './0058-classroom-tables-moved.ts'
import { up as classroomLogRows } from './0059-classroom-log-rows.ts'
import { up as classroomLogMoved } from './0060-classroom-log-moved.ts'
import { up as receiptUnpublished } from './0061-receipt-unpublished.ts'
import { up as messagePinnedBy } from './0062-message-pinned-by.ts'
import { up as likeness } from './0063-likeness.ts'
import { up as pollRightOptions } from './0064-poll-right-options.ts'
import { up as memberRemovedBy } from './0068-member-removed-by.ts'
import { up as memberRemovedAt } from './0069-member-removed-at.ts'
import { up as event } from './0070-event.ts'
import { up as conversationPicture } from './0071-conversation-picture.ts'
import { up as conversationDescription } from './0072-conversation-description.ts'
import { up as pictureConversation } from './0073-picture-conversation.ts'
import { up as hiddenMessage } from './0074-hidden-message.ts'
import { up as hiddenMessageChangeIndex } from './0075-hidden-message-change-index.ts'
import { up as voteClassroomIndex } from './0076-vote-classroom-index.ts'
import { up as pollAnswerClassroomIndex } from './0077-poll-answer-classroom-index.ts'
import { up as spentTokenClassroomIndex } from './0078-spent-token-classroom-index.ts'
import { up as studentCommandClassroomIndex } from './0079-student-command-classroom-index.ts'
import { up as file } from './0080-file.ts'
import { up as fileContent } from './0081-file-content.ts'
import { up as messageFile } from './0082-message-file.ts'
import { up as messageFiles } from './0083-message-files.ts'
import { up as fileUserIndex } from './0084-file-user-index.ts'
import { up as fileSha256Index } from './0085-file-sha256-index.ts'
import { up as fileContentIndex } from './0086-file-content-index.ts'
import { up as fileTouchedIndex } from './0087-file-touched-index.ts'
import { up as messageFileMessageIndex } from './0088-message-file-message-index.ts'
import { up as classroomPhotos } from './0090-classroom-photos.ts'
import { up as questionPhoto } from './0091-question-photo.ts'
import { up as replyFiles } from './0092-reply-files.ts'
import { up as replyFile } from './0093-reply-file.ts'
import { up as replyFileClassroomIndex } from './0094-reply-file-classroom-index.ts'
import { up as photoUpload } from './0095-photo-upload.ts'
import { up as photoUploadClassroomIndex } from './0096-photo-upload-classroom-index.ts'
import { up as photoPiece } from './0097-photo-piece.ts'
import { up as photoPieceClassroomIndex } from './0098-photo-piece-classroom-index.ts'
import { up as photoContent } from './0099-photo-content.ts'
import { up as photoContentClassroomIndex } from './0100-photo-content-classroom-index.ts'
import { up as conversationCrowded } from './0111-conversation-crowded.ts'
import { up as nameWord } from './0112-name-word.ts'
import { up as nameWordUserIndex } from './0113-name-word-user-index.ts'
import { up as audit } from './0120-audit.ts'
import { up as settingValue } from './0121-setting-value.ts'
import { up as standing } from './0122-standing.ts'
import { up as standingRoleIndex } from './0123-standing-role-index.ts'
import { up as messageTakenAway } from './0124-message-taken-away.ts'
import { up as conversationPosting } from './0125-conversation-posting.ts'
import { up as conversationSlow } from './0126-conversation-slow.ts'
import { up as report } from './0127-report.ts'
import { up as reportQueueIndex } from './0128-report-queue-index.ts'
import { up as serverSecret } from './0130-server-secret.ts'
import { up as oneTimeLink } from './0131-one-time-link.ts'
import { up as invitation } from './0132-invitation.ts'
import { up as emailAddress } from './0133-email-address.ts'
import { up as emailCode } from './0134-email-code.ts'
import { up as externalIdentity } from './0135-external-identity.ts'
import { up as externalIdentityUserIndex } from './0136-external-identity-user-index.ts'
import { up as ceremony } from './0137-ceremony.ts'
import { up as sessionSignedInBy } from './0138-session-signed-in-by.ts'
import { up as sessionProvenAt } from './0139-session-proven-at.ts'
import { up as userFormer } from './0140-user-former.ts'
import { up as erasure } from './0141-erasure.ts'
import { up as erasedSession } from './0142-erased-session.ts'
import { up as questionReport } from './0143-question-report.ts'
import { up as questionReportClassroomIndex } from './0144-question-report-classroom-index.ts'
import { up as passkey } from './0145-passkey.ts'
import { up as passkeyUserIndex } from './0146-passkey-user-index.ts'
import { up as block } from './0150-block.ts'
import { up as blockBlockedIndex } from './0151-block-blocked-index.ts'
import { up as contactRequest } from './0152-contact-request.ts'
import { up as contactRequestSeqIndex } from './0153-contact-request-seq-index.ts'
import { up as preferenceDirectFrom } from './0154-preference-direct-from.ts'
import { up as preferenceAddFrom } from './0155-preference-add-from.ts'
import { up as messageWithheld } from './0156-message-withheld.ts'
import { up as annotationWithheldFrom } from './0157-annotation-withheld-from.ts'
import { up as lease } from './0180-lease.ts'

/** Every step in order; forward only. A step that has ever run anywhere is never changed. */
export const migrations: Record<string, (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>> = {
  '0001-log': log,
  '0002-user': user,
  '0003-credential': credential,
  '0004-session': session,
  '0005-conversation': conversation,
  '0006-member': member,
  '0007-message': message,
  '0008-reading': reading,
  '0009-command': command,
  '0010-everyone': everyone,
  '0011-campus': campus,
  '0012-user-picture': userPicture,
  '0013-picture': picture,
  '0014-message-reply-to': messageReplyTo,
  '0015-message-reply-to-n': messageReplyToN,
  '0016-message-mentions': messageMentions,
  '0017-message-mentions-all': messageMentionsAll,
  '0018-message-forwarded': messageForwarded,
  '0019-message-pinned': messagePinned,
  '0020-message-edits': messageEdits,
  '0021-message-pinned-index': messagePinnedIndex,
  '0022-message-sent-index': messageSentIndex,
  '0023-mention': mention,
  '0024-annotation': annotation,
  '0025-personal': personal,
  '0026-preference': preference,
  '0027-conversation-member-count': conversationMemberCount,
  '0028-member-counts': memberCounts,
  '0029-reading-index': readingIndex,
  '0030-session-sync': sessionSync,
  '0031-classroom': classroom,
  '0032-classroom-staff': classroomStaff,
  '0033-question': question,
  '0034-reply': reply,
  '0035-vote': vote,
  '0036-poll': poll,
  '0037-poll-answer': pollAnswer,
  '0038-spent-token': spentToken,
  '0039-token-issuance': tokenIssuance,
  '0040-log-lineage': logLineage,
  '0041-log-lineage-start': logLineageStart,
  '0042-ended-lineage': endedLineage,
  '0043-student-command': studentCommand,
  '0044-receipt': receipt,
  '0045-receipt-change-index': receiptChangeIndex,
  '0046-receipt-seq-index': receiptSeqIndex,
  '0047-receipt-untold-index': receiptUntoldIndex,
  '0048-receipts-of-annotations': receiptsOfAnnotations,
  '0049-annotations-without-receipts': annotationsWithoutReceipts,
  '0050-log-floor': logFloor,
  '0051-command-created-index': commandCreatedIndex,
  '0052-session-seen-index': sessionSeenIndex,
  '0053-probe': probe,
  '0054-classroom-file': classroomFile,
  '0055-classroom-log': classroomLog,
  '0056-classroom-command': classroomCommand,
  '0057-classroom-lineage': classroomLineage,
  '0058-classroom-tables-moved': classroomTablesMoved,
  '0059-classroom-log-rows': classroomLogRows,
  '0060-classroom-log-moved': classroomLogMoved,
  '0061-receipt-unpublished': receiptUnpublished,
  '0062-message-pinned-by': messagePinnedBy,
  '0063-likeness': likeness,
  '0064-poll-right-options': pollRightOptions,
  '0068-member-removed-by': memberRemovedBy,
  '0069-member-removed-at': memberRemovedAt,
  '0070-event': event,
  '0071-conversation-picture': conversationPicture,
  '0072-conversation-description': conversationDescription,
  '0073-picture-conversation': pictureConversation,
  '0074-hidden-message': hiddenMessage,
  '0075-hidden-message-change-index': hiddenMessageChangeIndex,
  '0076-vote-classroom-index': voteClassroomIndex,
  '0077-poll-answer-classroom-index': pollAnswerClassroomIndex,
  '0078-spent-token-classroom-index': spentTokenClassroomIndex,
  '0079-student-command-classroom-index': studentCommandClassroomIndex,
  '0080-file': file,
  '0081-file-content': fileContent,
  '0082-message-file': messageFile,
  '0083-message-files': messageFiles,
  '0084-file-user-index': fileUserIndex,
  '0085-file-sha256-index': fileSha256Index,
  '0086-file-content-index': fileContentIndex,
  '0087-file-touched-index': fileTouchedIndex,
  '0088-message-file-message-index': messageFileMessageIndex,
  '0090-classroom-photos': classroomPhotos,
  '0091-question-photo': questionPhoto,
  '0092-reply-files': replyFiles,
  '0093-reply-file': replyFile,
  '0094-reply-file-classroom-index': replyFileClassroomIndex,
  '0095-photo-upload': photoUpload,
  '0096-photo-upload-classroom-index': photoUploadClassroomIndex,
  '0097-photo-piece': photoPiece,
  '0098-photo-piece-classroom-index': photoPieceClassroomIndex,
  '0099-photo-content': photoContent,
  '0100-photo-content-classroom-index': photoContentClassroomIndex,
  '0111-conversation-crowded': conversationCrowded,
  '0112-name-word': nameWord,
  '0113-name-word-user-index': nameWordUserIndex,
  '0120-audit': audit,
  '0121-setting-value': settingValue,
  '0122-standing': standing,
  '0123-standing-role-index': standingRoleIndex,
  '0124-message-taken-away': messageTakenAway,
  '0125-conversation-posting': conversationPosting,
  '0126-conversation-slow': conversationSlow,
  '0127-report': report,
  '0128-report-queue-index': reportQueueIndex,
  '0130-server-secret': serverSecret,
  '0131-one-time-link': oneTimeLink,
  '0132-invitation': invitation,
  '0133-email-address': emailAddress,
  '0134-email-code': emailCode,
  '0135-external-identity': externalIdentity,
  '0136-external-identity-user-index': externalIdentityUserIndex,
  '0137-ceremony': ceremony,
  '0138-session-signed-in-by': sessionSignedInBy,
  '0139-session-proven-at': sessionProvenAt,
  '0140-user-former': userFormer,
  '0141-erasure': erasure,
  '0142-erased-session': erasedSession,
  '0143-question-report': questionReport,
  '0144-question-report-classroom-index': questionReportClassroomIndex,
  '0145-passkey': passkey,
  '0146-passkey-user-index': passkeyUserIndex,
  '0150-block': block,
  '0151-block-blocked-index': blockBlockedIndex,
  '0152-contact-request': contactRequest,
  '0153-contact-request-seq-index': contactRequestSeqIndex,
  '0154-preference-direct-from': preferenceDirectFrom,
  '0155-preference-add-from': preferenceAddFrom,
  '0156-message-withheld': messageWithheld,
  '0157-annotation-withheld-from': annotationWithheldFrom,
  '0180-lease': lease,
}

/**
 * The steps that write tables of classrooms, and nothing else. In SQLite these lie in a file of their own, whose
 * change is on disk before the step is noted: a step that was cut off is done again, as in MySQL.
 */
export const classroomSteps: ReadonlySet<string> = new Set([
  '0054-classroom-file',
  '0055-classroom-log',
  '0056-classroom-command',
  '0057-classroom-lineage',
  '0059-classroom-log-rows',
  '0064-poll-right-options',
  '0076-vote-classroom-index',
  '0077-poll-answer-classroom-index',
  '0078-spent-token-classroom-index',
  '0079-student-command-classroom-index',
  '0090-classroom-photos',
  '0091-question-photo',
  '0092-reply-files',
  '0093-reply-file',
  '0094-reply-file-classroom-index',
  '0095-photo-upload',
  '0096-photo-upload-classroom-index',
  '0097-photo-piece',
  '0098-photo-piece-classroom-index',
  '0099-photo-content',
  '0100-photo-content-classroom-index',
  '0143-question-report',
  '0144-question-report-classroom-index',
])
