// A library of another version, for the test that refuses it: it has nothing but its version.
#include <stdint.h>
#include "stub.h"

uint32_t casekit_api_version(void) { return 999; }
