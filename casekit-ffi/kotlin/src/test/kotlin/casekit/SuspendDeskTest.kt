package casekit

import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicReference
import kotlin.reflect.KFunction
import kotlin.reflect.full.declaredMemberFunctions
import kotlin.reflect.full.valueParameters
import kotlin.reflect.full.withNullability
import kotlin.reflect.jvm.jvmErasure
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class SuspendDeskTest {
    @Test
    fun `every method of a desk is there with the same parameters`() {
        fun KFunction<*>.shape() = valueParameters.map { Triple(it.name, it.type, it.isOptional) }
        val suspending = SuspendDesk::class.declaredMemberFunctions.associateBy { it.name }
        val inner = setOf("uniffiCloneHandle", "destroy", "close", "casesColumns", "casesPageColumns", "myPendingCasesColumns", "callWithHandle", "ofTheKit")
        val methods = Desk::class.declaredMemberFunctions.filter { it.name !in inner }
        assertTrue(methods.size > 70) { "${methods.size}" }
        for (method in methods) {
            val same = suspending[method.name] ?: fail("`${method.name}` is missing")
            assertEquals(method.shape(), same.shape(), method.name)
            val returns = method.returnType.jvmErasure
            when {
                method.name in setOf("request", "seen", "inLanguage") -> assertEquals(SuspendDesk::class, same.returnType.jvmErasure)
                method.name == "actor" || method.name == "language" -> assertEquals(method.returnType, same.returnType)
                method.name.startsWith("live") -> {
                    assertEquals(Flow::class, same.returnType.jvmErasure, method.name)
                    val row = returns.declaredMemberFunctions.single { it.name == "refresh" }.returnType
                    assertEquals(row.withNullability(false), same.returnType.arguments.single().type, method.name)
                }
                else -> {
                    assertTrue(same.isSuspend, method.name)
                    assertEquals(method.returnType, same.returnType, method.name)
                }
            }
        }
    }

    @Test
    fun `the work is done on the dispatcher of the caller's choice`() {
        val thread = AtomicReference<String>()
        val watch = object : Authorizer {
            override fun scope(actor: Actor): Scope {
                thread.set(Thread.currentThread().name)
                return Scope(cases = ScopeCases.ALL, internalNotes = true)
            }

            override fun forbids(actor: Actor, action: String, case: CaseHead) = false
        }
        Executors.newSingleThreadExecutor { Thread(it, "the caller's own") }.asCoroutineDispatcher().use { own ->
            inMemory(Options(authorizer = watch)) { kit ->
                runBlocking { kit.desk(AMARA).on(own).cases() }
                assertTrue(thread.get().startsWith("the caller's own")) { thread.get() }
            }
        }
    }

    @Test
    fun `a day at a suspending desk`() = inMemory { kit ->
        runBlocking {
            val desk = kit.desk(AMARA).on(Dispatchers.IO)
            val case = desk.raiseCase(support("Cannot log in"))
            assertEquals(case.id, desk.findCase(case.number).id)
            desk.takeCase(case.id)
            val ben = kit.desk(BEN).on(Dispatchers.IO)
            assertEquals("amara", refused<CasekitException.AlreadyTaken> { ben.takeCase(case.id) }.by)
            val first = desk.request("r-1").addNote(case.id, "Called.")
            assertEquals(first.id, desk.request("r-1").addNote(case.id, "Called.").id)
            val many = List(50) { async { desk.raiseCase(support("Case $it")).number } }.awaitAll()
            assertEquals(50, many.toSet().size)
            assertEquals(AMARA, desk.actor())
        }
    }

    @Test
    fun `a desk that is no kit's is refused with a sentence`() {
        inMemory { }
        KitHandle.inMemory().desk(AMARA).use { desk ->
            val refused = refused<IllegalArgumentException> { desk.on(Dispatchers.IO) }
            assertTrue("CaseKit" in refused.message!!)
        }
    }

    @Test
    fun `a cancelled call that has begun is carried out, and one that has not is not made`() {
        val (begun, goOn) = CountDownLatch(1) to CountDownLatch(1)
        val slow = object : Authorizer {
            override fun scope(actor: Actor) = Scope(cases = ScopeCases.ALL, internalNotes = true)

            override fun forbids(actor: Actor, action: String, case: CaseHead): Boolean {
                if (action == "edit_case") {
                    begun.countDown()
                    goOn.await()
                }
                return false
            }
        }
        inMemory(Options(authorizer = slow)) { kit ->
            runBlocking {
                withTimeout(PATIENCE) {
                    Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
                        val case = kit.desk(AMARA).raise("Cannot log in")
                        val desk = kit.desk(AMARA).on(single)
                        val editing = launch { desk.editCase(case, CaseEdit(title = "Edited")) }
                        launch(Dispatchers.IO) { begun.await() }.join()
                        // It waits for the one thread, which the first call holds.
                        val queued = launch(start = CoroutineStart.UNDISPATCHED) { desk.raiseCase(support("Never raised")) }
                        queued.cancel()
                        editing.cancel()
                        goOn.countDown()
                        queued.cancelAndJoin()
                        editing.cancelAndJoin()
                        assertTrue(editing.isCancelled && queued.isCancelled)
                        assertEquals(listOf("Edited"), kit.desk(AMARA).cases().rows.map { it.title })
                    }
                }
            }
        }
    }
}
