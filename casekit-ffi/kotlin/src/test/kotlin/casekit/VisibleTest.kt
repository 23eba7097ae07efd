package casekit

import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.reflect.KClass
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredMembers
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What an editor offers to who types `casekit.`, or a name and a dot. */
class VisibleTest {
    /** The classes that users see, but for those of tests. */
    private val seen: List<KClass<*>> by lazy {
        val here = Path.of(CaseKit::class.java.protectionDomain.codeSource.location.toURI()).resolve("casekit")
        Files.list(here).use { files -> files.toList() }
            .map { it.name }
            .filter { it.endsWith(".class") && '$' !in it && !it.endsWith("Kt.class") }
            .map { Class.forName("casekit." + it.removeSuffix(".class"), false, javaClass.classLoader).kotlin }
            .filter { it.visibility == KVisibility.PUBLIC }
    }

    @Test
    fun `nothing is seen of what only the bindings use`() {
        val names = seen.map { it.simpleName!! }
        assertTrue(names.containsAll(listOf("CaseKit", "Desk", "SuspendDesk", "CaseTable", "CaseView", "Authorizer"))) { "$names" }
        val inner = Regex("FfiConverter|Uniffi|RustBuffer|Interface$|Impl$|NoHandle|Internal|Disposable|KitHandle|^Live|Unpacking")
        assertEquals(emptyList<String>(), names.filter { inner.containsMatchIn(it) })
    }

    @Test
    fun `a desk offers what users call, and nothing of how it is made`() {
        val offered = Desk::class.declaredMembers.filter { it.visibility == KVisibility.PUBLIC }.map { it.name }.toSet()
        assertTrue(offered.size > 70 && "raiseCase" in offered) { "$offered" }
        val inner = Regex("uniffi|[hH]andle|destroy|^live|Columns")
        assertEquals(emptyList<String>(), offered.filter { inner.containsMatchIn(it) })
        assertTrue(Desk::class.constructors.none { it.visibility == KVisibility.PUBLIC })
    }
}
