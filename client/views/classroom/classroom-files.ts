import { classroomContents } from '../../data/classroom/classroom-contents.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import { cancelAnswerFile } from '../../data/classroom/send-answer.ts'
import { pauseUpload, resumeUpload } from '../../data/files/upload-actions.ts'
import { toContentAddress } from '../../sync/classroom/api.ts'
import { createObservable } from '../../sync/observable.ts'
import type { FileSource } from '../files/file-source.ts'

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
