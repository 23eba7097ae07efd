package casekit

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import com.sun.jna.Platform

/** Checks the native library before generated code uses it: errors from that code would not say what to do. */
internal object Library {
    private val fits by lazy { compare(version()); attach() }

    fun check() = fits

    private fun version(): Int? {
        // The same property and name as in the generated code, so that both find the same library.
        val name = System.getProperty("uniffi.component.casekit.libraryOverride") ?: "casekit_ffi"
        val library = try {
            NativeLibrary.getInstance(name)
        } catch (missing: UnsatisfiedLinkError) {
            val sentence = "casekit has no native library for `${Platform.RESOURCE_PREFIX}` here: " +
                "use a jar that has it, or set `jna.library.path` to its folder"
            throw LinkageError(sentence, missing)
        }
        return try {
            library.getFunction("casekit_api_version").invokeInt(arrayOf())
        } catch (_: UnsatisfiedLinkError) {
            null
        }
    }

    private fun compare(found: Int?) {
        if (found == API_VERSION) return
        val theirs = if (found == null) "one without a version" else "of version $found"
        throw LinkageError(
            "this package of casekit is made for version $API_VERSION of the library, and the one found is $theirs: " +
                "use both from the same release",
        )
    }

    /** Makes the library's threads, on which observers run, daemon threads: they must not keep a JVM from ending. */
    private fun attach() {
        val daemon = CallbackThreadInitializer(true, false, "casekit-observer")
        Native.setCallbackThreadInitializer(uniffiCallbackInterfaceObserver.changed, daemon)
    }
}
