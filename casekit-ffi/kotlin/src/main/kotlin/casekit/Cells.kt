package casekit

import java.math.BigDecimal
import java.math.BigInteger
import java.time.Instant
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.LocalTime
import java.time.OffsetDateTime
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.Base64
import java.util.UUID

/**
 * A table of a source of the application's own, from rows that map the names of the columns to values. The columns are in the
 * order in which the rows first name them.
 *
 * | value | kind of the column |
 * |---|---|
 * | `null`, a number that is none (`NaN`) | no value |
 * | `String`, `Char`, an enum by its name | `TEXT` |
 * | `Boolean` | `BOOLEAN` |
 * | `Byte`, `Short`, `Int`, `Long`, a `BigInteger` of 64 bits | `INTEGER` |
 * | `Float`, `Double` | `REAL` |
 * | `BigDecimal`, a greater `BigInteger` | `DECIMAL` |
 * | `Instant`, `OffsetDateTime`, `ZonedDateTime` | `TIMESTAMP` |
 * | `LocalDateTime`, `LocalDate`, `LocalTime` | `DATE_TIME`, `DATE`, `TIME` |
 * | `UUID` | `UUID` |
 * | `ByteArray` | `BYTES` |
 * | [SourceFile] | `FILE` |
 *
 * A column has one kind; whole numbers go with any numbers. JSON is text of the kind `JSON` in a [DataTable] that the source
 * makes itself.
 *
 * @throws HostException.Cell for a value of any other type, or of another kind than those before it in its column. Thrown by a
 * source, it is a failure of the case that names the source, the table, the row, the column and the type.
 */
fun dataTable(name: String, rows: List<Map<String, Any?>>): DataTable {
    val names = rows.flatMap { it.keys }.distinct()
    val columns = names.map { column -> column(name, column, rows.map { it[column] }) }
    return DataTable(
        name = name,
        columns = names.zip(columns) { column, (kind, _) -> DataColumn(column, kind) },
        rows = rows.indices.map { row -> columns.map { (_, cells) -> cells[row] } },
    )
}

/**
 * A file that a source found about a person, as a value of a row: a letter, a contract, a recording. It is approved and hidden as
 * any other value is, and the package has it in the folder `files`, under a name made of its own.
 *
 * @property name What the file is called: 1 to 200 characters, without `/`, `\\` and control characters.
 * @property mediaType What it is, as a media type: `application/pdf`.
 * @property content Its bytes.
 */
class SourceFile(val name: String, val mediaType: String, val content: ByteArray) {
    /** The file as text: a `data` URL with its name. */
    internal fun cell(): String {
        val encoded = StringBuilder()
        for (byte in name.toByteArray()) {
            val letter = byte.toInt().toChar()
            if (byte >= 0 && (letter.isLetterOrDigit() || letter in "-._~")) encoded.append(letter) else encoded.append("%%%02X".format(byte))
        }
        return "data:$mediaType;name=$encoded;base64," + Base64.getEncoder().encodeToString(content)
    }
}

/** A CSV file whose first line names the columns, as a source for [SettingsEdit.sources]. */
fun csvSource(
    path: String,
    keyColumn: String,
    encoding: CsvEncoding = CsvEncoding.UTF8,
    separator: CsvSeparator? = null,
    lineBreaks: CsvLineBreaks = CsvLineBreaks.DOUBTED,
): SourceKind = SourceKind.Csv(path, keyColumn, encoding, separator, lineBreaks)

private typealias Cell = Pair<ColumnKind?, Any?>

private fun column(table: String, column: String, values: List<Any?>): Pair<ColumnKind, List<DataValue>> {
    var kind: ColumnKind? = null
    var first = ""
    val cells = values.mapIndexed { index, value ->
        val row = (index + 1).toLong()
        val cell = cell(value) ?: throw HostException.Cell(table, row, column, typeOf(value), null)
        val own = cell.first
        if (own != null) {
            if (kind == null) first = typeOf(value)
            kind = both(kind, own) ?: throw HostException.Cell(table, row, column, typeOf(value), first)
        }
        cell
    }
    val found = kind ?: ColumnKind.TEXT
    return found to cells.map { value(it, found) }
}

private val NUMBERS = setOf(ColumnKind.INTEGER, ColumnKind.REAL, ColumnKind.DECIMAL)

/** The kind of a column that has values of both; `null` if there is none. */
private fun both(one: ColumnKind?, other: ColumnKind): ColumnKind? = when {
    one == null || one == other -> other
    one !in NUMBERS || other !in NUMBERS -> null
    ColumnKind.DECIMAL == one || ColumnKind.DECIMAL == other -> ColumnKind.DECIMAL
    else -> ColumnKind.REAL
}

private fun cell(value: Any?): Cell? = when (value) {
    null -> null to null
    is String -> ColumnKind.TEXT to value
    is Char -> ColumnKind.TEXT to value.toString()
    is Enum<*> -> ColumnKind.TEXT to value.name
    is Boolean -> ColumnKind.BOOLEAN to value
    is Byte, is Short, is Int, is Long -> ColumnKind.INTEGER to (value as Number).toLong()
    is BigInteger ->
        if (value.bitLength() < Long.SIZE_BITS) ColumnKind.INTEGER to value.toLong() else ColumnKind.DECIMAL to value.toString()
    // By its digits: to widen a float would add some.
    is Float -> if (value.isNaN()) null to null else ColumnKind.REAL to value.toString().toDouble()
    is Double -> if (value.isNaN()) null to null else ColumnKind.REAL to value
    is BigDecimal -> ColumnKind.DECIMAL to value.toPlainString()
    is Instant -> ColumnKind.TIMESTAMP to value.toString()
    is OffsetDateTime -> ColumnKind.TIMESTAMP to value.toInstant().toString()
    is ZonedDateTime -> ColumnKind.TIMESTAMP to value.toInstant().toString()
    is LocalDateTime -> ColumnKind.DATE_TIME to DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(value)
    is LocalDate -> ColumnKind.DATE to DateTimeFormatter.ISO_LOCAL_DATE.format(value)
    is LocalTime -> ColumnKind.TIME to DateTimeFormatter.ISO_LOCAL_TIME.format(value)
    is UUID -> ColumnKind.UUID to value.toString()
    is SourceFile -> ColumnKind.FILE to value.cell()
    is ByteArray -> ColumnKind.BYTES to value.joinToString("") { "%02x".format(it) }
    else -> null
}

private fun value(cell: Cell, kind: ColumnKind): DataValue = when (val value = cell.second) {
    null -> DataValue.Null
    is Boolean -> DataValue.Boolean(value)
    is Long -> if (kind == ColumnKind.DECIMAL) DataValue.Text(value.toString()) else DataValue.Integer(value)
    is Double ->
        if (kind == ColumnKind.DECIMAL && value.isFinite()) DataValue.Text(BigDecimal.valueOf(value).toPlainString())
        else DataValue.Real(value)
    else -> DataValue.Text(value.toString())
}

private fun typeOf(value: Any?): String = value?.let { it::class.java.simpleName.ifEmpty { it::class.java.name } } ?: "null"
