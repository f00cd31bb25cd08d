import { toContentAddress } from '../../sync/classroom/api.ts'
import type { FileSource } from '../files/file-source.ts'
import { pauseUpload, resumeUpload } from '../files/upload-actions.ts'
import { classroomContents } from './classroom-contents.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { cancelAnswerFile } from './send-answer.ts'

/** Where the photos of a classroom's questions and the files of its answers come from. */
export function classroomFiles(opened: OpenedClassroom): FileSource {
  return {
    contents: classroomContents(opened),
    toAddress: (fileId) => toContentAddress(opened, fileId),
    photosCome: opened.photosCome,
    pause: (fileId) => pauseUpload(opened, fileId),
    resume: (fileId) => resumeUpload(opened, fileId),
    cancel: (fileId) => cancelAnswerFile(opened, fileId),
  }
}
