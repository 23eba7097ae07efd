package casekit

import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Heads that are kept elsewhere: several at once, on paper, signed; and verifying that is followed and ended. */
class AuditHeadsTest {
    /** A desk at a file with two heads, between which somebody worked. */
    private fun withHeads(test: (Desk, List<AuditHead>) -> Unit) = CaseKit.open(":memory:").use { kit ->
        val auditor = kit.desk(Actor("audra", "Audra Lind", listOf(Role.AUDITOR)))
        kit.desk(AMARA).raise("Cannot log in")
        val first = auditor.auditHead()
        kit.desk(AMARA).raise("Password lost")
        test(auditor, listOf(first, auditor.auditHead()))
    }

    @Test
    fun `a report confirms each head that was kept`() = withHeads { desk, heads ->
        assertEquals(heads, desk.verify(heads.reversed()).confirmed)
        val report = desk.verify(listOf(heads[0], heads[1].copy(number = 7)))
        assertEquals(listOf(heads[0]), report.confirmed)
        assertEquals(Damage.KEPT_HEAD_MISSING, report.broken!!.kind)
        assertTrue("restore a backup" in report.broken!!.advice)
    }

    @Test
    fun `verifying is followed and ended`() = withHeads { desk, heads ->
        val told = mutableListOf<VerifyProgress>()
        val report = desk.verify(heads, VerifyListener { told += it; true })
        assertEquals(0L to report.events, told.first().events to told.last().events)
        val ended = refused<CasekitException.Store> { desk.verify(heads, VerifyListener { false }) }
        assertEquals("cancelled", ended.code)
    }

    @Test
    fun `verifying one stream is followed and ended`() = withHeads { desk, _ ->
        val told = mutableListOf<VerifyProgress>()
        val report = desk.verifyStream(StreamId.Ledger, VerifyListener { told += it; true })
        assertEquals(0L to report.events, told.first().events to told.last().events)
        assertEquals(report.events, told.first().of)
        val ended = refused<CasekitException.Store> { desk.verifyStream(StreamId.Ledger, VerifyListener { false }) }
        assertEquals("cancelled", ended.code)
        assertEquals(report, desk.verifyStream(StreamId.Ledger))
    }

    @Test
    fun `a head is copied from paper`() = withHeads { desk, heads ->
        val text = desk.auditHeadText(heads[1])
        assertEquals(heads[1], desk.auditHeadOfText(text.lowercase().replace('-', ' ')))
        val wrong = text.replaceRange(14, 15, if (text[14] == '0') "1" else "0")
        assertTrue("group `3`" in refused<CasekitException.Invalid> { desk.auditHeadOfText(wrong) }.message)
    }

    @Test
    fun `a signed head is checked with the key alone`() = withHeads { desk, heads ->
        fun mac(bytes: ByteArray) =
            Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec("a key".toByteArray(), "HmacSHA256")) }.doFinal(bytes)
        val signed = desk.signAuditHead(heads[0], HeadSigner { HeadSignature("audit-2026", "hmac-sha256", mac(it)) })
        val statement = signed.head.run {
            "casekit audit head 1\nnumber $number\nposition $position\ncovers $covers\nevents $events\ndigest $digest\n"
        }.toByteArray()
        assertArrayEquals(statement, desk.auditHeadStatement(heads[0]))
        assertEquals(mac(statement).joinToString("") { "%02x".format(it) }, signed.signature)
        assertEquals("audit-2026", signed.keyId)
    }
}
