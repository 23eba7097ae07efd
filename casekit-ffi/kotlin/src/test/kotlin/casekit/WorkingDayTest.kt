package casekit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What a working day needs, point by point. */
class WorkingDayTest {
    @Test
    fun `bank accounts have ids and are changed one by one`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val account = listOf(NewBankAccount(bank = "First Bank", number = PLANTED))
        val ada = desk.createCustomer(NewCustomer(name = "Ada Obi", bankAccounts = account)).id
        val seen = desk.customer(ada).bankAccounts[0]
        assertNull(seen.number)

        desk.editBankAccount(ada, seen.id, BankAccountEdit(bank = "Second Bank"))
        val now = kit.desk(MONA).customer(ada).bankAccounts[0]
        assertEquals(listOf(seen.id, "Second Bank", PLANTED), listOf(now.id, now.bank, now.number))
        val hint = refused<CasekitException.Invalid> {
            desk.editBankAccount(ada, seen.id, BankAccountEdit(number = seen.hint))
        }
        assertEquals(FieldRule.DoesNotFit("hint_of_a_number"), hint.fields[0].rule)
        val mistyped = refused<CasekitException.Invalid> {
            desk.addBankAccount(ada, NewBankAccount(number = "DE98 3704 0044 0532 0130 00"))
        }
        assertEquals(FieldRule.DoesNotFit("iban_check_digits"), mistyped.fields[0].rule)

        val other = desk.addBankAccount(ada, NewBankAccount(number = "0532 013"))
        desk.removeBankAccount(ada, seen.id)
        assertEquals(listOf(other.id), desk.customer(ada).bankAccounts.map { it.id })
        refused<CasekitException.NotFound> { desk.editBankAccount(ada, seen.id, BankAccountEdit(bank = "x")) }
    }

    @Test
    fun `next of kin have ids and are changed one by one`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val kin = listOf(NewNextOfKin(name = "Chidi Obi", relationship = "husband"))
        val ada = desk.createCustomer(NewCustomer(name = "Ada Obi", nextOfKin = kin)).id
        val chidi = desk.customer(ada).nextOfKin[0]
        val ngozi = desk.addNextOfKin(ada, NewNextOfKin(name = "Ngozi Obi"))
        desk.editNextOfKin(ada, chidi.id, NextOfKinEdit(relationship = "", phone = "+234 1 555"))
        val known = desk.customer(ada).nextOfKin.map { listOf(it.id, it.relationship, it.phone) }
        assertEquals(listOf(listOf(chidi.id, null, "+234 1 555"), listOf(ngozi.id, null, null)), known)
        desk.removeNextOfKin(ada, ngozi.id)
        assertEquals(listOf(chidi.id), desk.customer(ada).nextOfKin.map { it.id })
    }

    @Test
    fun `errors name the choices`() = inMemory { kit ->
        val desk = kit.desk(AMARA)
        val refused = refused<CasekitException.Invalid> {
            desk.raiseCase(NewCase(caseType = "Suport", title = "Cannot log in"))
        }
        val rule = refused.fields[0].rule as FieldRule.Unknown
        assertEquals("Support", rule.choices.nearest)
        assertEquals(7, rule.choices.names.size)
        val missing = refused<CasekitException.NotFound> { desk.caseType("Suport") }
        assertEquals("Support", missing.choices.nearest)
        val ada = desk.createCustomer(NewCustomer(name = "Ada Obi")).id
        val other = refused<CasekitException.NotFound> { desk.case(ada) }
        assertTrue("is the id of a customer" in other.message) { other.message }
    }

    @Test
    fun `names that are given at opening are checked`() {
        val options = Options(sources = mapOf("Shop DB" to DataSource { emptyList() }))
        val refused = refused<CasekitException.Invalid> { CaseKit.inMemory(options) }
        assertEquals("sources", refused.fields[0].field)
    }
}
