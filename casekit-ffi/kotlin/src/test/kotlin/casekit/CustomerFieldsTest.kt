package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Customers have the fields that the settings define. */
class CustomerFieldsTest {
    @Test
    fun `fields are defined, filled in, found and migrated`() = inMemory { kit ->
        val (amara, ivo, mona) = Triple(kit.desk(AMARA), kit.desk(IVO), kit.desk(MONA))
        val vat = NewField(label = "VAT number", kind = FieldKind.TEXT, unique = true, indexed = true)
        ivo.changeSettings(SettingsEdit(customerFields = listOf(vat)))
        assertEquals(listOf("vat_number"), amara.customerFields().map { it.id })
        fun named(name: String, number: String) =
            NewCustomer(name = name, fields = listOf(GivenField("VAT number", GivenValue.Text(number))))
        val ada = amara.createCustomer(named("Ada Obi", "DE 1")).id
        val refused = refused<CasekitException.Invalid> { amara.createCustomer(named("Bo Li", "de 1")) }
        assertEquals(listOf("fields.vat_number"), refused.fields.map { it.field })
        amara.updateCustomer(ada, CustomerEdit(fields = listOf(GivenField("vat_number", GivenValue.Text("DE 2")))))
        assertEquals(listOf("VAT number" to "DE 2"), amara.customer(ada).fields.map { it.label to it.text })
        val condition = FieldCondition(field = "VAT number", oneOf = listOf(GivenValue.Text("de 2")))
        assertEquals(listOf(ada), amara.customersByFields(listOf(condition)).rows.map { it.id })

        val since = NewField(label = "Since", kind = FieldKind.DATE, required = true)
        ivo.changeSettings(SettingsEdit(customerFields = listOf(vat, since)))
        val told = mona.migrateCustomers(Migration(dryRun = true)).rows.single()
        assertEquals(Triple(ada, false, listOf("Since")), Triple(told.customer, told.fits, told.misfits.map { it.field }))
    }

    @Test
    fun `cases are sorted by a field of their type`() = inMemory { kit ->
        val (amara, mona) = Pair(kit.desk(AMARA), kit.desk(MONA))
        val amount = NewField(label = "Amount", kind = FieldKind.MONEY, indexed = true)
        mona.createCaseType(NewCaseType(name = "Refunds", fields = listOf(amount)))
        for ((title, value) in listOf("large" to "50 EUR", "small" to "5 EUR", "middle" to "7 EUR")) {
            val fields = listOf(GivenField("Amount", GivenValue.Text(value)))
            amara.raiseCase(NewCase(caseType = "Refunds", title = title, fields = fields))
        }
        amara.raiseCase(NewCase(caseType = "Refunds", title = "without one"))
        val rows = amara.cases(CasesQuery(sortField = "Amount", direction = Direction.ASCENDING)).rows
        assertEquals(listOf("small", "middle", "large"), rows.map { it.title })
        val refused = refused<CasekitException.Invalid> { amara.cases(CasesQuery(sortField = "Colour")) }
        assertEquals(listOf("sort_field" to "unknown"), refused.fields.map { it.field to it.code })
    }
}
