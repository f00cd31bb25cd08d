import { toContentAddress } from '../../sync/classroom/api.ts'
import { createObservable } from '../../sync/observable.ts'
import type { FileSource } from '../files/file-source.ts'
import { pauseUpload, resumeUpload } from '../files/upload-actions.ts'
import { classroomContents } from './classroom-contents.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { cancelAnswerFile } from './send-answer.ts'

/** Where the photos of a classroom's questions and the files of its answers come from. */
export function classroomFiles(opened: OpenedClassroom): FileSource {
  const { environment } = opened
  return {
    contents: classroomContents(opened),
    toAddress: (fileId) => toContentAddress(opened, fileId),
    watchPhotosCome: () =>
      createObservable((sink) => {
        sink.next(!environment.isNetworkPoor())
        return () => undefined
      }),
    isNetworkPoor: () => environment.isNetworkPoor(),
    pause: (fileId) => pauseUpload(opened, fileId),
    resume: (fileId) => resumeUpload(opened, fileId),
    cancel: (fileId) => cancelAnswerFile(opened, fileId),
  }
}
