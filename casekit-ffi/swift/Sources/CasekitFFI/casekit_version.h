#pragma once

#include <stdint.h>

// The version of the library's interface. It is asked before anything else, so it never changes its form.
uint32_t casekit_api_version(void);
