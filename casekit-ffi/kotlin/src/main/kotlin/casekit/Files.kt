package casekit

import java.nio.file.FileSystems
import java.nio.file.Path

/** The path as text. That of another file system, such as an archive's, is refused: as text it would lead to another file. */
internal fun Path.local(): String {
    if (fileSystem != FileSystems.getDefault()) refuse(FieldError("path", FieldRule.Malformed("local_path")))
    return toString()
}
