package casekit

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import com.sun.jna.Platform

/** The native library, before anything generated touches it: what that says of a wrong one is no sentence. */
internal object Library {
    private val fits by lazy { compare(version()); attach() }

    fun check() = fits

    private fun version(): Int? {
        // Where the generated code looks too.
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

    /** The library's own threads, on which observers are called, never keep a JVM from its end. */
    private fun attach() {
        val daemon = CallbackThreadInitializer(true, false, "casekit-observer")
        Native.setCallbackThreadInitializer(uniffiCallbackInterfaceObserver.changed, daemon)
    }
}
