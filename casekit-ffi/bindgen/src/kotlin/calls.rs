//! Reduces the cost of a call: as generated, JNA makes five structures for each, by reflection and with memory of their
//! own.

use anyhow::Result;

use crate::columns::PAGES;
use crate::docs::camel;
use crate::edits::Edits;

pub(super) fn edit(edits: &mut Edits) -> Result<()> {
    statuses(edits)?;
    buffers(edits)?;
    values(edits)?;
    pages(edits)
}

/// Pages of cases cross packed: as records, each row would cost a number and a text for each of its fields.
fn pages(edits: &mut Edits) -> Result<()> {
    for (method, packed) in PAGES {
        let start = format!(" fun `{}`(", camel(method));
        edits.within(method, &start, "_status)", |call| {
            let function = |name: &str| format!("fn_method_desk_{name}(");
            call.replace("what is called", &function(method), &function(packed))?;
            call.replace("what is lifted", "FfiConverterTypeCasePage.lift(", "liftPage(")
        })?;
    }
    Ok(())
}

/// The status of a call is read from reused memory, and becomes a structure only if the call failed.
fn statuses(edits: &mut Edits) -> Result<()> {
    edits.replace(
        "where a call says how it went",
        "uniffi_out_err: UniffiRustCallStatus,",
        "uniffi_out_err: Pointer,",
    )?;
    edits.replace(
        "calls that fail",
        "callback: (UniffiRustCallStatus) -> U): U {",
        "callback: (Pointer) -> U): U {",
    )?;
    edits.spans(
        "a call",
        "    var status = UniffiRustCallStatus()\n",
        "    return return_value\n",
        |_| Ok(A_CALL.into()),
    )?;
    edits.replace(
        "what a call throws",
        "        throw errorHandler.lift(status.error_buf)\n",
        "        throw Thrown.causing(errorHandler.lift(status.error_buf))\n",
    )?;
    // The text of a panic may quote anything, so it is dropped.
    edits.spans(
        "a panic",
        "        if (status.error_buf.len > 0) {\n",
        "        throw InternalException(\"Unknown",
        |_| Ok(A_PANIC.into()),
    )?;
    edits.replace("buffers of Rust's", "\n@Structure.FieldOrder(\"code\", \"error_buf\")\n", STATUSES)
}

const A_CALL: &str = "    val status = UniffiStatuses.take()
    try {
        val return_value = callback(status)
        if (status.getByte(0) != UNIFFI_CALL_SUCCESS) {
            uniffiCheckCallStatus(errorHandler, UniffiStatuses.failed(status))
        }
        if (errorHandler !== UniffiNullRustCallStatusErrorHandler) {
            Thrown.forget()
        }
        return return_value
    } finally {
        UniffiStatuses.giveBack(status)
    }
";

const A_PANIC: &str = "        RustBuffer.free(status.error_buf)
        throw failedInside()
    } else {
        throw InternalException(\"Unknown";

const STATUSES: &str = "
/** The status records in which the library returns how a call ended: one for each concurrent call, used again. */
internal object UniffiStatuses {
    private val free = java.util.concurrent.ConcurrentLinkedQueue<Pointer>()

    // Zeros mean success, and the library writes only what failed. A byte, and a buffer of three words.
    fun take(): Pointer = free.poll() ?: com.sun.jna.Memory(32).also { it.clear() }

    fun giveBack(status: Pointer) {
        free.offer(status)
    }

    fun failed(status: Pointer): UniffiRustCallStatus {
        val buffer = RustBuffer.create(status.getLong(8).toULong(), status.getLong(16).toULong(), status.getPointer(24))
        val code = status.getByte(0)
        status.setByte(0, UNIFFI_CALL_SUCCESS)
        return UniffiRustCallStatus.create(code, buffer)
    }
}

@Structure.FieldOrder(\"code\", \"error_buf\")
";

/// Buffers are read from and written to their memory without reflection.
fn buffers(edits: &mut Edits) -> Result<()> {
    edits.replace("what is read", "        val byteBuf = rbuf.asByteBuffer()!!\n", LIFTED)?;
    edits.replace("texts that are read", TEXT, READ_TEXT)?;
    edits.replace("the buffer's kinds", "    class ByValue: RustBuffer(), Structure.ByValue\n", BUFFER)?;
    edits.replace(
        "the length of a buffer",
        "            rbuf.writeField(\"len\", bbuf.position().toLong())\n",
        "            rbuf.len = bbuf.position().toLong()\n",
    )
}

const LIFTED: &str =
    "        // Copied at once: a text is made of a piece of an array without a copy of its own.
        val byteBuf = ByteBuffer.wrap(rbuf.data!!.getByteArray(0, rbuf.len.toInt()))
";

const TEXT: &str = "        val byteArr = ByteArray(len)
        buf.get(byteArr)
        return byteArr.toString(Charsets.UTF_8)
";

const READ_TEXT: &str = "        val from = buf.position()
        buf.position(from + len)
        return String(buf.array(), buf.arrayOffset() + from, len, Charsets.UTF_8)
";

const BUFFER: &str = "    override fun read() {
        val memory = pointer
        capacity = memory.getLong(0)
        len = memory.getLong(8)
        data = memory.getPointer(16)
    }

    override fun write() {
        val memory = pointer
        memory.setLong(0, capacity)
        memory.setLong(8, len)
        memory.setPointer(16, data)
    }

    class ByValue: RustBuffer(), Structure.ByValue
";

/// Ids are converted without a text, and plain texts without an encoder.
fn values(edits: &mut Edits) -> Result<()> {
    edits.replace(
        "ids that are read",
        "        val builtinValue = FfiConverterString.read(buf)\n        return java.util.UUID.fromString(builtinValue)\n",
        "        return readId(buf)\n",
    )?;
    edits.replace(
        "the length of ids",
        "        val builtinValue = value.toString()\n        return FfiConverterString.allocationSize(builtinValue)\n",
        "        return 40UL\n",
    )?;
    edits.append(READ_ID);
    edits.replace("texts that are written", "    fun toUtf8(value: String): ByteBuffer {\n", TO_UTF8)?;
    edits.replace(
        "texts that are none",
        "            encode(CharBuffer.wrap(value))\n",
        "            try {
                encode(CharBuffer.wrap(value))
            } catch (_: java.nio.charset.CharacterCodingException) {
                throw halfACharacter()
            }\n",
    )?;
    edits.spans("waits", "        if (value.seconds < 0) {", "        buf.putLong(value.seconds)\n", |_| {
        Ok(WAIT.into())
    })
}

/// A negative wait becomes one that is too long: the library refuses both by name.
const WAIT: &str = "        buf.putLong(if (value.isNegative) -1 else value.seconds)\n";

const READ_ID: &str = "
/** An id out of its 36 characters. */
private fun readId(buf: ByteBuffer): java.util.UUID {
    check(buf.getInt() == 36) { \"an id has 36 characters\" }
    var high = 0L
    var low = 0L
    var digits = 0
    repeat(36) {
        val byte = buf.get().toInt()
        if (byte != '-'.code) {
            // Letters are nine digits behind their places in the alphabet.
            val digit = ((byte and 15) + if (byte > '9'.code) 9 else 0).toLong()
            if (digits < 16) high = (high shl 4) or digit else low = (low shl 4) or digit
            digits++
        }
    }
    return java.util.UUID(high, low)
}
";

const TO_UTF8: &str = "    fun toUtf8(value: String): ByteBuffer {
        if (value.all { it < '\\u0080' }) return ByteBuffer.wrap(value.toByteArray(Charsets.ISO_8859_1))
";
