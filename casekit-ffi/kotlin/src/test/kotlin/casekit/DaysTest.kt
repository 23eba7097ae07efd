package casekit

import java.nio.file.Path
import kotlin.io.path.fileSize
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class DaysTest {
    @Test
    fun `both working days leave a file, two reports, a case on paper and a package`(@TempDir folder: Path) {
        val first = process("quickstart.QuickstartKt", folder.toString())
        assertEquals("", first.err)
        assertEquals(0, first.code)
        for (told in listOf(
            "raised C-000001",
            "the case was already taken by Amara Okafor",
            "amara sees the account …5555",
            "mona sees the account GB33BUKB20201555555555",
            "failed: source_missing because of sources.shop",
            "goes on",
            "shop.orders, 2 rows: customer, number, article, remark",
            "nothing stands in the way",
            "delivered, receipt ",
            "nothing was altered",
        )) assertTrue(told in first.out) { "`$told` is not in ${first.out}" }
        for (name in listOf("cases.db", "overview.pdf", "overview.csv", "case.pdf")) {
            assertTrue(folder.resolve(name).fileSize() > 0) { name }
        }
        assertTrue(folder.resolve("overview.csv").readText().contains("Data request"))
        assertEquals(1, folder.resolve("webform").listDirectoryEntries("*.zip").size)

        val second = process("quickstart.QuickstartKt", folder.toString())
        assertEquals(0, second.code) { second.err }
        assertTrue("raised C-" in second.out && "raised C-000001" !in second.out) { second.out }
    }

    @Test
    fun `the requester is asked back`() {
        val sent = mutableListOf<Outgoing>()
        val options = Options(deliveries = mapOf("portal" to Delivery { sent += it; Delivered(receipt = "R-1") }))
        inMemory(options) { kit ->
            kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("portal")))
            val case = kit.identified()
            val petra = kit.desk(PETRA)
            val asked = petra.sendMessage(case, NewMessage("Which account?"))
            assertEquals(OutgoingKind.Message("Which account?", asked.answerRef!!), sent.single().kind)
            val answer = petra.receiveAnswer(asked.answerRef!!, "The first one.")
            assertTrue(petra.receiveAnswer(asked.answerRef!!, "The first one.").replayed)
            val notes = petra.thread(case).rows
            assertEquals(listOf(MessageDirection.SENT, MessageDirection.RECEIVED), notes.map { it.message?.direction })
            assertEquals(answer.note to asked.note, notes[1].id to notes[1].parent)
            assertThrows(CasekitException.Blocked::class.java) { petra.editNote(asked.note, "x") }
        }
    }

    @Test
    fun `sources are taken one by one`() {
        val orders = DataTable("orders", listOf(DataColumn("article", ColumnKind.TEXT)), listOf(listOf(DataValue.Text("Lamp"))))
        var open = false
        val options = Options(
            sources = mapOf(
                "crm" to DataSource { if (open) emptyList() else throw HostException.Transient("crm_busy", "try later") },
                "shop" to DataSource { listOf(orders) },
            ),
            deliveries = mapOf("portal" to Delivery { Delivered(receipt = "R-1") }),
        )
        inMemory(options) { kit ->
            kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("portal")))
            val case = kit.identified()
            val petra = kit.desk(PETRA)
            fun states(found: SnapshotView) = found.sources.associate { it.name to it.state }
            val found = petra.prepareData(case)
            assertEquals(SourceState.FAILED to SourceState.FOUND, states(found)["crm"] to states(found)["shop"])
            assertEquals(null to "sources.crm", found.id to found.failure?.setting)
            assertEquals(1L, found.sources.single { it.name == "shop" }.rows)
            assertEquals(1, petra.previewData(case, "shop", "orders").rows.size)
            assertThrows(CasekitException.Invalid::class.java) { petra.leaveOutSource(case, "shop", "it is fine") }
            open = true
            assertEquals(SourceState.FOUND, states(petra.prepareSource(case, "crm"))["crm"])
            open = false
            petra.prepareSource(case, "crm")
            petra.leaveOutSource(case, "crm", "the system is being replaced")
            val now = petra.snapshot(case)
            assertEquals("the system is being replaced", now.sources.single { it.state == SourceState.LEFT_OUT }.reason)
            petra.approveData(case, now.id!!)
            assertEquals(ReleaseReport.Delivered("R-1"), petra.release(case))
            assertEquals("partly_released", petra.summary(case).outcomeCode)
        }
    }

    @Test
    fun `a request goes from the webform to the receipt with sources and a delivery of the application`() {
        val sent = mutableListOf<Outgoing>()
        val orders = DataTable(
            "orders",
            listOf(DataColumn("number", ColumnKind.INTEGER), DataColumn("remark", ColumnKind.TEXT)),
            listOf(
                listOf(DataValue.Integer(4711), DataValue.Text("asks a lot")),
                listOf(DataValue.Integer(4802), DataValue.Null),
            ),
        )
        val options = Options(
            sources = mapOf("shop" to DataSource { listOf(orders) }),
            deliveries = mapOf("portal" to Delivery { sent += it; Delivered(receipt = "R-1") }),
        )
        inMemory(options) { kit ->
            kit.desk(IVO).changeSettings(SettingsEdit(webform = WebformTarget.Host("portal")))
            val case = kit.identified()
            val petra = kit.desk(PETRA)
            val found = petra.prepareData(case)
            val table = found.tables.single { it.source == "shop" }
            assertEquals("orders", table.name)
            val rows = petra.previewData(case, "shop", "orders").rows
            assertEquals(orders.rows, rows)
            val hide = NewRedaction("shop", table.name, "remark", "opinions of our staff")
            petra.approveData(case, found.id!!, listOf(hide))
            assertEquals(emptyList<Blocker>(), petra.blockers(case, Action.RELEASE))
            assertEquals(ReleaseReport.Delivered("R-1"), petra.release(case))
            assertEquals(ReleaseReport.Delivered("R-1"), petra.sendAgain(case, "the mailbox was lost"))
            assertEquals(listOf(sent[0].key, "${sent[0].key}-2"), sent.map { it.key })
            assertEquals(listOf("arrived", "arrived"), petra.summary(case).release!!.sendings.map { it.state })
            assertEquals("ada@example.org", sent.first().replyTo)
            val answer = sent.first().kind as OutgoingKind.Package
            assertEquals("data_released" to "PK", answer.outcome to answer.bytes.decodeToString(0, 2))
            assertEquals("Resolved", petra.case(case).stage)
            assertEquals(0L, petra.myPendingCount())

            petra.editRequest(case, RequestEdit(replyTo = "ada@example.com", reason = "a typo"))
            petra.sendAgain(case, "it never came")
            assertEquals("ada@example.com", sent.last().replyTo)
            petra.answerAnew(case, "an order is missing")
            val anew = petra.summary(case)
            assertEquals(2 to listOf("data_released"), anew.round to anew.earlierRounds.map { it.outcomeCode })
            assertEquals(3, anew.earlierRounds.single().release!!.sendings.size)
            val late = RequestEdit(credentials = listOf(NewCredential("passport", "C01X00T47")))
            petra.editRequest(case, late)
            assertTrue(petra.summary(case).credentials.any { it.kind == "passport" })

            // Identified as a customer, with a credential ticked; a row is hidden.
            val ada = petra.createCustomer(NewCustomer("Ada Obi")).id
            val places = petra.summary(case).credentials.indices.toList()
            val known = NewIdentification("passport", assurance = Assurance.HIGH, credentials = places, customer = ada)
            petra.approveIdentificationWith(case, known)
            val approval = petra.summary(case).steps[0].approvals.single()
            assertEquals(Assurance.HIGH to ada, approval.assurance to petra.case(case).customer)
            assertTrue(petra.summary(case).credentials.all { it.checked })
            val row = NewRedaction("shop", "orders", null, "a neighbour's", row = 2L)
            petra.approveData(case, petra.prepareData(case).id!!, listOf(row))
            val hidden = petra.summary(case).steps[1].approvals.single().hidden.single()
            assertEquals("shop.orders[2]" to "a neighbour's", hidden.place to hidden.reason)
        }
    }
}
