package casekit

import java.io.ByteArrayOutputStream
import java.io.NotSerializableException
import java.io.ObjectOutputStream
import java.io.Serializable
import java.lang.ref.WeakReference
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlinx.coroutines.Dispatchers
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What is asked of a handle in every language: is it ever let go twice, or used when it is gone? */
class HandlesTest {
    /** Each class of the package, but for those that the compiler makes of lambdas and coroutines. */
    private fun classes(): List<Class<*>> {
        val here = Path.of(CaseKit::class.java.protectionDomain.codeSource.location.toURI()).resolve("casekit")
        return Files.list(here).use { files -> files.toList() }
            .map { it.name }
            .filter { it.endsWith(".class") && !it.contains(Regex("[$][0-9a-z]")) }
            .map { Class.forName("casekit." + it.removeSuffix(".class"), false, javaClass.classLoader) }
    }

    /** Those that hold a handle, and those that hold one of these, and so on. */
    private fun holders(): Set<Class<*>> {
        val classes = classes()
        val found = classes.filter { one -> one.methods.any { it.name.startsWith("uniffiCloneHandle") } }.toMutableSet()
        do {
            val more = classes.filter { one -> one !in found && one.declaredFields.any { it.type in found } }
        } while (found.addAll(more))
        return found
    }

    @Test
    fun `whatever holds a handle has no copy, no clone and no serialized form`() {
        val holders = holders()
        val names = holders.map { it.simpleName }
        assertTrue(names.containsAll(listOf("CaseKit", "KitHandle", "Desk", "SuspendDesk", "LiveCases", "Subscription"))) { "$names" }
        // Options are a record: a copy of them lends the same language, which the library keeps for itself once it is open.
        val german = Options(language = Language.shipped("de"))
        assertSame(german.language, german.copy(readOnly = false).language)
        for (holder in holders - Options::class.java) {
            assertTrue(!Cloneable::class.java.isAssignableFrom(holder)) { "$holder can be cloned" }
            assertTrue(!Serializable::class.java.isAssignableFrom(holder)) { "$holder can be serialized" }
            assertTrue(holder.methods.none { it.name == "copy" || it.name == "component1" }) { "$holder is a data class" }
        }
    }

    @Test
    fun `what is serialized is refused, and works on`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        desk.raise("Cannot log in")
        val live = desk.liveCases()
        for (one in listOf(kit, desk, desk.on(Dispatchers.IO), live, kit.observe { })) {
            refused<NotSerializableException> { ObjectOutputStream(ByteArrayOutputStream()).writeObject(one) }
        }
        assertEquals(1, live.refresh()!!.rows.size)
        assertEquals(1, desk.cases().rows.size)
    }

    @Test
    fun `options are copied as data, and each kit has what is in them`() {
        var asked = 0
        val options = Options(sources = mapOf("shop" to DataSource { asked++; emptyList() }))
        val first = CaseKit.inMemory(options)
        CaseKit.inMemory(options.copy(untrusted = true)).use { second ->
            first.desk(PETRA).prepareData(first.identified())
            first.close()
            second.desk(PETRA).prepareData(second.identified())
        }
        assertEquals(2, asked)
    }

    @Test
    fun `everything may be closed twice, in any order, and says so when it is used`() {
        val kit = CaseKit.inMemory()
        val desk = kit.desk(AMARA)
        val live = desk.liveCases()
        val observer = kit.observe { }
        repeat(2) { listOf(live, observer, desk, kit).forEach(AutoCloseable::close) }
        for (call in listOf<() -> Any?>(
            { live.refresh() }, { desk.cases() }, { desk.request("r-1") }, { kit.desk(AMARA).cases() }, { kit.check() },
        )) {
            assertEquals("closed", refused<CasekitException.Store>(call).code)
        }
        // Closed the other way round.
        val other = CaseKit.inMemory()
        val theirs = other.desk(AMARA)
        val last = theirs.liveCases()
        listOf(other, theirs, last).forEach(AutoCloseable::close)
    }

    @Test
    fun `what is forgotten is let go by the cleaner, once, while the rest is used`(@TempDir folder: Path) {
        var kit: CaseKit? = CaseKit.open(folder.resolve("cases.db"))
        val desk = kit!!.desk(AMARA)
        repeat(2_000) { place ->
            val dropped = kit!!.desk(AMARA)
            // Half of them are closed, and must not be let go again.
            if (place % 2 == 0) dropped.close()
            if (place % 500 == 0) System.gc()
        }
        collected(WeakReference(kit!!.desk(BEN)))
        desk.raise("Still here")
        // A desk keeps its kit.
        kit = null
        repeat(3) { System.gc() }
        assertEquals("Still here", desk.cases().rows.single().title)
    }

    private fun collected(dropped: WeakReference<*>) {
        val end = System.currentTimeMillis() + PATIENCE
        while (dropped.get() != null && System.currentTimeMillis() < end) {
            System.gc()
            Thread.yield()
        }
        assertNull(dropped.get())
    }
}
