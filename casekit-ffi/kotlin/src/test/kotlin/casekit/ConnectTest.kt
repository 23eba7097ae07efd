package casekit

import java.nio.file.Path
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test

/** A kit on a PostgreSQL database. */
class ConnectTest {
    @Test
    fun `two hosts have the same cases`() {
        val database = DatabaseOptions(schema = "two_hosts_of_kotlin")
        CaseKit.connect(address, database).use { one ->
            CaseKit.connect(address, database, Options(create = false)).use { other ->
                val id = one.desk(AMARA).raiseCase(NewCase(caseType = "Support", title = "Cannot log in")).id
                assertEquals("Cannot log in", other.desk(AMARA).case(id).title)
            }
        }
    }

    @Test
    fun `what is wrong says what to do`() {
        fun code(url: String, options: Options = Options()): String =
            refused<CasekitException.Store> { CaseKit.connect(url, options = options) }.code
        assertEquals("missing", code("mysql://localhost/office"))
        assertEquals("unavailable", code("postgres://casekit@127.0.0.1:1/office"))
        assertEquals("missing", code("$address?schema=nobody_made_it", Options(create = false)))
        assertEquals("unsupported", code("$address?schema=pg_catalog"))
        assertEquals("unsupported", code(address, Options(readOnly = true)))
    }

    companion object {
        private var server: Process? = null
        private lateinit var address: String

        @BeforeAll
        @JvmStatic
        fun start() {
            val script = Path.of(System.getProperty("basedir") ?: "").toAbsolutePath()
                .resolve("../../casekit-postgres/scripts/server")
            val process = ProcessBuilder(script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            val said = process.inputStream.bufferedReader().readLine()
            assumeTrue(said != null, "there is no PostgreSQL here")
            server = process
            address = said
        }

        @AfterAll
        @JvmStatic
        fun end() {
            server?.apply { outputStream.close() }?.waitFor()
        }
    }
}
