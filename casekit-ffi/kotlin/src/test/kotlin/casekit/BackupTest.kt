package casekit

import java.nio.file.Path
import kotlin.io.path.fileSize
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class BackupTest {
    /** A file of some mebibytes, whose copy takes several steps. */
    private fun filled(folder: Path): CaseKit {
        val kit = CaseKit.open(folder.resolve("cases.db"), Options(durability = Durability.NORMAL))
        val desk = kit.desk(AMARA)
        repeat(60) { desk.raiseCase(support("Case $it").copy(description = "x".repeat(50_000))) }
        return kit
    }

    private fun backups(folder: Path) = folder.listDirectoryEntries("backup*").map { it.name }

    @Test
    fun `a backup is a file like the original, made while others write`(@TempDir folder: Path) = filled(folder).use { kit ->
        val desk = kit.desk(AMARA)
        val to = folder.resolve("backup.db")
        val told = mutableListOf<BackupProgress>()
        kit.backupTo(to) { soFar ->
            told += soFar
            desk.raise("Meanwhile")
            true
        }
        assertTrue(told.size > 2)
        assertEquals(BackupProgress(to.fileSize(), to.fileSize()), told.last())
        CaseKit.open(to, Options(untrusted = true)).use { copy ->
            assertFalse(copy.check().wipePending)
            assertEquals(60, copy.desk(AMARA).cases(page = PageRequest(size = 500)).rows.size)
        }
        assertEquals("exists", refused<CasekitException.Store> { kit.backupTo(to) }.code)
    }

    @Test
    fun `a backup that is ended leaves nothing`(@TempDir folder: Path) = filled(folder).use { kit ->
        val to = folder.resolve("backup.db")
        assertEquals("cancelled", refused<CasekitException.Store> { kit.backupTo(to) { false } }.code)
        for (thrown in listOf(IllegalArgumentException("of the application"), NotImplementedError("such as TODO()"))) {
            assertSame(thrown, refused<Throwable> { kit.backupTo(to) { throw thrown } })
        }
        assertEquals(emptyList<String>(), backups(folder))
    }

    @Test
    fun `cancelling a coroutine ends its backup`(@TempDir folder: Path) = filled(folder).use { kit ->
        val to = folder.resolve("backup.db")
        runBlocking {
            val begun = CompletableDeferred<Unit>()
            val goOn = CompletableDeferred<Unit>()
            val backup = launch {
                kit.backupTo(to, Dispatchers.IO) {
                    begun.complete(Unit)
                    runBlocking { goOn.await() }
                }
            }
            begun.await()
            backup.cancel()
            goOn.complete(Unit)
            backup.cancelAndJoin()
            assertEquals(emptyList<String>(), backups(folder))
            kit.backupTo(to, Dispatchers.IO)
            assertEquals(listOf("backup.db"), backups(folder))
        }
    }

    @Test
    fun `numbers of a restored file go on from the floor`(@TempDir folder: Path) = filled(folder).use { kit ->
        val to = folder.resolve("backup.db")
        kit.backupTo(to)
        val desk = kit.desk(AMARA)
        val before = desk.changesSince(null).cursor
        desk.raiseCase(support("Behind the backup"))
        val behind = desk.changesSince(before).cursor
        CaseKit.open(to, Options(restored = Restored(numberFloor = 1_000))).use { restored ->
            assertEquals("C-001000", restored.desk(AMARA).raiseCase(support("After")).number)
            val codes = restored.desk(AMARA).changesSince(before).changes.map { it.code }
            assertEquals(listOf("restored", "case_raised"), codes)
            val refused = refused<CasekitException.Conflict> { restored.desk(AMARA).changesSince(behind) }
            assertEquals("cursor_not_of_this_store", refused.code)
        }
        val missing = refused<CasekitException.Store> {
            CaseKit.open(folder.resolve("none.db"), Options(restored = Restored()))
        }
        assertEquals("missing", missing.code)
    }
}
